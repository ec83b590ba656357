"""Statuses move by one table of allowed moves and one function."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from marketplace.errors import WrongState

Status = TypeVar("Status", bound=StrEnum)
Moves = Mapping[Status, frozenset[Status]]


def move(thing: Any, to: Status, moves: Moves[Status]) -> None:
    """Move `thing.status` to `to`; raises WrongState where the table does not allow it."""
    current: Status = thing.status
    if to not in moves.get(current, frozenset()):
        name = type(thing).__name__.lower()
        raise WrongState(
            f"This {name} is {current.value.replace('_', ' ')}, so it cannot become "
            f"{to.value.replace('_', ' ')}."
        )
    thing.status = to

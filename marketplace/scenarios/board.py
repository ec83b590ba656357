"""A board on which a reviewer tries changes: lots of one category, and steps that change them.

A board is a value: each step gives a new one, so a scenario is a list of steps, an undo is one step
fewer, and the same steps always lead to the same board. What the lots are worth is worked out
elsewhere; here is only who stands where.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

Step = Mapping[str, Any]
"""A step as JSON: its `kind` and what that kind needs."""

ALONE, NEW = "alone", "new"


class BoardFault(Exception):
    """The step cannot be taken; the message says why and how to go on."""


@dataclass(frozen=True)
class BoardLot:
    """A joint lot on the board, by a number that stays with it."""

    number: int
    members: tuple[str, ...]
    locked: bool = False


@dataclass(frozen=True)
class Assumptions:
    """What the reviewer assumes in place of the category's policy; None leaves it as it is."""

    elasticity: Decimal | None = None
    tender_cost: Decimal | None = None
    coordination_cost: Decimal | None = None

    @property
    def any(self) -> bool:
        """Whether anything is assumed at all."""
        return self != Assumptions()


@dataclass(frozen=True)
class Board:
    """Requirements by reference: in lots, or alone."""

    lots: tuple[BoardLot, ...]
    alone: tuple[str, ...]
    apart: frozenset[frozenset[str]] = frozenset()
    """Pairs of authorities, by code, that the reviewer keeps apart."""
    assumptions: Assumptions = Assumptions()

    @classmethod
    def of(cls, lots: Iterable[Iterable[str]], everybody: Iterable[str]) -> "Board":
        """The board as a run left it."""
        ordered = sorted(tuple(sorted(lot)) for lot in lots)
        joined = {each for lot in ordered for each in lot}
        return cls(
            tuple(BoardLot(number, lot) for number, lot in enumerate(ordered, start=1)),
            tuple(sorted(set(everybody) - joined)),
        )

    def lot(self, number: int) -> BoardLot:
        """The lot of that number; raises BoardFault."""
        for lot in self.lots:
            if lot.number == number:
                return lot
        raise BoardFault(f"There is no lot {number} on the board any more.")

    def home_of(self, reference: str) -> BoardLot | None:
        """The lot in which a requirement stands; None: alone. Raises BoardFault if nowhere."""
        if reference in self.alone:
            return None
        for lot in self.lots:
            if reference in lot.members:
                return lot
        raise BoardFault(f"{reference} is not on this board.")

    @property
    def next_number(self) -> int:
        return max((lot.number for lot in self.lots), default=0) + 1


def replay(start: Board, steps: Iterable[Step]) -> Board:
    """The board after the steps, in order."""
    board = start
    for step in steps:
        board = take(board, step)
    return board


def take(board: Board, step: Step) -> Board:
    """The board after one step; raises BoardFault where it cannot be taken."""
    kind = str(step.get("kind"))
    if kind not in STEPS:
        raise BoardFault("That is not a step that can be taken on a board.")
    return STEPS[kind](board, step)


def _move(board: Board, step: Step) -> Board:
    """One requirement into another lot, into a new one, or out alone."""
    reference, to = str(step.get("requirement")), str(step.get("to"))
    home = board.home_of(reference)
    if home is not None:
        _unlocked(home)
    emptied = _without(board, {reference})
    if to == ALONE:
        return emptied
    if to == NEW:
        return _with_lot(emptied, BoardLot(board.next_number, (reference,)))
    target = board.lot(_number(to))
    _unlocked(target)
    if home is not None and home.number == target.number:
        raise BoardFault(f"{reference} is in lot {target.number} already.")
    return _with_lot(emptied, replace(target, members=_sorted({*target.members, reference})))


def _merge(board: Board, step: Step) -> Board:
    """One lot into another."""
    one, other = board.lot(_number(step.get("lot"))), board.lot(_number(step.get("into")))
    if one.number == other.number:
        raise BoardFault("Choose two different lots to merge.")
    _unlocked(one)
    _unlocked(other)
    merged = replace(other, members=_sorted({*one.members, *other.members}))
    return _with_lot(_without(board, set(one.members)), merged)


def _split(board: Board, step: Step) -> Board:
    """Some members of a lot into a new lot of their own."""
    lot = board.lot(_number(step.get("lot")))
    _unlocked(lot)
    out = {str(each) for each in step.get("requirements") or ()}
    if not out or not out < set(lot.members):
        raise BoardFault(f"Tick some of lot {lot.number}, and not all of it, to split it.")
    return _with_lot(_without(board, out), BoardLot(board.next_number, _sorted(out)))


def _dissolve(board: Board, step: Step) -> Board:
    """A lot apart again: each of its members alone."""
    lot = board.lot(_number(step.get("lot")))
    _unlocked(lot)
    return _without(board, set(lot.members))


def _lock(board: Board, step: Step) -> Board:
    lot = board.lot(_number(step.get("lot")))
    return _with_lot(board, replace(lot, locked=not lot.locked))


def _keep_apart(board: Board, step: Step) -> Board:
    """Two authorities that shall not share a lot; the same two again: they may once more."""
    pair = frozenset({str(step.get("a")), str(step.get("b"))})
    if len(pair) != 2 or "" in pair:
        raise BoardFault("Choose two different authorities to keep apart.")
    return replace(board, apart=board.apart ^ {pair})


def _assume(board: Board, step: Step) -> Board:
    """Another price effect or other costs than the policy's."""
    return replace(
        board,
        assumptions=Assumptions(
            _amount(step.get("elasticity"), Decimal(1)),
            _amount(step.get("tender_cost")),
            _amount(step.get("coordination_cost")),
        ),
    )


def _regroup(board: Board, step: Step) -> Board:
    """What the optimiser found around the locked lots, which stay."""
    kept = tuple(lot for lot in board.lots if lot.locked)
    fixed = {each for lot in kept for each in lot.members}
    everybody = {*board.alone, *(each for lot in board.lots for each in lot.members)}
    found = [_sorted({str(each) for each in lot} - fixed) for lot in step.get("lots") or ()]
    numbers = range(board.next_number, board.next_number + len(found))
    fresh = tuple(BoardLot(n, lot) for n, lot in zip(numbers, sorted(found), strict=True) if lot)
    joined = fixed | {each for lot in fresh for each in lot.members}
    if not joined <= everybody:
        raise BoardFault("The answer is not about this board.")
    return replace(board, lots=kept + fresh, alone=_sorted(everybody - joined))


STEPS = {
    "move": _move,
    "merge": _merge,
    "split": _split,
    "dissolve": _dissolve,
    "lock": _lock,
    "apart": _keep_apart,
    "assume": _assume,
    "regroup": _regroup,
}


def _without(board: Board, leaving: set[str]) -> Board:
    """The requirements alone; lots that become empty are gone."""
    lots = tuple(
        replace(lot, members=_sorted(set(lot.members) - leaving))
        for lot in board.lots
        if set(lot.members) - leaving
    )
    return replace(board, lots=lots, alone=_sorted({*board.alone, *leaving}))


def _with_lot(board: Board, lot: BoardLot) -> Board:
    others = [each for each in board.lots if each.number != lot.number]
    lots = tuple(sorted([*others, lot], key=lambda each: each.number))
    return replace(board, lots=lots, alone=_sorted(set(board.alone) - set(lot.members)))


def _unlocked(lot: BoardLot) -> None:
    if lot.locked:
        raise BoardFault(f"Lot {lot.number} is locked. Unlock it first.")


def _sorted(references: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(references))


def _number(text: object) -> int:
    plain = str(text or "")
    if not (plain.isascii() and plain.isdigit() and len(plain) < 6):
        raise BoardFault("Choose a lot by its number.")
    return int(plain)


def _amount(value: object, most: Decimal = Decimal(10) ** 9) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise BoardFault(f"{value} is not a number.") from None
    if not amount.is_finite() or not 0 <= amount <= most:
        raise BoardFault(f"Assume a number from 0 to {most:,}.")
    return amount

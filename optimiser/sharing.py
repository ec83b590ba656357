"""How the benefit of each joint lot is divided, and whether anybody has reason to walk away."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimiser.blocking import most_to_gain
from optimiser.coalitions import game_of
from optimiser.core import nearest_in_core, tolerance_of
from optimiser.problem import Problem
from optimiser.shapley import shapley


@dataclass(frozen=True)
class AuthorityShare:
    """What one authority of a lot gets, pounds, by three measures."""

    authority: str
    own_price_saving: float
    shapley: float
    stable: float


@dataclass(frozen=True)
class Blocking:
    """Authorities that would together gain by leaving, under the Shapley division."""

    authorities: tuple[str, ...]
    gain: float


@dataclass(frozen=True)
class LotShares:
    """The division of one joint lot. No `blocking`: proven that nobody gains by leaving."""

    lot: tuple[str, ...]
    net_benefit: float
    authorities: tuple[AuthorityShare, ...]
    shapley_error: float
    blocking: Blocking | None
    core_is_empty: bool


def share(
    problem: Problem,
    lots: Sequence[Sequence[str]],
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[LotShares, ...]:
    """The division of each lot of more than one requirement, in the order given."""
    joint = [lot for lot in lots if len(lot) > 1]
    found = []
    for lot in joint:
        found.append(share_lot(problem, lot))
        if on_progress:
            on_progress(len(found), len(joint))
    return tuple(found)


def share_lot(problem: Problem, lot: Sequence[str]) -> LotShares:
    """The division of one joint lot among its authorities."""
    game = game_of(problem, lot)
    fair = shapley(game)
    stable = nearest_in_core(game, fair.values)
    against = most_to_gain(game, fair.values, tolerance_of(game))
    own = game.savings(float(game.values.sum()))
    return LotShares(
        lot=tuple(lot),
        net_benefit=game.whole,
        authorities=tuple(
            AuthorityShare(code, float(own[k]), float(fair.values[k]), float(stable.shares[k]))
            for k, code in enumerate(game.authorities)
        ),
        shapley_error=fair.error,
        blocking=Blocking(tuple(_named(game.authorities, against.members)), against.gain)
        if against
        else None,
        core_is_empty=stable.core_is_empty,
    )


def _named(authorities: Sequence[str], members: np.ndarray) -> Iterator[str]:
    return (code for code, there in zip(authorities, members, strict=True) if there)

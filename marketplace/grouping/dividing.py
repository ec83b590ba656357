"""Who gains from a lot and what holds it together: the optimiser's division, in pounds and names.

It reads a run's snapshot and no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from marketplace.grouping.translate import HasSnapshot, in_pounds, problem_of
from optimiser.lots import net_benefit
from optimiser.problem import Problem
from optimiser.sharing import share_lot

MOST_PAIRS = 24
"""Above so many authorities the worst pair is not looked for: a person would not read it."""


@dataclass(frozen=True)
class Part:
    """What one authority gets, in pounds, and what is left of the lot without it."""

    authority: str
    value: Decimal
    price_saving: Decimal
    """At the lot's price, before costs."""
    fair: Decimal
    """Its Shapley value: what it adds, on average over all orders of joining."""
    stable: Decimal
    """Its part of the division from which nobody has reason to walk away, nearest to that."""
    left_without: Decimal
    """The lot's net benefit if it leaves."""


@dataclass(frozen=True)
class Division:
    """How a lot's net benefit is divided among its authorities, largest part first."""

    parts: tuple[Part, ...]
    error: Decimal
    """The standard error of the fair parts, where they are estimated."""
    leaving: tuple[str, ...]
    """The authorities that would together gain most by leaving; none: proven that nobody does."""
    leaving_gain: Decimal
    no_stable: bool
    """Whether every division gives somebody reason to walk away."""
    worst_pair: tuple[str, str] | None
    left_without_pair: Decimal


def division(run: HasSnapshot, references: Sequence[str]) -> Division:
    """Divide the lot of these requirements of the snapshot."""
    problem = problem_of(run)
    lot = sorted(references)
    found = share_lot(problem, lot)
    names = {each.code: each.name for each in problem.authorities}
    codes = [each.authority for each in found.authorities]
    parts = [
        Part(
            authority=names[each.authority],
            value=in_pounds(_value(problem, lot, each.authority)),
            price_saving=in_pounds(each.own_price_saving),
            fair=in_pounds(each.shapley),
            stable=in_pounds(each.stable),
            left_without=in_pounds(_without(problem, lot, {each.authority})),
        )
        for each in found.authorities
    ]
    pair, left = _worst_pair(problem, lot, codes)
    return Division(
        parts=tuple(sorted(parts, key=lambda part: (-part.fair, part.authority))),
        error=in_pounds(found.shapley_error),
        leaving=tuple(sorted(names[code] for code in found.blocking.authorities))
        if found.blocking
        else (),
        leaving_gain=in_pounds(found.blocking.gain if found.blocking else 0.0),
        no_stable=found.core_is_empty,
        worst_pair=(names[pair[0]], names[pair[1]]) if pair else None,
        left_without_pair=in_pounds(left),
    )


def _worst_pair(
    problem: Problem, lot: Sequence[str], codes: Sequence[str]
) -> tuple[tuple[str, str] | None, float]:
    """The two whose leaving costs the lot most; only where somebody is left to share."""
    if not 3 < len(codes) <= MOST_PAIRS:
        return None, 0.0
    left = {pair: _without(problem, lot, set(pair)) for pair in combinations(codes, 2)}
    worst = min(left, key=lambda pair: (left[pair], pair))
    return worst, left[worst]


def _without(problem: Problem, lot: Sequence[str], leaving: set[str]) -> float:
    rest = [each for each in lot if problem.requirement_by_id[each].authority not in leaving]
    return net_benefit(problem, rest)


def _value(problem: Problem, lot: Sequence[str], authority: str) -> float:
    members = (problem.requirement_by_id[each] for each in lot)
    return sum(member.value for member in members if member.authority == authority)

"""Why a requirement is left alone, in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimiser.lots import faults_of, net_benefit
from optimiser.market import market_of
from optimiser.merging import Lots
from optimiser.problem import Problem


@dataclass(frozen=True)
class LeftAlone:
    """A lone requirement, why, and what the best joint lot would change the total by."""

    requirement: str
    reason: str
    change: float | None


def left_alone(problem: Problem, lots: Sequence[Sequence[str]]) -> Iterator[LeftAlone]:
    """Each requirement in none of the joint lots, with the reason."""
    joint: dict[str, list[Sequence[str]]] = {}
    for lot in lots:
        if len(lot) > 1:
            joint.setdefault(problem.requirement_by_id[lot[0]].category, []).append(lot)
    reasons: dict[str, LeftAlone] = {}
    for code, members in problem.requirements_by_category.items():
        if members:
            found = _in_category(problem.of_category(code), joint.get(code, []))
            reasons.update((each.requirement, each) for each in found)
    for requirement in problem.requirements:
        if requirement.id in reasons:
            yield reasons[requirement.id]


def _in_category(problem: Problem, joint: Sequence[Sequence[str]]) -> Iterator[LeftAlone]:
    """Those left alone in one category, against every lot and everybody else alone in it."""
    market = market_of(problem)
    place = {each: number for number, each in enumerate(market.ids)}
    lots = Lots(market)
    named: dict[int, Sequence[str]] = {number: (each,) for number, each in enumerate(market.ids)}
    for lot in joint:
        first, *others = (place[each] for each in lot)
        for other in others:
            lots.merge(first, other, 0.0)
            del named[other]
        lots.worth[first] = market.net([first, *others]) + market.tender - market.kappa
        named[first] = lot
    for one, lot in named.items():
        if len(lot) == 1:
            yield _why(problem, lots, named, one)


def _why(problem: Problem, lots: Lots, named: dict[int, Sequence[str]], one: int) -> LeftAlone:
    alone = lots.market.ids[one]
    options = [lot for place, lot in named.items() if place != one]
    if not options:
        return LeftAlone(alone, "nobody else posted in this category", None)
    gains = lots.gains(one)
    best = int(np.argmax(gains))
    if np.isneginf(gains[best]):
        barred = next(iter(faults_of(problem, [*options[0], alone])), "the rules of the category")
        return LeftAlone(alone, f"every possible partner is barred; for example, {barred}", None)
    change = net_benefit(problem, [*named[best], alone]) - net_benefit(problem, named[best])
    return LeftAlone(
        alone, f"buying alone is better: joining would change the total by £{change:,.0f}", change
    )

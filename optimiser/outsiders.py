"""Who nearly is in a lot: what an outsider would change by joining it, and what bars it.

For a lot L and a requirement i of its category that stands in another lot O, alone or not,

    change_i = net(L ∪ {i}) − net(L) − (net(O) − net(O ∖ {i}))
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.lots import category_of, faults_of, members_of, net_benefit
from optimiser.problem import Problem, Requirement

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outsider:
    """A requirement that could join: what everybody together would gain, and each rule against."""

    requirement: str
    change: float
    barred_by: tuple[str, ...]


def outsiders(
    problem: Problem, lots: Sequence[Sequence[str]], lot: Sequence[str], most: int
) -> tuple[Outsider, ...]:
    """Those who would bring most by joining the lot, rules or none; best first."""
    code, inside = category_of(problem, lot).code, set(lot)
    outside = [r for r in problem.requirements_by_category[code] if r.id not in inside]
    if not outside:
        return ()
    change = _gains(problem, lot, outside) - _worth_where_they_are(problem, lots, outside)
    order = sorted(range(len(outside)), key=lambda each: (-change[each], outside[each].id))
    return tuple(
        Outsider(
            outside[each].id, float(change[each]), faults_of(problem, (*lot, outside[each].id))
        )
        for each in order[:most]
    )


def _gains(problem: Problem, lot: Sequence[str], outside: Sequence[Requirement]) -> Floats:
    """net(L ∪ {i}) − net(L) of each outsider at once."""
    category, members = category_of(problem, lot), members_of(problem, lot)
    here = {member.authority for member in members}
    values = np.array([member.value for member in members])
    theirs = np.array([each.value for each in outside])
    volume = values.sum() + theirs
    beta, ceiling = category.elasticity, category.max_discount
    saving = (values * np.minimum(ceiling, 1.0 - (volume[:, None] / values) ** -beta)).sum(axis=1)
    saving += theirs * np.minimum(ceiling, 1.0 - (volume / theirs) ** -beta)
    partners = np.array([len(here) - (each.authority in here) for each in outside])
    tenders = category.tender_cost * len(members)
    return np.asarray(
        saving + tenders - category.coordination_cost * partners - net_benefit(problem, lot)
    )


def _worth_where_they_are(
    problem: Problem, lots: Sequence[Sequence[str]], outside: Sequence[Requirement]
) -> Floats:
    """net(O) − net(O ∖ {i}) of each outsider."""
    lost = {
        each: net_benefit(problem, lot) - net_benefit(problem, [i for i in lot if i != each])
        for lot in lots
        for each in lot
    }
    return np.array([lost.get(each.id, 0.0) for each in outside])

"""What is left if an authority leaves, and a solution's worth if prices fall more or less."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from optimiser.answers import Lot, is_proven
from optimiser.known import lots_by_id, offered, solved
from optimiser.lots import benefit_at, category_of, net_benefit
from optimiser.problem import Problem
from optimiser.timing import Deadline

Lots = Sequence[Sequence[str]]
UNLESS_SAID = 10.0


@dataclass(frozen=True)
class Departure:
    """The categories of an authority without it; all others stay as they are.

    `before` is what its categories are worth with it; `as_it_stands` the same lots with its
    requirements taken out of them; `net_benefit` the best grouping found of those who stay, and
    `upper_bound` what no grouping of them exceeds.
    """

    authority: str
    before: float
    as_it_stands: float
    net_benefit: float
    upper_bound: float
    lots: tuple[Lot, ...]

    @property
    def proven_optimal(self) -> bool:
        return is_proven(self.net_benefit, self.upper_bound)


def without(
    problem: Problem, lots: Lots, authority: str, *, seconds: float = UNLESS_SAID
) -> Departure:
    """What is left if the authority takes its requirements away."""
    until = Deadline.after(seconds)
    codes = sorted({r.category for r in problem.requirements if r.authority == authority})
    before = standing = value = bound = 0.0
    best: list[Lot] = []
    for place, code in enumerate(codes):
        part = problem.of_category(code)
        joint = [tuple(lot) for lot in lots if lot[0] in part.requirement_by_id]
        rest = _without(part, authority)
        kept = [tuple(each for each in lot if each in rest.requirement_by_id) for lot in joint]
        kept = [lot for lot in kept if lot]
        before += sum(net_benefit(part, lot) for lot in joint)
        standing += sum(net_benefit(part, lot) for lot in kept)
        state = offered(rest, kept)
        if rest.requirements:
            solved(rest, state, until.left / (len(codes) - place))
        value += state.value
        bound += state.bound if rest.requirements else 0.0
        best += lots_by_id(rest, state)
    return Departure(authority, before, standing, value, bound, tuple(best))


def departures(
    problem: Problem, lots: Lots, *, seconds: float = UNLESS_SAID
) -> Iterator[Departure]:
    """The same for each authority that posts a requirement, in turn, in equal shares of time."""
    until = Deadline.after(seconds)
    codes = sorted({r.authority for r in problem.requirements})
    for place, code in enumerate(codes):
        yield without(problem, lots, code, seconds=until.left / (len(codes) - place))


def _without(part: Problem, authority: str) -> Problem:
    rest = tuple(r for r in part.requirements if r.authority != authority)
    return replace(part, requirements=rest)


@dataclass(frozen=True)
class Range:
    """What the same lots are worth if prices fall little, as is likely, or much with volume."""

    low: float
    likely: float
    high: float


def benefit_range(
    problem: Problem, lots: Lots, elasticities: Mapping[str, tuple[float, float, float]]
) -> Range:
    """The net benefit of a solution at each category's low, likely and high elasticity."""
    totals = [0.0, 0.0, 0.0]
    for lot in lots:
        for place, elasticity in enumerate(elasticities[category_of(problem, lot).code]):
            totals[place] += benefit_at(problem, lot, elasticity)
    return Range(*totals)

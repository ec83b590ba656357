"""Why a requirement is left alone, in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimiser.lots import faults_of, net_benefit
from optimiser.problem import Problem


@dataclass(frozen=True)
class LeftAlone:
    """A lone requirement, why, and what the best joint lot would change the total by."""

    requirement: str
    reason: str
    change: float | None


def left_alone(problem: Problem, lots: Sequence[Sequence[str]]) -> Iterator[LeftAlone]:
    """Each requirement in none of the joint lots, with the reason."""
    joined = {each for lot in lots for each in lot}
    for requirement in problem.requirements:
        if requirement.id in joined:
            continue
        others = [
            other.id
            for other in problem.requirements_by_category[requirement.category]
            if other.id != requirement.id
        ]
        codes = {requirement.category}
        there = [lot for lot in lots if problem.requirement_by_id[lot[0]].category in codes]
        options = [*there, *([other] for other in others if other not in joined)]
        yield _why(problem, requirement.id, options)


def _why(problem: Problem, alone: str, options: Sequence[Sequence[str]]) -> LeftAlone:
    if not options:
        return LeftAlone(alone, "nobody else posted in this category", None)
    best, barred = None, ""
    for option in options:
        faults = faults_of(problem, [*option, alone])
        if faults:
            barred = barred or faults[0]
            continue
        change = net_benefit(problem, [*option, alone]) - net_benefit(problem, option)
        best = change if best is None else max(best, change)
    if best is None:
        return LeftAlone(alone, f"every possible partner is barred; for example, {barred}", None)
    return LeftAlone(
        alone, f"buying alone is better: joining would change the total by £{best:,.0f}", best
    )

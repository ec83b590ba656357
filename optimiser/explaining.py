"""Why a requirement is where it is: its worth there, its alternatives, and what it insists on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from optimiser.insistence import Cost, costs_of
from optimiser.lots import faults_of, net_benefit
from optimiser.problem import Problem
from optimiser.timing import Deadline

ANSWER_WITHIN = 1.2


@dataclass(frozen=True)
class Alternative:
    """Another lot: what moving there would change the total by, and each rule that bars it."""

    lot: tuple[str, ...]
    change: float
    barred_by: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Where a requirement is, and why not elsewhere; to buy alone would cost `worth_to_lot`."""

    requirement: str
    lot: tuple[str, ...]
    worth_to_lot: float
    alternatives: tuple[Alternative, ...]
    insistence: tuple[Cost, ...]


def explain(
    problem: Problem,
    lots: Sequence[Sequence[str]],
    requirement: str,
    *,
    seconds: float = ANSWER_WITHIN,
    on_progress: Callable[[int, int], None] | None = None,
) -> Explanation:
    """Explain one requirement of a solution; more seconds make the brackets narrower."""
    until = Deadline.after(seconds)
    code = problem.requirement_by_id[requirement].category
    part = problem.of_category(code)
    there = _all_lots(part, lots)
    own = next(lot for lot in there if requirement in lot)
    rest = tuple(each for each in own if each != requirement)
    worth = net_benefit(part, own) - net_benefit(part, rest)
    others = (lot for lot in there if lot is not own)
    alternatives = [_alternative(part, lot, requirement, worth) for lot in others]
    return Explanation(
        requirement=requirement,
        lot=own,
        worth_to_lot=worth,
        alternatives=tuple(sorted(alternatives, key=lambda each: (-each.change, each.lot))),
        insistence=costs_of(part, there, requirement, until, on_progress),
    )


def _all_lots(part: Problem, lots: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The lots of one category, with those alone as lots of one."""
    mine = part.requirement_by_id
    joint = [tuple(lot) for lot in lots if lot[0] in mine]
    named = {each for lot in joint for each in lot}
    return [*joint, *((each,) for each in sorted(mine) if each not in named)]


def _alternative(
    part: Problem, lot: tuple[str, ...], requirement: str, worth: float
) -> Alternative:
    larger = (*lot, requirement)
    change = net_benefit(part, larger) - net_benefit(part, lot) - worth
    return Alternative(lot, change, faults_of(part, larger))


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

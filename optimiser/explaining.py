"""Why a requirement is where it is: its worth there, its alternatives, and what it insists on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from optimiser.insistence import Cost, costs_of
from optimiser.lone import LeftAlone, left_alone
from optimiser.lots import faults_of, net_benefit
from optimiser.problem import Problem
from optimiser.timing import Deadline

__all__ = ["Alternative", "Explanation", "LeftAlone", "explain", "left_alone"]

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

"""Waves of one category: which contracts to follow together, when, and what that is worth.

The optimiser groups the requirements that would follow the contracts, each free to start in the
months that `timing.py` gives it, so that no other division into lots is worth more where the
search came to its end. Every joint lot is a wave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from marketplace.contracts.planning import Window
from marketplace.grouping.narrowing import Narrowed
from marketplace.grouping.translate import (
    Solved,
    Worth,
    solve_category,
    solve_each,
    worth_of,
)
from marketplace.waves.timing import Ending, Meeting, best_month

KEPT = 16
"""Answers that are remembered, each by the problem that it answers."""
SECONDS = 2.0
"""How long the optimiser may search, for one category or for all of a page."""


@dataclass(frozen=True)
class Wave:
    """Contracts that are best followed together."""

    category_code: str
    meeting: Meeting
    worth: Worth
    without_extending: Decimal
    """The likely worth of those alone that are free in that month."""
    proven: bool

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(member.reference for member in self.worth.members)


@dataclass(frozen=True)
class Asked:
    """What is asked: a frozen problem, the contracts in it, and how starts may lie apart."""

    snapshot: str
    endings: Mapping[str, Ending]
    """By reference."""
    slack: Window
    today: date


def waves_of(asked: Asked, code: str, seconds: float = SECONDS) -> list[Wave]:
    """The waves of a category, the one of most worth first."""
    return _waves(asked, code, _solved(asked.snapshot, code, seconds))


def waves_of_all(asked: Asked, seconds: float = SECONDS) -> list[Wave]:
    """The waves of every category in the question, the one of most worth first."""
    solved = _solved_all(asked.snapshot, seconds)
    found = [wave for code, each in solved.items() for wave in _waves(asked, code, each)]
    return sorted(found, key=_by_worth)


def wave_of(asked: Asked, code: str, references: Sequence[str], *, proven: bool) -> Wave | None:
    """These contracts followed together; None where they have no month in common."""
    run = Narrowed(asked.snapshot)
    meeting = best_month(
        [asked.endings[each] for each in sorted(references)], asked.slack, asked.today
    )
    if meeting is None:
        return None
    free = [each.reference for each in meeting.free]
    alone = worth_of(run, free).net_benefit_likely if len(free) > 1 else Decimal(0)
    return Wave(code, meeting, worth_of(run, references), max(alone, Decimal(0)), proven)


@lru_cache(maxsize=KEPT)
def _solved(snapshot: str, code: str, seconds: float) -> Solved:
    """A page and its file say the same, and nobody searches twice for one register."""
    return solve_category(Narrowed(snapshot), code, time_limit=seconds)


@lru_cache(maxsize=KEPT)
def _solved_all(snapshot: str, seconds: float) -> dict[str, Solved]:
    return solve_each(Narrowed(snapshot), time_limit=seconds)


def _waves(asked: Asked, code: str, solved: Solved) -> list[Wave]:
    """Lots of one authority alone are no waves: nobody buys together."""
    found = [wave_of(asked, code, lot, proven=solved.proven_optimal) for lot in solved.lots]
    shared = [wave for wave in found if wave and wave.meeting.authorities > 1]
    return sorted(shared, key=_by_worth)


def _by_worth(wave: Wave) -> tuple[Decimal, str, tuple[str, ...]]:
    return -wave.worth.net_benefit_likely, wave.category_code, wave.references

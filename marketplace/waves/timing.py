"""When contracts that end could be followed together: pure rules, counted in whole months.

Of a contract c that ends
    F_c   the month of the first day after its end
    e_c   the months by which it can be extended altogether, nought where that is not known
    B_c   the first month that begins once its break clause lets it be ended; none: F_c
and of everybody
    b, a  the months by which what follows may start before and after F_c without more ado
    N     the next month: nothing starts earlier
c can be followed in the months   max(N, min(B_c, F_c − b)) … max(N, F_c + max(a, e_c)).
In month M it is free where F_c − b ≤ M ≤ F_c + a. Later it has to be extended, by M − F_c months;
earlier it has to be ended under its break clause, F_c − M months before its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from marketplace.contracts.planning import Window

HORIZON = 36


def month_of(day: date) -> int:
    """Months as whole numbers, so that they can be counted."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    return first_day(month + 1) - timedelta(days=1)


@dataclass(frozen=True)
class Ending:
    """A contract that ends, as far as buying together is concerned."""

    reference: str
    authority: str
    """The code of its authority."""
    end: date
    extension: int
    """Months by which it can be extended altogether."""
    value: Decimal
    """What follows it is worth over its term."""
    term_months: int
    breaks: date | None = None
    """The first day on which it can be ended early."""

    @property
    def freed(self) -> int:
        """The month of the first day after its end."""
        return month_of(self.end + timedelta(days=1))

    def months(self, slack: Window, today: date) -> tuple[int, int]:
        """The first and the last month in which it can be followed."""
        soonest = month_of(today) + 1
        first = max(soonest, min(self._breaks_from, self.freed - slack.before))
        return first, max(first, self.freed + max(slack.after, self.extension))

    @property
    def _breaks_from(self) -> int:
        """The first month that begins once it can be ended early, or that after its end."""
        if self.breaks is None:
            return self.freed
        return month_of(self.breaks) + (self.breaks.day > 1)

    def days(self, slack: Window, today: date) -> tuple[date, date]:
        """The same, as days between which what follows may start."""
        first, last = self.months(slack, today)
        return first_day(first), last_day(last)

    def extended_by(self, month: int, slack: Window) -> int:
        """By how many months it has to be extended to be followed in the month."""
        return 0 if month <= self.freed + slack.after else month - self.freed

    def ended_early_by(self, month: int, slack: Window) -> int:
        """By how many months it has to be ended early to be followed in the month."""
        return 0 if month >= self.freed - slack.before else self.freed - month


@dataclass(frozen=True)
class Meeting:
    """The month in which contracts are best followed together, and what that takes."""

    month: int
    free: tuple[Ending, ...]
    extended: tuple[Ending, ...]
    longest: int
    """The longest extension that it takes, in months."""
    broken: tuple[Ending, ...] = ()
    """Those to be ended early under their break clauses."""

    @property
    def start(self) -> date:
        return first_day(self.month)

    @property
    def free_authorities(self) -> int:
        """Authorities of which no contract has to be extended or ended early."""
        moved = self._authorities((*self.extended, *self.broken))
        return len(self._authorities(self.free) - moved)

    @property
    def extending_authorities(self) -> int:
        return len(self._authorities(self.extended))

    @property
    def breaking_authorities(self) -> int:
        return len(self._authorities(self.broken))

    @property
    def authorities(self) -> int:
        return len(self._authorities((*self.free, *self.extended, *self.broken)))

    @staticmethod
    def _authorities(endings: Sequence[Ending]) -> set[str]:
        return {each.authority for each in endings}


def best_month(members: Sequence[Ending], slack: Window, today: date) -> Meeting | None:
    """The month that moves the fewest ends, of these by the least, of these the soonest.

    None where there is no month in which all can be followed.
    """
    windows = [each.months(slack, today) for each in members]
    first, last = max(start for start, _ in windows), min(end for _, end in windows)
    meetings = [_meeting(members, month, slack) for month in range(first, last + 1)]
    return min(meetings, key=_trouble, default=None)


def _meeting(members: Sequence[Ending], month: int, slack: Window) -> Meeting:
    extended = tuple(each for each in members if each.extended_by(month, slack))
    broken = tuple(each for each in members if each.ended_early_by(month, slack))
    return Meeting(
        month,
        tuple(each for each in members if each not in extended and each not in broken),
        extended,
        max((each.extended_by(month, slack) for each in extended), default=0),
        broken,
    )


def _trouble(meeting: Meeting) -> tuple[int, int, int]:
    moved = (*meeting.extended, *meeting.broken)
    total = sum(abs(meeting.month - each.freed) for each in moved)
    return len(moved), total, meeting.month

"""When contracts that end could be followed together: pure rules, counted in whole months.

Of a contract c that ends
    F_c   the month of the first day after its end
    e_c   the months by which it can be extended altogether, nought where that is not known
and of everybody
    b, a  the months by which what follows may start before and after F_c without more ado
    N     the next month: nothing starts earlier
c can be followed in the months   max(N, F_c − b) … max(N, F_c + max(a, e_c)).
In month M it is free where M ≤ F_c + a; later it has to be extended, by M − F_c months.
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

    @property
    def freed(self) -> int:
        """The month of the first day after its end."""
        return month_of(self.end + timedelta(days=1))

    def months(self, slack: Window, today: date) -> tuple[int, int]:
        """The first and the last month in which it can be followed."""
        soonest = month_of(today) + 1
        first = max(soonest, self.freed - slack.before)
        return first, max(first, self.freed + max(slack.after, self.extension))

    def days(self, slack: Window, today: date) -> tuple[date, date]:
        """The same, as days between which what follows may start."""
        first, last = self.months(slack, today)
        return first_day(first), last_day(last)

    def extended_by(self, month: int, slack: Window) -> int:
        """By how many months it has to be extended to be followed in the month."""
        return 0 if month <= self.freed + slack.after else month - self.freed


@dataclass(frozen=True)
class Meeting:
    """The month in which contracts are best followed together, and what that takes."""

    month: int
    free: tuple[Ending, ...]
    extended: tuple[Ending, ...]
    longest: int
    """The longest extension that it takes, in months."""

    @property
    def start(self) -> date:
        return first_day(self.month)

    @property
    def free_authorities(self) -> int:
        """Authorities of which no contract has to be extended."""
        return len(self._authorities(self.free) - self._authorities(self.extended))

    @property
    def extending_authorities(self) -> int:
        return len(self._authorities(self.extended))

    @property
    def authorities(self) -> int:
        return len(self._authorities((*self.free, *self.extended)))

    @staticmethod
    def _authorities(endings: Sequence[Ending]) -> set[str]:
        return {each.authority for each in endings}


def best_month(members: Sequence[Ending], slack: Window, today: date) -> Meeting | None:
    """The month that needs the fewest extensions, of these the shortest, of these the soonest.

    None where there is no month in which all can be followed.
    """
    windows = [each.months(slack, today) for each in members]
    first, last = max(start for start, _ in windows), min(end for _, end in windows)
    meetings = [_meeting(members, month, slack) for month in range(first, last + 1)]
    return min(meetings, key=_trouble, default=None)


def _meeting(members: Sequence[Ending], month: int, slack: Window) -> Meeting:
    longer = [each.extended_by(month, slack) for each in members]
    pairs = list(zip(members, longer, strict=True))
    return Meeting(
        month,
        tuple(each for each, by in pairs if not by),
        tuple(each for each, by in pairs if by),
        max(longer, default=0),
    )


def _trouble(meeting: Meeting) -> tuple[int, int, int]:
    total = sum(meeting.month - each.freed for each in meeting.extended)
    return len(meeting.extended), total, meeting.month

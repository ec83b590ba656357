"""Playing many histories in the order of time, so that what happened first is recorded first.

A history is a generator: it yields the moment it waits for, and goes on once every other history
has come that far. It may begin others.
"""

import heapq
import itertools
from collections.abc import Generator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from marketplace.clock import LONDON, london_day

Result = TypeVar("Result")
History = Generator[datetime, None, Result]

SATURDAY = 5
SHORTLY = timedelta(minutes=4)


class Timeline:
    """The demo's own clock: it stands at the moment of what happens, and never runs back."""

    def __init__(self, today: datetime) -> None:
        self.today = london_day(today)
        self.end = today
        self.now = self.day(-500)
        self._waiting: list[tuple[datetime, int, History[None]]] = []
        self._order = itertools.count()

    def day(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        """A time of a working day so many days from today; weekends give way outwards."""
        day = self.today + timedelta(days=offset)
        over = day.weekday() - SATURDAY
        if over >= 0:
            day += timedelta(days=2 - over if offset > 0 else -1 - over)
        return datetime.combine(day, time(hour, minute), LONDON)

    def month(self, ahead: int) -> date:
        """The first day of the month so many months from this one."""
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + ahead, 12)
        return date(year, month + 1, 1)

    def working_times(self, rng: Random, days: tuple[int, int], count: int) -> list[datetime]:
        """So many moments of working days between two days from now, in order."""
        return sorted(
            self.day(rng.randint(*days), rng.randint(9, 16), rng.randrange(60))
            for _ in range(count)
        )

    def begin(self, *histories: History[None]) -> None:
        """Let histories begin now."""
        for history in histories:
            self._advance(history)

    def play(self) -> None:
        """Go on until every history is told; none may reach beyond the end."""
        while self._waiting:
            self.now, _, history = heapq.heappop(self._waiting)
            self._advance(history)

    def _advance(self, history: History[None]) -> None:
        moment = next(history, None)
        if moment is None:
            return
        # A weekend can move a moment before what has just happened: then it follows shortly.
        moment = max(moment, self.now + SHORTLY)
        if moment > self.end:
            raise ValueError(f"{moment} is still to come")
        heapq.heappush(self._waiting, (moment, next(self._order), history))

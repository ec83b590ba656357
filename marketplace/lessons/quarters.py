"""Quarters of the calendar, by London's clock."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from marketplace.clock import LONDON

NAMES = ("January to March", "April to June", "July to September", "October to December")
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year, numbered from 1 to 4."""

    year: int
    number: int

    @property
    def code(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def name(self) -> str:
        return f"{NAMES[self.number - 1]} {self.year}"

    @property
    def begins(self) -> datetime:
        first = date(self.year, 3 * self.number - 2, 1)
        return datetime.combine(first, time(), LONDON).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The moment at which the next one begins."""
        return self.after(1).begins

    def after(self, count: int) -> "Quarter":
        """The quarter so many later, or earlier."""
        year, rest = divmod(self.year * 4 + self.number - 1 + count, 4)
        return Quarter(year, rest + 1)


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day of London's lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str) -> Quarter | None:
    """A quarter as addresses have it, like 2026-Q4; None for anything else."""
    found = re.fullmatch(r"([0-9]{4})-Q([1-4])", text)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    return Quarter(int(found[1]), int(found[2]))

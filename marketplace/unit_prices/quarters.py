"""The rhythm of releases, and financial years."""

from datetime import UTC, date, datetime, time

from marketplace.clock import LONDON

FIRST_MONTH = 4
"""Financial years of authorities begin in April."""


def quarter_of(day: date) -> date:
    """The first day of the quarter in which a day lies: the day of its release."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def next_quarter(day: date) -> date:
    """The first day of the quarter after the one in which a day lies."""
    first = quarter_of(day)
    return date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)


def beginning_of(day: date) -> datetime:
    """When a day begins in London."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def financial_year(day: date) -> int:
    """The calendar year in which the financial year of a day begins."""
    return day.year - (day.month < FIRST_MONTH)


def year_name(year: int) -> str:
    """2026/27 for the one that begins in April 2026."""
    return f"{year}/{(year + 1) % 100:02d}"

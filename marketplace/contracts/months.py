"""Counting in months from a day."""

from datetime import date

DAYS_IN_MONTH = 30.4375


def months_after(start: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    number = start.year * 12 + start.month - 1 + months
    year, month = divmod(number, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(start.day, 28))


def months_before(start: date, months: int) -> date:
    """The same day some months earlier, or the last day of a shorter month."""
    return months_after(start, -months)


def months_between(start: date, end: date) -> int:
    """The length of a term in whole months, at least one; both days are in it."""
    return max(1, round(((end - start).days + 1) / DAYS_IN_MONTH))

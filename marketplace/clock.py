"""The one clock. Times are UTC inside and London time on pages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, UTC, with its zone."""
    return datetime.now(UTC)


def london(moment: datetime) -> datetime:
    """The same moment on a clock in London."""
    return moment.astimezone(LONDON)


def london_day(moment: datetime) -> date:
    """The calendar day in London at that moment."""
    return london(moment).date()

"""The one clock. Times are UTC inside and London time on pages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, UTC, with its zone."""
    return datetime.now(UTC)


def of_database(session: Session) -> datetime:
    """The present moment by the database's clock, which all processes share."""
    if session.connection().dialect.name == "sqlite":
        said = session.scalar(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"))
        return datetime.fromisoformat(str(said)).replace(tzinfo=UTC)
    # Not now(), which is the moment at which the transaction began.
    moment: datetime = session.scalars(text("SELECT clock_timestamp()")).one()
    return moment.astimezone(UTC)


def london(moment: datetime) -> datetime:
    """The same moment on a clock in London."""
    return moment.astimezone(LONDON)


def london_day(moment: datetime) -> date:
    """The calendar day in London at that moment."""
    return london(moment).date()

"""Money, dates and words as people write them; each is a template filter of the same name."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from flask import Flask

from marketplace import clock

LARGE_UNITS = ((Decimal(10**9), " billion"), (Decimal(10**6), " million"))
PENNY = Decimal("0.01")


@lru_cache(maxsize=4096, typed=True)
def pounds(amount: Decimal | float | None) -> str:
    """£1,234 for whole pounds, £1,234.56 otherwise; a minus sign goes first."""
    if amount is None:
        return "not given"
    value = Decimal(str(amount)).quantize(PENNY)
    sign = "−" if value < 0 else ""
    shown = f"{abs(value):,.2f}"
    return f"{sign}£{shown.removesuffix('.00')}"


@lru_cache(maxsize=4096, typed=True)
def rough_pounds(amount: Decimal | float | None) -> str:
    """£950, £12,300, £1.2 million: for totals and estimates, to three figures."""
    if amount is None:
        return "not given"
    value = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    sign, size = ("−" if value < 0 else ""), abs(value)
    for unit, name in LARGE_UNITS:
        if size >= unit:
            return f"{sign}£{(size / unit).quantize(PENNY).normalize():f}{name}"
    if size >= 1000:
        step: int = 10 ** (len(str(int(size))) - 3)
        return f"{sign}£{round(size / step) * step:,}"
    return f"{sign}£{round(size):,}"


def pounds_each(amount: Decimal) -> str:
    """The price of one unit: £12.10, £1,240, and £0.0042 where that is what a sheet costs."""
    if amount >= 100 and amount == amount.to_integral_value():
        return f"£{amount:,.0f}"
    whole, _, part = f"{amount.normalize():,f}".partition(".")
    return f"£{whole}.{part.ljust(2, '0')}"


def percent(share: Decimal | float | None) -> str:
    """12.3 % of a share between 0 and 1."""
    if share is None:
        return "not known"
    return f"{Decimal(str(share)) * 100:.1f}".removesuffix(".0") + "%"


def rough_percent(share: Decimal | float) -> str:
    """12% of a share between 0 and 1, for what is only known roughly."""
    return f"{Decimal(str(share)) * 100:.0f}%"


def day(value: date | datetime | None) -> str:
    """24 November 2026."""
    if value is None:
        return "not given"
    if isinstance(value, datetime):
        value = clock.london_day(value)
    return f"{value.day} {value:%B %Y}"


def iso_day(value: str | None) -> str:
    """A date as stored JSON has it, written as `day` writes it."""
    return day(date.fromisoformat(value) if value else None)


def moment(value: datetime | None) -> str:
    """Noon on 24 November 2026; 5:30pm on 24 November 2026 (London time)."""
    if value is None:
        return "not yet"
    local = clock.london(value)
    when = _time_of_day(local)
    return f"{when} {'at the start of' if when == MIDNIGHT else 'on'} {day(local.date())}"


MIDNIGHT = "midnight"


def _time_of_day(local: datetime) -> str:
    """5:30pm, noon, midnight."""
    if local.minute == 0 and local.hour in (0, 12):
        return "noon" if local.hour else MIDNIGHT
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def brief_day(value: date | datetime | None) -> str:
    """24 Nov 2026: for the cells of a table."""
    if value is None:
        return "not given"
    return _brief(clock.london_day(value) if isinstance(value, datetime) else value)


def brief_moment(value: datetime | None) -> str:
    """24 Nov 2026, 5:30pm: for the cells of a table (London time)."""
    if value is None:
        return "not yet"
    local = clock.london(value)
    return f"{_brief(local.date())}, {_time_of_day(local)}"


@lru_cache(maxsize=4096)
def _brief(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def between(first: date | None, last: date | None) -> str:
    """Between 1 May 2027 and 1 July 2027; a single day stands alone."""
    return day(first) if first == last else f"between {day(first)} and {day(last)}"


def from_now(value: datetime | None) -> str:
    """In 3 days; 2 hours ago."""
    if value is None:
        return ""
    seconds = int((value - clock.now()).total_seconds())
    size = abs(seconds)
    for length, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if size >= length:
            count = size // length
            text = f"{count} {name}{'' if count == 1 else 's'}"
            return f"in {text}" if seconds > 0 else f"{text} ago"
    return "in less than a minute" if seconds > 0 else "just now"


@lru_cache(maxsize=2048)
def words(value: StrEnum | str | None) -> str:
    """A status or choice in words: in_tender becomes In tender."""
    text = value.replace("_", " ") if value else ""
    return text[:1].upper() + text[1:]


def in_a_sentence(title: str) -> str:
    """Library books becomes library books; IT support stays IT support."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def months(count: int | None) -> str:
    """24 months as 2 years; 18 months stays 18 months."""
    if count is None:
        return "not given"
    if count % 12 == 0:
        return f"{count // 12} year{'' if count == 12 else 's'}"
    return f"{count} month{'' if count == 1 else 's'}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """1 bid; 2 bids; 1,000 requirements."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def install(app: Flask) -> None:
    """Make each a template filter."""
    filters = (
        *(pounds, rough_pounds, pounds_each, percent, rough_percent),
        *(day, iso_day, brief_day, between, moment, brief_moment, from_now),
        *(words, months, counted),
    )
    for filter_ in filters:
        app.add_template_filter(filter_)

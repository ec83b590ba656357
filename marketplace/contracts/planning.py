"""What follows a contract that ends: pure rules from its dates and amounts to a requirement's.

Where the register does not say, the rule gives None and the person is asked.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from marketplace.contracts.months import months_after, months_before

LONGEST_TERM = 600
PENCE = Decimal("0.01")


@dataclass(frozen=True)
class Window:
    """How many months before and after a contract's end what follows it may start."""

    before: int = 3
    after: int = 3

    def around(self, end: date, today: date) -> tuple[date, date]:
        """The earliest and the latest start; nothing starts in the past."""
        follows = end + timedelta(days=1)
        latest = max(months_after(follows, self.after), today)
        return min(max(months_before(follows, self.before), today), latest), latest


def term_of(
    start: date | None, end: date | None, value: Decimal | None, yearly_value: Decimal | None
) -> int | None:
    """The term in months: from the dates, else from the value and what is paid a year."""
    if start and end and start < end:
        days = (end - start).days + 1
        return _possible(round(days * 12 / 365.25))
    if value and yearly_value and value > 0 and yearly_value > 0:
        return _possible(round(value * 12 / yearly_value))
    return None


def value_of(
    value: Decimal | None, yearly_value: Decimal | None, term_months: int | None
) -> Decimal | None:
    """The value over the term: from what is paid a year, else what the last contract was worth."""
    if yearly_value and yearly_value > 0 and term_months:
        return (yearly_value * term_months / 12).quantize(PENCE)
    return value if value and value > 0 else None


def _possible(months: int) -> int | None:
    return months if 1 <= months <= LONGEST_TERM else None

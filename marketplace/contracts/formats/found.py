"""What a row of a register says, the same whatever format it came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from marketplace.contracts.months import months_after, months_between
from marketplace.intake.faults import RowReader

LONGEST_LINE = 255
SHORTEN_AT = LONGEST_LINE - 1


@dataclass(frozen=True)
class Found:
    """One contract as its source describes it."""

    buyer: str
    source_reference: str
    identity: tuple[str, ...]
    """What makes it the same contract in the next edition of the source."""
    title: str
    description: str
    suppliers: tuple[str, ...]
    codes: Sequence[str] = ()
    category_label: str = ""
    value: Decimal | None = None
    yearly_value: Decimal | None = None
    start_date: date | None = None
    end_date: date | None = None
    end_is_estimate: bool = False
    awarded_on: date | None = None
    review_date: date | None = None
    extensions: tuple[int, ...] | None = None
    """Months of each option; () where the source says that there is none."""
    break_date: date | None = None
    break_terms: str = ""
    others_may_join: bool | None = None
    joining_terms: str = ""
    lead_authority: str = ""
    checked_on: date | None = None
    is_public: bool = True
    """Whether everybody may see it: what comes from a published source is public."""
    own_reference: str = ""
    """Our own reference of the contract, where the row was once taken away from here."""

    @property
    def facts(self) -> tuple[object, ...]:
        """What tells two contracts of one identity apart."""
        return (self.value, self.awarded_on, self.start_date, self.end_date, folded(self.title))


def folded(text: str) -> str:
    """Without what two editions of one source write differently: case and spaces."""
    return " ".join(text.casefold().split())


def titled(title: str, description: str) -> tuple[str, str]:
    """A title that fits a line, and the description; what was cut off stays readable there."""
    title = title or description.split("\n")[0]
    if len(title) <= LONGEST_LINE:
        return title, "" if description == title else description
    full = f"{title}\n\n{description}" if description and description != title else title
    return title[:SHORTEN_AT].rstrip() + "…", full


def dates_in_order(reader: RowReader, start: date | None, end: date | None) -> None:
    """A contract does not end before it starts."""
    if start and end and end < start:
        reader.refuse("end", f"a day on or after the start, {start:%d/%m/%Y}")


def estimated_end(awarded_on: date | None, term_months: int | None) -> date | None:
    """When a contract of the usual term would end that began on the day of its award."""
    if awarded_on is None or term_months is None:
        return None
    return months_after(awarded_on, term_months) - timedelta(days=1)


def yearly(value: Decimal | None, start: date | None, end: date | None) -> Decimal | None:
    """What a contract comes to in a year, where its term is known."""
    if value is None or start is None or end is None or end < start:
        return None
    return (value * 12 / months_between(start, end)).quantize(Decimal("0.01"))

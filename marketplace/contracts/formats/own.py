"""Our own format: what a register taken away from here looks like, and an empty one to fill in."""

from collections.abc import Iterator, Sequence

from marketplace.contracts.formats.found import Found, dates_in_order, titled, yearly
from marketplace.contracts.formats.suppliers import split_suppliers
from marketplace.contracts.models import Contract
from marketplace.intake.cells import cpv_codes
from marketplace.intake.faults import RowReader
from marketplace.intake.tables import Layout

COLUMNS = {
    "buyer": "Authority",
    "reference": "Reference",
    "title": "Title",
    "description": "Description",
    "supplier": "Supplier",
    "cpv_code": "CPV code",
    "label": "Category",
    "value": "Value",
    "yearly": "Value a year",
    "start": "Start date",
    "end": "End date",
    "estimate": "End is estimated",
    "review": "Review date",
    "awarded": "Awarded on",
}
LAYOUT = Layout(columns={field: (name,) for field, name in COLUMNS.items()}, needed=("title",))
EXAMPLE = (
    *("E09000007", "LIB-17", "Library books", "Adult fiction, shelf-ready"),
    *("Made-up Supplies 1 Ltd", "22113000", "", "120000", "60000", "2025-04-01", "2027-03-31"),
    *("no", "2026-09-30", "2025-02-14"),
)


def read_row(reader: RowReader, term_months: int | None) -> Found | None:
    """The contract in a row; None where the reader found faults."""
    title = _told(reader.line("title", needed="what the contract is for"))
    start, end = reader.date("start"), reader.date("end")
    value, each_year = reader.money("value"), reader.money("yearly")
    review, awarded = reader.date("review"), reader.date("awarded")
    estimated, codes = reader.yes("estimate"), cpv_codes(reader.raw("cpv_code"))
    dates_in_order(reader, start, end)
    if reader.line("cpv_code") and not codes:
        reader.refuse("cpv_code", "a CPV code of eight digits, like 22113000")
    if reader.faults:
        return None
    suppliers = split_suppliers(_told(reader.raw("supplier")))
    reference = _told(reader.line("reference"))
    title, description = titled(title, _told(reader.prose("description")))
    facts = (title, *suppliers, str(start or ""), str(end or ""), str(value or ""))
    return Found(
        buyer=reader.line("buyer"),
        source_reference=reference,
        identity=("marketplace", reference) if reference else ("marketplace", "", *facts),
        title=title,
        description=description,
        suppliers=suppliers,
        codes=codes,
        category_label=_told(reader.line("label")),
        value=value,
        yearly_value=yearly(value, start, end) if each_year is None else each_year,
        start_date=start,
        end_date=end,
        end_is_estimate=bool(estimated and end),
        awarded_on=awarded,
        review_date=review,
        own_reference=reference,
    )


def rows_of(contracts: Sequence[Contract]) -> Iterator[list[object]]:
    """Contracts as rows of this format; each needs its authority loaded."""
    for contract in contracts:
        yield [
            contract.authority.code,
            contract.reference,
            contract.title,
            contract.description,
            "; ".join(contract.all_suppliers),
            contract.category_code or "",
            contract.category_label or "",
            _number(contract.value),
            _number(contract.yearly_value),
            _day(contract.start_date),
            _day(contract.end_date),
            "yes" if contract.end_is_estimate else "no",
            _day(contract.review_date),
            _day(contract.awarded_on),
        ]


def _told(text: str) -> str:
    """Without the mark that keeps a spreadsheet from running a cell that was taken away."""
    return text[1:] if text.startswith("'") and text[1:2] in ("=", "+", "-", "@") else text


def _number(amount: object) -> str:
    return "" if amount is None else str(amount)


def _day(day: object) -> str:
    return "" if day is None else str(day)

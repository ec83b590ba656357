"""Our own format: what a register taken away from here looks like, and an empty one to fill in."""

from collections.abc import Iterator, Sequence
from itertools import compress

from marketplace.contracts.formats.found import Found, dates_in_order, titled, yearly
from marketplace.contracts.formats.options import read_options, told
from marketplace.contracts.formats.suppliers import split_suppliers
from marketplace.contracts.models import Contract
from marketplace.contracts.wording import SURE
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
    "extensions": "Extension options",
    "break": "May be ended from",
    "break_terms": "Break clause",
    "join": "Others may join",
    "join_terms": "Terms of joining",
    "lead": "Lead authority",
    "checked": "Checked on",
    "public": "Public",
}
TAKEN_AWAY = (*COLUMNS.values(), "Where from", "How sure")
"""What a list taken away has: the last two are ours to say, and no file’s."""
PRIVATE = frozenset({"May be ended from", "Break clause", "Public", "Checked on", "Where from"})
"""What concerns the authority and the centre alone."""
PUBLIC = tuple(name for name in TAKEN_AWAY if name not in PRIVATE)
LAYOUT = Layout(columns={field: (name,) for field, name in COLUMNS.items()}, needed=("title",))
EXAMPLE = (
    *("E09000007", "LIB-17", "Library books", "Adult fiction, shelf-ready"),
    *("Made-up Supplies 1 Ltd", "22113000", "", "120000", "60000", "2025-04-01", "2027-03-31"),
    *("no", "2026-09-30", "2025-02-14", "12 + 12", "2026-03-31", "Six months’ notice"),
    *("yes", "Any London authority, at the same prices", "Camden", "2026-01-15", "yes"),
)


def read_row(reader: RowReader, term_months: int | None) -> Found | None:
    """The contract in a row; None where the reader found faults."""
    title = told(reader.line("title", needed="what the contract is for"))
    start, end = reader.date("start"), reader.date("end")
    value, each_year = reader.money("value"), reader.money("yearly")
    review, awarded = reader.date("review"), reader.date("awarded")
    estimated, codes = reader.yes("estimate"), cpv_codes(reader.raw("cpv_code"))
    options = read_options(reader, start)
    dates_in_order(reader, start, end)
    if reader.line("cpv_code") and not codes:
        reader.refuse("cpv_code", "a CPV code of eight digits, like 22113000")
    if reader.faults:
        return None
    suppliers = split_suppliers(told(reader.raw("supplier")))
    reference = told(reader.line("reference"))
    title, description = titled(title, told(reader.prose("description")))
    facts = (title, *suppliers, str(start or ""), str(end or ""), str(value or ""))
    return Found(
        buyer=reader.line("buyer"),
        source_reference=reference,
        identity=("marketplace", reference) if reference else ("marketplace", "", *facts),
        title=title,
        description=description,
        suppliers=suppliers,
        codes=codes,
        category_label=told(reader.line("label")),
        value=value,
        yearly_value=yearly(value, start, end) if each_year is None else each_year,
        start_date=start,
        end_date=end,
        end_is_estimate=bool(estimated and end),
        awarded_on=awarded,
        review_date=review,
        own_reference=reference,
        **options,
    )


def rows_of(contracts: Sequence[Contract]) -> Iterator[list[object]]:
    """Contracts as rows of this format; each needs its authority and import loaded."""
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
            _yes(contract.end_is_estimate),
            _day(contract.review_date),
            _day(contract.awarded_on),
            *_options(contract),
            origin(contract),
            SURE[contract.sureness],
        ]


def public_rows_of(contracts: Sequence[Contract]) -> Iterator[list[object]]:
    """The same, with the columns of PUBLIC alone."""
    shown = [name not in PRIVATE for name in TAKEN_AWAY]
    for row in rows_of(contracts):
        yield list(compress(row, shown))


def _options(contract: Contract) -> Iterator[object]:
    """Extensions, breaks, joining and who may see it, in the order of the columns."""
    yield {None: "", "0": "none"}.get(contract.extensions, contract.extensions)
    yield _day(contract.break_date)
    yield contract.break_terms
    yield "" if contract.others_may_join is None else _yes(contract.others_may_join)
    yield contract.joining_terms
    yield contract.lead_authority
    yield _day(contract.checked_on)
    yield _yes(contract.is_public)


def origin(contract: Contract) -> str:
    """Where a row came from, in a few words."""
    if contract.contract_import is None:
        return f"Awarded here ({contract.source_reference or contract.source_key})"
    return f"{contract.contract_import.file_name}, row {contract.source_row}"


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _number(amount: object) -> str:
    return "" if amount is None else str(amount)


def _day(day: object) -> str:
    return "" if day is None else str(day)

"""Notices of Contracts Finder as JSON. They have an award's day and no dates of the contract."""

from decimal import Decimal

from marketplace.contracts.formats.found import Found, estimated_end, titled
from marketplace.contracts.formats.suppliers import split_suppliers
from marketplace.intake.cells import cpv_codes
from marketplace.intake.faults import RowReader
from marketplace.intake.kinds import FileKind
from marketplace.intake.tables import Layout

LAYOUT = Layout(
    columns={
        "id": ("id",),
        "title": ("title",),
        "description": ("description",),
        "buyer": ("organisation",),
        "status": ("status",),
        "awarded": ("awarded_date",),
        "value": ("awarded_value",),
        "low": ("value_low",),
        "high": ("value_high",),
        "supplier": ("awarded_supplier",),
        "cpv_code": ("cpv_codes",),
        "cpv_label": ("cpv_description",),
    },
    needed=("id", "title", "status", "awarded"),
    kinds=frozenset({FileKind.JSON}),
    key="contracts",
)
AWARDED = "“awarded”: a notice that was not awarded is no contract"


def read_row(reader: RowReader, term_months: int | None) -> Found | None:
    """The contract of an awarded notice; None where the reader found faults."""
    if reader.line("status").lower() != "awarded":
        reader.refuse("status", AWARDED)
        return None
    notice = reader.line("id", needed="the notice’s id")
    title = reader.line("title", needed="what the contract is for")
    awarded, value = reader.date("awarded"), reader.money("value")
    if reader.faults:
        return None
    title, description = titled(title, reader.prose("description"))
    # Nought stands for an amount that was not given.
    value = value or None
    return Found(
        buyer=reader.line("buyer"),
        source_reference=notice,
        identity=("contracts-finder", notice.lower()),
        title=title,
        description="\n\n".join(filter(None, (description, _advertised(reader, value)))),
        suppliers=split_suppliers(reader.raw("supplier")),
        codes=cpv_codes(reader.raw("cpv_code")),
        category_label=reader.line("cpv_label"),
        value=value,
        yearly_value=(value * 12 / term_months).quantize(Decimal("0.01"))
        if value and term_months
        else None,
        end_date=estimated_end(awarded, term_months),
        end_is_estimate=bool(awarded and term_months),
        awarded_on=awarded,
    )


def _advertised(reader: RowReader, value: Decimal | None) -> str:
    """What the notice expected to spend, in words, where it does not say what was awarded."""
    expected = [amount for amount in (reader.money("low"), reader.money("high")) if amount]
    if value is not None or not expected:
        return ""
    return "Advertised at " + " to ".join(f"£{amount:,.0f}" for amount in sorted(expected)) + "."

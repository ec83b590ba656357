"""Open contracting data as a flat CSV: a row for each supplier of each award."""

from marketplace.contracts.formats.found import (
    Found,
    dates_in_order,
    estimated_end,
    titled,
    yearly,
)
from marketplace.contracts.formats.suppliers import split_suppliers
from marketplace.intake.cells import cpv_codes
from marketplace.intake.faults import RowReader
from marketplace.intake.tables import Layout

LAYOUT = Layout(
    columns={
        "ocid": ("ocid",),
        "tag": ("tag",),
        "buyer": ("buyer", "buyer/name"),
        "title": ("title", "tender/title"),
        "cpv_code": ("cpv",),
        "cpv_label": ("cpv_description",),
        "value": ("award_value_gbp",),
        "awarded": ("award_date",),
        "start": ("start",),
        "end": ("end",),
        "supplier": ("supplier",),
    },
    needed=("ocid", "tag", "buyer", "title", "awarded"),
)
PREFIX = "ocds-b5fd17-"
"""Under it Contracts Finder publishes: what follows is the id of its notice."""
AWARD = "“award”: a row that is not of an award is no contract"


def read_row(reader: RowReader, term_months: int | None) -> Found | None:
    """The contract of an award, with the supplier of this row; None where there are faults."""
    if not reader.line("tag").lower().startswith(("award", "contract")):
        reader.refuse("tag", AWARD)
        return None
    ocid = reader.line("ocid", needed="the id of the contracting process")
    title = reader.line("title", needed="what the contract is for")
    awarded, value = reader.date("awarded"), reader.money("value")
    start, end = reader.date("start"), reader.date("end")
    dates_in_order(reader, start, end)
    if reader.faults:
        return None
    title, description = titled(title, "")
    value = value or None
    guess = None if end else estimated_end(start or awarded, term_months)
    return Found(
        buyer=reader.line("buyer"),
        source_reference=ocid,
        identity=_identity(ocid.lower()),
        title=title,
        description=description,
        suppliers=split_suppliers(reader.raw("supplier")),
        codes=cpv_codes(reader.raw("cpv_code")),
        category_label=reader.line("cpv_label"),
        value=value,
        yearly_value=yearly(value, start or awarded, end or guess),
        start_date=start,
        end_date=end or guess,
        end_is_estimate=guess is not None,
        awarded_on=awarded,
    )


def _identity(ocid: str) -> tuple[str, str]:
    """A notice is the same contract whether it comes as OCDS or as Contracts Finder’s own."""
    if ocid.startswith(PREFIX):
        return ("contracts-finder", ocid.removeprefix(PREFIX))
    return ("ocds", ocid)

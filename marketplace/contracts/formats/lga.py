"""The 39-column template of local transparency, as councils publish their registers."""

from marketplace.contracts.extensions import until
from marketplace.contracts.formats.found import Found, dates_in_order, titled, yearly
from marketplace.contracts.formats.suppliers import split_suppliers
from marketplace.intake.cells import NOTHING, cpv_codes
from marketplace.intake.faults import RowReader
from marketplace.intake.tables import Layout

_CLASS = "Procurement classification: "

LAYOUT = Layout(
    columns={
        "buyer": ("Organisation name", "Organisation"),
        "reference": (
            "Contract Reference number / ID",
            "Contract Reference number",
            "Reference number",
            "Contract reference",
        ),
        "title": ("Title of the Agreement", "Title of agreement", "Contract title", "Title"),
        "description": ("Description of goods and services", "Description"),
        "council_label": (f"{_CLASS}Councils procurement category label",),
        "service_label": ("Service Category label", "Service category"),
        "cpv_label": (f"{_CLASS}CPV label",),
        "cpv_code": (f"{_CLASS}CPV code", "CPV code"),
        "proclass_label": (f"{_CLASS}Proclass label",),
        "start": ("Contract start date", "Start date"),
        "end": ("End date", "Contract end date"),
        "review": ("Review date", "Contract review date"),
        "extended": ("Last extension date", "Latest extension date", "Maximum extension date"),
        "value": ("Contract value", "Value of contract", "Value"),
        "supplier": ("Supplier name", "Supplier"),
    },
    needed=("title", "start", "end", "value", "supplier"),
)
LABELS = ("cpv_label", "council_label", "proclass_label", "service_label")


def read_row(reader: RowReader, term_months: int | None) -> Found | None:
    """The contract in a row; None where the reader found faults."""
    description = reader.prose("description")
    title = reader.line("title")
    if title.lower() in NOTHING:
        title = ""
    if not title and not description:
        reader.refuse("title", "what the contract is for, here or in the description")
    start, end = reader.date("start"), reader.date("end")
    review, value = reader.date("review"), reader.money("value")
    last = reader.date("extended")
    dates_in_order(reader, start, end)
    if reader.faults:
        return None
    suppliers = split_suppliers(reader.raw("supplier"))
    reference = reader.line("reference")
    label = next((text for text in map(reader.line, LABELS) if text), "")
    title, description = titled(title, description)
    return Found(
        buyer=reader.line("buyer"),
        source_reference=reference,
        identity=("lga", reference, title, *suppliers, str(start or "")),
        title=title,
        description=description,
        suppliers=suppliers,
        codes=cpv_codes(reader.raw("cpv_code")),
        category_label=label,
        value=value,
        yearly_value=yearly(value, start, end),
        start_date=start,
        end_date=end,
        review_date=review,
        extensions=until(end, last),
    )

"""Small made-up registers, in the shapes in which councils publish theirs."""

import csv
import io
import json
from typing import Any

LGA_COLUMNS = [
    "Organisation name",
    "Organisation Code",
    "Effective Date",
    "Contract Reference number / ID",
    "Title of the Agreement",
    "Description of goods and services",
    "Procurement classification: Councils procurement category label",
    "Procurement classification: CPV code",
    "Contract start date",
    "End date",
    "Review date",
    "Contract value",
    "Fixed cost / estimated cost",
    "Supplier name",
]
LGA_ROW = {
    "Organisation name": "Ambridge Borough Council",
    "Contract Reference number / ID": "AMB-1",
    "Title of the Agreement": "Mobile library",
    "Contract start date": "01/04/2025",
    "End date": "31-Mar-2027",
    "Contract value": "£24,000",
    "Supplier name": "Felpersham Vans Ltd",
}
NOTICE = {
    "id": "0a0a0a0a-0000-0000-0000-000000000001",
    "title": "Books &amp; maps",
    "description": "For libraries",
    "organisation": "Ambridge Council",
    "status": "awarded",
    "awarded_date": "2025-06-15",
    "value_low": 0,
    "value_high": 90000,
    "awarded_value": 36000,
    "awarded_supplier": "Felpersham Vans Ltd",
    "cpv_codes": "22113000 22114000",
    "cpv_description": "Library books and Maps",
}
AWARD = {
    "ocid": "ocds-b5fd17-0a0a0a0a-0000-0000-0000-000000000001",
    "tag": "award",
    "buyer": "London Borough of Ambridge",
    "title": "Books & maps",
    "cpv": "22113000",
    "cpv_description": "Library books",
    "award_value_gbp": "36000",
    "award_date": "2025-06-15",
    "start": "2025-07-01",
    "end": "2027-06-30",
    "supplier": "Felpersham Vans Ltd",
}


def lga(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    """The 39-column template, with the columns that matter here."""
    return table(LGA_COLUMNS, [LGA_ROW | row for row in rows], encoding)


def notices(*changed: dict[str, Any]) -> bytes:
    """Contracts Finder: each notice as the sample but for what is changed."""
    return json.dumps({"meta": {}, "contracts": [NOTICE | change for change in changed]}).encode()


def awards(*changed: dict[str, str]) -> bytes:
    """Open contracting data as a flat CSV."""
    return table(list(AWARD), [AWARD | change for change in changed])


def table(columns: list[str], rows: list[dict[str, str]], encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)

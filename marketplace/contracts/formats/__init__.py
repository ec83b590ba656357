"""The formats in which contract registers come: one file each."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from marketplace.contracts.formats import contracts_finder, lga, ocds_csv, own
from marketplace.contracts.formats.found import Found
from marketplace.intake.faults import RowReader
from marketplace.intake.tables import Layout

NO_CONTRACT = frozenset({contracts_finder.AWARDED, ocds_csv.AWARD})
"""What is expected of rows that are in order and say that they are of no contract."""


class RegisterFormat(StrEnum):
    """The name of a format, as commands and forms give it."""

    LGA = "lga"
    CONTRACTS_FINDER = "contracts-finder"
    OCDS_CSV = "ocds-csv"
    MARKETPLACE = "marketplace"


@dataclass(frozen=True)
class Format:
    """What people call a format, where its columns are, and how a row is read."""

    words: str
    hint: str
    layout: Layout
    read_row: Callable[[RowReader, int | None], Found | None]
    needs_term: bool = False
    """Whether the source gives no end, so that one must be estimated."""


FORMATS: dict[RegisterFormat, Format] = {
    RegisterFormat.LGA: Format(
        "Local transparency template",
        "CSV or XLSX with the 39 columns that councils publish, like “Title of the Agreement”",
        lga.LAYOUT,
        lga.read_row,
    ),
    RegisterFormat.CONTRACTS_FINDER: Format(
        "Contracts Finder notices",
        "JSON with a list of notices; the end of each contract is estimated",
        contracts_finder.LAYOUT,
        contracts_finder.read_row,
        needs_term=True,
    ),
    RegisterFormat.OCDS_CSV: Format(
        "Open contracting data",
        "CSV or XLSX with a row for each supplier of each award, like “ocid” and “award_date”",
        ocds_csv.LAYOUT,
        ocds_csv.read_row,
    ),
    RegisterFormat.MARKETPLACE: Format(
        "London Buys Together",
        "CSV or XLSX in our own columns; take an empty one from this page",
        own.LAYOUT,
        own.read_row,
    ),
}

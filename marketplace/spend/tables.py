"""Totals and lines as tables: for pages, and to take away."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import request, url_for

from marketplace.spend.line_queries import Mark, Shown
from marketplace.spend.models import SpendTotal

TOTAL_COLUMNS = (
    *("Category", "CPV code", "Supplier", "Amount", "Amount a year before", "Payments"),
    *("Authorities", "Suppliers", "Herfindahl index", "Largest share", "Guessed part"),
)
LINE_COLUMNS = (
    *("Authority", "Supplier as written", "Paid on", "Amount", "What the file calls it"),
    *("Category", "CPV code", "How sure", "Reference", "Description", "File", "Row"),
)
SURENESS = ("not known", "guess", "likely", "given")
NO_CATEGORY = "No category found"


def called(row: SpendTotal) -> str:
    """What a total's category is called."""
    return row.category.called if row.category else NO_CATEGORY


def whose(row: SpendTotal) -> str:
    """The authority that a total is of."""
    return row.authority.name if row.authority else "Every authority"


def total_rows(found: Sequence[SpendTotal]) -> list[list[object]]:
    """Totals as rows to take away."""
    return [
        [
            called(row) if row.supplier_id is None or row.category_code else "",
            row.category_code or "",
            row.supplier.name if row.supplier_id and row.supplier else "",
            row.amount,
            row.previous if row.previous is not None else "",
            row.lines,
            row.authorities,
            row.suppliers,
            row.concentration if row.concentration is not None else "",
            row.top_share if row.top_share is not None else "",
            row.guessed,
        ]
        for row in found
    ]


def line_rows(shown: Sequence[Shown]) -> list[list[object]]:
    """Lines as rows to take away."""
    return [
        [
            each.cell.authority,
            each.cell.spelling,
            day_of(each.line.day),
            each.line.pence / 100,
            each.cell.words,
            each.cell.called,
            each.cell.category_code or "",
            SURENESS[each.cell.sureness],
            each.line.reference,
            each.line.description,
            each.cell.file_name,
            each.line.source_row,
        ]
        for each in shown
    ]


def day_of(number: int) -> str:
    """20270331 as 31/03/2027, a month alone as 03/2027."""
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    return f"{day:02d}/{month:02d}/{year}" if day else f"{month:02d}/{year}"


def years_of(rows: Sequence[SpendTotal]) -> list[tuple[int, SpendTotal | None, list[SpendTotal]]]:
    """A supplier's years, the latest first: the total of all authorities, and each one's."""
    years = sorted({row.year for row in rows if row.year}, reverse=True)
    return [
        (
            year,
            next((row for row in rows if row.year == year and row.authority_id is None), None),
            [row for row in rows if row.year == year and row.authority_id is not None],
        )
        for year in years
    ]


ASKED = ("year", "month", "authority", "category", "supplier", "label", "import")


def mark_address(mark: Mark | None) -> str:
    """The address of the page of lines that begins at the mark; empty where there is none."""
    if mark is None:
        return ""
    return _address(url_for("spend.lines"), {"cell": mark.cell, "line": mark.line})


def lines_address(kind: str) -> str:
    """The address at which the lines of this page are taken away."""
    return _address(url_for("spend.take_lines", kind=kind), {})


def _address(path: str, more: dict[str, int]) -> str:
    kept = {name: value for name, value in request.args.items() if name in ASKED and value}
    asked = kept | {name: str(value) for name, value in more.items() if value}
    return f"{path}?{urlencode(asked)}" if asked else path

"""Tables out, as CSV and XLSX, in which no cell can act as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
FAULT_COLUMNS = ("File", "Row", "Column", "Value", "Expected")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def plain_cell(value: object) -> str:
    """A cell that a spreadsheet shows and never runs; numbers keep their minus sign."""
    text = "" if value is None else str(value)
    if text.startswith(FORMULA_STARTS) and not _is_number(text):
        return "'" + text
    return text


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([plain_cell(name) for name in columns])
    writer.writerows([plain_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet; every text stays text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append([_cell(sheet, name) for name in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults_as_csv(faults: Iterable[Sequence[dict[str, Any]] | None]) -> bytes:
    """The faults of refused rows, one a line."""
    return as_csv(
        FAULT_COLUMNS,
        ([fault[name.lower()] for name in FAULT_COLUMNS] for row in faults for fault in row or ()),
    )


def _cell(sheet: Any, value: object) -> object:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell


def _is_number(text: str) -> bool:
    body = text[1:]
    return text[0] in "+-" and body.replace(".", "", 1).isdigit() and body.isascii()

"""Bytes to rows of text. Runs only in the child process: it is what a hostile file meets."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from marketplace.intake.limits import (
    LONGEST_CELL,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_PARTS,
    MOST_ROWS,
    MOST_SHEETS,
    MOST_UNPACKED_BYTES,
)

Grid = list[tuple[int, list[str]]]
"""Each row that is not blank, with the number that a spreadsheet would show beside it."""

DELIMITERS = (",", ";", "\t", "|")


class GridFault(Exception):
    """The file cannot be read; the message says why and how to mend it."""


def csv_grid(content: bytes) -> Grid:
    """Rows of delimited text in whatever mixture of encodings and line ends."""
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        return _bounded(enumerate(reader, start=1))
    except csv.Error as fault:
        raise GridFault(
            f"Line {reader.line_num} cannot be read: {fault}. "
            "A quotation mark that is opened and never closed often does this."
        ) from None


def decoded(content: bytes) -> str:
    """Text in UTF-8, or UTF-16 with its mark; a line that is not UTF-8 is taken as cp1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace").replace("\0", "")
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_line(line) for line in content.splitlines(keepends=True))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def delimiter_of(text: str) -> str:
    """What parts the cells: the mark that most of the first lines have, most often."""
    first = text[:20_000].split("\n")[:15]
    return max(
        DELIMITERS,
        key=lambda mark: (
            sum(mark in line for line in first),
            sum(line.count(mark) for line in first),
        ),
    )


def xlsx_grids(content: bytes) -> list[Grid]:
    """Rows of each sheet of a workbook that has any."""
    # The workbook is looked at before the library that unpacks it is even loaded.
    check_archive(content)
    from python_calamine import CalamineError, load_workbook

    try:
        workbook = load_workbook(io.BytesIO(content))
        sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names[:MOST_SHEETS]]
        return [grid for sheet in sheets if (grid := _sheet(sheet))]
    except (CalamineError, OSError, ValueError) as fault:
        raise GridFault(f"This is not a workbook that can be read ({fault}).") from None


def _sheet(sheet: Any) -> Grid:
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise GridFault(_too_much(sheet.total_height, sheet.total_width))
    rows = sheet.to_python(skip_empty_area=False)
    return _bounded((number, map(shown, row)) for number, row in enumerate(rows, start=1))


def check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
        raise GridFault(f"This is not a workbook that can be read ({fault}).") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise GridFault("The workbook unpacks to over 200 MB. Save only the rows as CSV.")


def _too_much(rows: int, columns: int) -> str:
    return (
        f"A sheet goes to row {rows:,} and column {columns:,}; at most {MOST_ROWS:,} rows and "
        f"{MOST_COLUMNS} columns are read. Delete what is empty, or split it."
    )


def shown(cell: Any) -> str:
    """A cell as text: whole numbers without decimals, dates in ISO form."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time | timedelta):
        return cell.isoformat() if not isinstance(cell, timedelta) else str(cell)
    return str(cell)


def json_grid(content: bytes, key: str) -> Grid:
    """A list of objects, or an object with such a list under `key`; row 0 is the names.

    Numbers stay the text that they are, so that none is too large or changes its last digit.
    """
    wanted = f"Expected a list of objects, or an object with such a list under “{key}”."
    try:
        whole = json.loads(decoded(content), parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError:
        raise GridFault(f"The JSON is nested too deeply. {wanted}") from None
    except ValueError as fault:
        raise GridFault(f"This is not JSON that can be read ({fault}).") from None
    things = whole.get(key) if isinstance(whole, dict) else whole
    if not isinstance(things, list) or not all(isinstance(thing, dict) for thing in things):
        raise GridFault(wanted)
    names = list(dict.fromkeys(name for thing in things for name in thing))
    rows = ([_plain(thing.get(name)) for name in names] for thing in things)
    # One row after the other, so that a limit that is passed stops it before there are many.
    return _bounded(chain([(0, names)], enumerate(rows, start=1)))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    if isinstance(value, bool | list | dict):
        return json.dumps(value)
    return str(value)


def _bounded(rows: Iterable[tuple[int, Iterable[str]]]) -> Grid:
    return list(_within_limits(rows))


def _within_limits(rows: Iterable[tuple[int, Iterable[str]]]) -> Iterator[tuple[int, list[str]]]:
    characters = 0
    kept = 0
    for number, cells in rows:
        row = list(cells)
        while row and not row[-1].strip():
            row.pop()
        if not row:
            continue
        kept += 1
        characters += sum(map(len, row))
        if kept > MOST_ROWS + 1:
            raise GridFault(f"There are more than {MOST_ROWS:,} rows. Split the file.")
        if len(row) > MOST_COLUMNS:
            raise GridFault(f"Row {number} has {len(row):,} columns; at most 200 are read.")
        if max(map(len, row)) > LONGEST_CELL:
            raise GridFault(f"Row {number} has a cell of over {LONGEST_CELL:,} characters.")
        if characters > MOST_CHARACTERS:
            raise GridFault("There is more text than in 40 MB. Split the file.")
        yield number, row

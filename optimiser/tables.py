"""CSV files as rows of text, in the columns that are expected, each fault named."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from optimiser.faults import Fault, Faults, shown

LONGEST_CELL = 131_072


@dataclass(frozen=True)
class Row:
    """The cells of a line, in the order in which the columns were asked for."""

    number: int
    cells: tuple[str, ...]


def read_table(path: Path, columns: Sequence[str], faults: Faults) -> list[Row] | None:
    """The rows of a table; None where there is no making sense of the file."""
    text = _text(path, faults)
    if text is None:
        return None
    lines = _lines(path.name, text, faults)
    _, header = next(lines, (0, []))
    places = _places(path.name, header, columns, faults)
    if places is None:
        return None
    picked = itemgetter(*places)
    rows = []
    for number, cells in lines:
        if len(cells) == len(header):
            rows.append(Row(number, picked(cells)))
        else:
            expected = f"{len(header)} cells, as the header has, and not {len(cells)}"
            faults.add(Fault(path.name, expected, row=number))
    return rows


def _text(path: Path, faults: Faults) -> str | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        faults.add(Fault(path.name, f"a file of this name in {shown(str(path.parent))}"))
        return None
    except OSError as error:
        faults.add(Fault(path.name, f"a file that can be read ({error.strerror})"))
        return None
    try:
        # A spreadsheet may begin the file with a byte order mark.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{content[error.start]:02x}"
        faults.add(Fault(path.name, "text in UTF-8", row=row, found=found))
        return None


def _lines(name: str, text: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Numbered lines that are not blank, up to the first that cannot be read at all."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            faults.add(Fault(name, f"comma-separated values ({error}); not read on", row=number))
            return
        if cells is None:
            return
        if cells:
            yield number, cells


def _places(
    name: str, header: Sequence[str], columns: Sequence[str], faults: Faults
) -> list[int] | None:
    """Where each column stands, or None where the header is not the one expected."""
    wanted = ", ".join(columns)
    if not header:
        faults.add(Fault(name, f"a header line with the columns {wanted}", row=1))
        return None
    wrong = [
        *(
            Fault(name, f"only the columns {wanted}", row=1, column=each)
            for each in header
            if each not in columns
        ),
        *(
            Fault(name, "a column of this name", row=1, column=each)
            for each in columns
            if each not in header
        ),
        *(
            Fault(name, "each column once", row=1, column=each)
            for each in columns
            if header.count(each) > 1
        ),
    ]
    for fault in wrong:
        faults.add(fault)
    return None if wrong else [header.index(each) for each in columns]

"""Rows under a header: which column is which, whatever order and spelling they come in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.errors import Unacceptable
from marketplace.intake.cells import clean
from marketplace.intake.grids import Grid
from marketplace.intake.kinds import FileKind
from marketplace.intake.reading import plain_name, read_grids

HEADER_WITHIN = 15
"""Reports often begin with some lines about themselves."""


@dataclass(frozen=True)
class Layout:
    """The columns of a format: for each field of ours the names that its column goes by."""

    columns: Mapping[str, Sequence[str]]
    needed: Sequence[str]
    """Fields without whose column the file is not of this format."""
    kinds: frozenset[FileKind] = frozenset({FileKind.CSV, FileKind.XLSX})
    key: str = ""
    """Where JSON keeps the list."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its text by field."""

    number: int
    cells: Mapping[str, str]
    surplus: str = ""
    """What stands beyond the last heading."""


@dataclass(frozen=True)
class Table:
    """A file's rows, and what the file itself calls the column of each field."""

    file: str
    headings: Mapping[str, str]
    rows: Sequence[Row]


def read_table(name: str, content: bytes, layout: Layout) -> Table:
    """The rows of a file of this layout.

    Raises Unacceptable for a file that cannot be read, lacks a column or has no row.
    """
    grids = read_grids(name, content, layout.kinds, layout.key)
    name = plain_name(name)
    grid, at, places = _header(name, grids, layout)
    written = grid[at][1]
    headings = {field: clean(written[place]) for field, place in places.items()}
    rows = [_row(number, cells, places, len(written)) for number, cells in grid[at + 1 :]]
    if not rows:
        raise Unacceptable(f"{name} has a header and no rows below it. Choose the file again.")
    return Table(name, headings, rows)


def _row(number: int, cells: Sequence[str], places: Mapping[str, int], width: int) -> Row:
    own = {field: cells[place] if place < len(cells) else "" for field, place in places.items()}
    return Row(number, own, " ".join(cell for cell in cells[width:] if cell.strip()))


def _header(name: str, grids: Sequence[Grid], layout: Layout) -> tuple[Grid, int, dict[str, int]]:
    """The sheet with the header, the header's place, and in which column each field is."""
    nearest: dict[str, int] = {}
    for grid in grids:
        for at, (_, cells) in enumerate(grid[:HEADER_WITHIN]):
            places = _places(cells, layout)
            if all(field in places for field in layout.needed):
                _must_be_single(name, cells, places, layout)
                return grid, at, places
            nearest = max(nearest, places, key=len)
    missing = [layout.columns[f][0] for f in layout.needed if f not in nearest]
    raise Unacceptable(
        f"{name} lacks the column{'s' if len(missing) > 1 else ''} “{'”, “'.join(missing)}”. "
        f"Expected among the first {HEADER_WITHIN} rows a header with at least: "
        f"{', '.join(layout.columns[field][0] for field in layout.needed)}."
    )


def _places(cells: Sequence[str], layout: Layout) -> dict[str, int]:
    known = [_folded(cell) for cell in cells]
    return {
        field: known.index(found)
        for field, names in layout.columns.items()
        if (found := next((n for n in map(_folded, names) if n in known), None)) is not None
    }


def _must_be_single(
    name: str, cells: Sequence[str], places: Mapping[str, int], layout: Layout
) -> None:
    folded = [_folded(cell) for cell in cells]
    twice = [cells[place].strip() for place in places.values() if folded.count(folded[place]) > 1]
    if twice:
        raise Unacceptable(f"{name} has the column “{twice[0]}” twice. Take one away.")


def _folded(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", heading.casefold()).strip()

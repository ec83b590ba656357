"""Bytes to tables of text, some rows at a time. Runs only in the child process."""

import io
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from marketplace.intake.grids import GridFault, check_archive, decoded, delimiter_of, shown
from marketplace.intake.limits import MOST_SHEETS
from marketplace.spend.cells import Coded, Column, Columns, Plain
from marketplace.spend.limits import CHUNK_ROWS, MOST_COLUMNS, MOST_ROWS

HEAD_ROWS = 400
"""How many rows are looked at to find out what the columns are."""
HEAD_BYTES = 100_000


class WiderRow(Exception):
    """A row has more cells than the first ones let expect."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.width = width


@dataclass(frozen=True)
class Sheet:
    """A table: its name in a workbook, its first rows, and a way to go over all of them."""

    name: str
    head: list[list[str]]
    source: Callable[[list[int], Collection[int]], Iterator[Columns]]

    def chunks(self, columns: list[int], plain: Collection[int]) -> Iterator[tuple[int, Columns]]:
        """These columns of all rows, some rows at a time, with the first one's number less one.

        `plain` are columns in which nearly every row has a text of its own.
        """
        start = 0
        for found in self.source(columns, plain):
            yield start, found
            start += len(next(iter(found.values())))
            if start > MOST_ROWS:
                raise GridFault(f"There are more than {MOST_ROWS:,} rows. Split the file.")


def csv_sheet(content: bytes, width: int = 0) -> Sheet:
    """The table of delimited text, in whatever mixture of encodings and line ends.

    Its chunks raise WiderRow where a row has more than `width` cells.
    """
    data = content if content.isascii() else decoded(content).encode("utf-8", errors="replace")
    start = decoded(data[:HEAD_BYTES]).replace("\r\n", "\n").replace("\r", "\n")
    mark = delimiter_of(start)
    width = width or 1 + max(line.count(mark) for line in start.split("\n"))
    if width > 4 * MOST_COLUMNS:
        raise GridFault(f"A line has {width:,} columns; at most {MOST_COLUMNS} are read.")
    table = _Delimited(data, mark, width)
    return Sheet("", table.head(), table.chunks)


@dataclass(frozen=True)
class _Delimited:
    """Delimited text in UTF-8, with the mark between cells and the most cells of a row."""

    data: bytes
    mark: str
    width: int

    def head(self) -> list[list[str]]:
        found = self._read(usecols=None, dtype=object, nrows=HEAD_ROWS)
        rows: list[list[str]] = found.iloc[1:].fillna("").to_numpy().tolist()
        return rows

    def chunks(self, columns: list[int], plain: Collection[int]) -> Iterator[Columns]:
        within = [place for place in columns if place < self.width]
        kinds = {place: "object" if place in plain else "category" for place in within}
        chunks = self._read(usecols=within, dtype=kinds, chunksize=CHUNK_ROWS)
        skip = 1
        while (frame := self._next(chunks)) is not None:
            yield {place: _column_of(frame[place], skip) for place in within}
            skip = 0

    def _next(self, chunks: Any) -> pd.DataFrame | None:
        try:
            return next(chunks, None)
        except pd.errors.ParserError as fault:
            raise _fault(fault) from None

    def _read(self, **options: Any) -> Any:
        # The parser takes as many columns as its first line has, so the first line has them all.
        first = self.mark.encode() * (self.width - 1) + b"\n"
        try:
            return pd.read_csv(
                _Joined(first, self.data),
                sep=self.mark,
                header=None,
                names=list(range(self.width)),
                keep_default_na=False,
                na_values=[],
                skip_blank_lines=False,
                skipinitialspace=True,
                index_col=False,
                encoding="utf-8",
                **options,
            )
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
            raise _fault(fault) from None


class _Joined(io.RawIOBase):
    """Two pieces of bytes to be read as one, without a copy of the large one."""

    def __init__(self, first: bytes, rest: bytes) -> None:
        super().__init__()
        self._first, self._rest = first, io.BytesIO(rest)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        if self._first:
            found, self._first = self._first, b""
            return found
        return self._rest.read(-1 if size is None else size)


def _column_of(series: Any, skip: int) -> Column:
    if isinstance(series.dtype, pd.CategoricalDtype):
        different = [str(each) for each in series.cat.categories]
        codes = series.cat.codes.to_numpy()[skip:].astype(np.int64)
        # A cell that a short row lacks is an empty one.
        return Coded(np.where(codes < 0, len(different), codes), [*different, ""])
    return Plain(series.fillna("").to_numpy(dtype=object)[skip:])


def _fault(fault: Exception) -> Exception:
    found = re.search(r"Expected \d+ fields in line \d+, saw (\d+)", str(fault))
    if found:
        return WiderRow(int(found[1]))
    return GridFault(
        f"The rows cannot be told apart ({fault}). "
        "A quotation mark that is opened and never closed often does this."
    )


def workbook_sheets(content: bytes) -> list[Sheet]:
    """The sheets of a workbook that have anything in them."""
    # The workbook is looked at before the library that unpacks it is even loaded.
    check_archive(content)
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(io.BytesIO(content))
        names = book.sheet_names[: 2 * MOST_SHEETS]
        return [found for name in names if (found := _sheet(name, book.get_sheet_by_name(name)))]
    except (CalamineError, OSError, ValueError) as fault:
        raise GridFault(f"This is not a workbook that can be read ({fault}).") from None


def _sheet(name: str, sheet: Any) -> Sheet | None:
    if sheet.total_width > MOST_COLUMNS or sheet.total_height * sheet.total_width > 30_000_000:
        raise GridFault(
            f"The sheet {name} goes to row {sheet.total_height:,} and column "
            f"{sheet.total_width:,}; at most {MOST_COLUMNS} columns are read. Delete what is empty."
        )
    rows = [list(map(shown, row)) for row in sheet.to_python(skip_empty_area=False)]
    if not any(cell.strip() for row in rows for cell in row):
        return None
    table = np.array(rows, dtype=object)

    def source(columns: list[int], plain: Collection[int]) -> Iterator[Columns]:
        within = [place for place in columns if place < table.shape[1]]
        yield {
            place: Plain(table[:, place]) if place in plain else Plain(table[:, place]).coded
            for place in within
        }

    return Sheet(name, table[:HEAD_ROWS].tolist(), source)

"""Bytes to tables of text, some rows at a time. Runs only in the child process."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from marketplace.intake.grids import GridFault, check_archive, decoded, delimiter_of, shown
from marketplace.intake.limits import MOST_SHEETS
from marketplace.spend.limits import CHUNK_ROWS, MOST_COLUMNS, MOST_ROWS
from marketplace.spend.values import Array

HEAD_ROWS = 400
"""How many rows are looked at to find out what the columns are."""


@dataclass(frozen=True)
class Sheet:
    """A table: its name in a workbook, its first rows, and a way to go over all of them."""

    name: str
    head: list[list[str]]
    source: Any

    def chunks(self, columns: list[int]) -> Iterator[tuple[int, pd.DataFrame]]:
        """These columns of all rows, some rows at a time, with the first one's number less one."""
        start = 0
        for frame in self.source(columns):
            yield start, frame
            start += len(frame)
            if start > MOST_ROWS:
                raise GridFault(f"There are more than {MOST_ROWS:,} rows. Split the file.")


def csv_sheet(content: bytes) -> Sheet:
    """The table of delimited text, in whatever mixture of encodings and line ends."""
    text = decoded(content)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    mark = delimiter_of(text)
    data = text.encode("utf-8", errors="replace")
    del text
    width = 1 + max(line.count(mark.encode()) for line in io.BytesIO(data))
    if width > 4 * MOST_COLUMNS:
        raise GridFault(f"A line has {width:,} columns; at most {MOST_COLUMNS} are read.")
    # The parser takes as many columns as its first line has, so the first line has them all.
    data = mark.encode() * (width - 1) + b"\n" + data

    def read(columns: list[int] | None, **options: Any) -> Any:
        return pd.read_csv(
            io.BytesIO(data),
            sep=mark,
            header=None,
            names=list(range(width)),
            usecols=columns,
            dtype=object,
            keep_default_na=False,
            na_values=[],
            skip_blank_lines=False,
            skipinitialspace=True,
            index_col=False,
            encoding="utf-8",
            **options,
        )

    def source(columns: list[int]) -> Iterator[pd.DataFrame]:
        within = [place for place in columns if place < width]
        try:
            for number, frame in enumerate(read(within, chunksize=CHUNK_ROWS)):
                own = frame if number else frame.iloc[1:]
                yield own.reindex(columns=columns).fillna("")
        except pd.errors.ParserError as fault:
            raise GridFault(_why(fault)) from None

    try:
        head = read(None, nrows=HEAD_ROWS).iloc[1:].fillna("")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        raise GridFault(_why(fault)) from None
    return Sheet("", head.to_numpy().tolist(), source)


def _why(fault: Exception) -> str:
    return (
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

    def source(columns: list[int]) -> Iterator[pd.DataFrame]:
        yield pd.DataFrame({place: _column(table, place) for place in columns}, dtype=object)

    return Sheet(name, table[:HEAD_ROWS].tolist(), source)


def _column(table: Array, place: int) -> Array:
    return table[:, place] if place < table.shape[1] else np.full(len(table), "", dtype=object)

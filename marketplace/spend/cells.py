"""A column of cells, some rows at a time, in the two ways in which it can be cheap.

Where few texts stand in many rows, each is kept once (`Coded`); where nearly every row has its own,
they are kept as they are (`Plain`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from marketplace.intake.cells import clean
from marketplace.spend.limits import LONGEST_TEXT
from marketplace.spend.values import Array

_PRINTED = bytes([10, *range(32, 127)])


@dataclass(frozen=True)
class Coded:
    """The different texts, and which of them stands in each row."""

    codes: Array
    different: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, place: int) -> str:
        return self.different[int(self.codes[place])]

    def each(self, read: Callable[[str], object], kind: type) -> Array:
        """What a reader makes of each cell; each different text is read once."""
        return np.array([read(text) for text in self.different] or [read("")], kind)[self.codes]

    @cached_property
    def filled(self) -> Array:
        return self.each(lambda text: bool(text.strip()), bool)

    def of(self, rows: Array) -> "Coded":
        """Some of the rows."""
        return Coded(self.codes[rows], self.different)

    @property
    def texts(self) -> Array:
        return np.array([*self.different, ""], dtype=object)[self.codes]


@dataclass(frozen=True)
class Plain:
    """The text of each row."""

    texts: Array

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, place: int) -> str:
        return str(self.texts[place])

    @cached_property
    def coded(self) -> Coded:
        codes, different = pd.factorize(self.texts)
        return Coded(codes, different.tolist())

    def each(self, read: Callable[[str], object], kind: type) -> Array:
        return self.coded.each(read, kind)

    @cached_property
    def filled(self) -> Array:
        found: Array = self.texts != ""
        return found

    def of(self, rows: Array) -> "Plain":
        return Plain(self.texts[rows])


Column = Coded | Plain
Columns = dict[int, Column]
"""Some rows of a table, by the place of the column."""


def lines_of(cells: Sequence[str]) -> str:
    """Cells as one text, a line each, cleaned; the many that are plain as they are."""
    joined = "\n".join(cells)
    if (
        joined.count("\n") == len(cells) - 1
        and joined.isascii()
        and not joined.encode().translate(None, _PRINTED)
        and not any(odd in joined for odd in ("&", "  ", " \n", "\n "))
        and max(map(len, cells), default=0) <= LONGEST_TEXT
    ):
        return joined
    return "\n".join(clean(cell)[:LONGEST_TEXT].rstrip() for cell in cells)

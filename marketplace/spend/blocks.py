"""Lines in blocks, in the order of their cells: how a million of them are kept and found again.

A cell is what a file has of one supplier's name under one label in one month. Its lines follow one
another, so a cell leads to them by the first one's position and their number, and a block of a few
hundred lines is read at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from marketplace.spend.cells import lines_of
from marketplace.spend.packing import pack, unpack
from marketplace.spend.values import Array

LINES = 256
"""How many lines a block has."""


@dataclass(frozen=True)
class Line:
    """One payment, as the file has it."""

    part: int
    source_row: int
    day: int
    """20270331; 20270300 where the file gives the month alone."""
    pence: int
    reference: str
    description: str


def cells_of(
    columns: Mapping[str, Array], suppliers: int, labels: int
) -> tuple[Array, dict[str, Array]]:
    """The order in which the lines of a cell stand together, and the cells."""
    key = (columns["day"] // 100) * max(1, suppliers) + columns["supplier"]
    key = key * max(1, labels) + columns["label"]
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])
    at = order[begins]
    pence = columns["amount"][order]
    return order, {
        "first": begins + 1,
        "lines": np.diff(np.r_[begins, len(ordered)]),
        "month": columns["day"][at] // 100,
        "amount": np.add.reduceat(pence, begins) if len(begins) else pence,
        "supplier": columns["supplier"][at],
        "label": columns["label"][at],
    }


def blocks_of(columns: Mapping[str, Array]) -> Iterator[bytes]:
    """The lines, a few hundred at a time."""
    numbers = {
        "part": columns["part"].astype(np.int16),
        "row": columns["row"].astype(np.int32),
        "day": columns["day"].astype(np.int32),
        "pence": columns["amount"],
    }
    for start in range(0, len(columns["row"]), LINES):
        some = slice(start, start + LINES)
        texts = {
            name: lines_of(columns[name][some].tolist()) for name in ("reference", "description")
        }
        yield pack(texts, {name: column[some] for name, column in numbers.items()})


def lines_in(block: bytes) -> list[Line]:
    """The lines of a block."""
    _, numbers = unpack(block)
    return lines_at(block, range(len(numbers["row"])))


def lines_at(block: bytes, places: Iterable[int]) -> list[Line]:
    """Some lines of a block, by their places in it."""
    texts, numbers = unpack(block)
    part, row, day, pence = (numbers[name] for name in ("part", "row", "day", "pence"))
    reference, description = (texts[name].split("\n") for name in ("reference", "description"))
    return [
        Line(
            int(part[at]),
            int(row[at]),
            int(day[at]),
            int(pence[at]),
            reference[at],
            description[at],
        )
        for at in places
    ]

"""The calendar of endings: how many authorities are free when, category by category."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marketplace.db import AnyRow
from marketplace.waves.asking import Register
from marketplace.waves.pictures import QUARTERS, Grid, grid_of, quarter_of

MOST_DRAWN = 25


@dataclass(frozen=True)
class Line:
    """One category: for each quarter the authorities of which a contract ends in it."""

    code: str
    name: str
    quarters: Sequence[Sequence[str]]
    contracts: int
    yearly_value: Decimal
    authorities: int
    holders: int

    @property
    def counts(self) -> list[int]:
        return [len(each) for each in self.quarters]

    @property
    def most(self) -> int:
        """The most authorities in one quarter: they could buy together."""
        return max(self.counts)


def lines_of(found: Register, today: date) -> list[Line]:
    """A line for each category, those with most authorities at once first."""
    by_code: dict[str, list[AnyRow]] = {}
    for row in found.rows:
        by_code.setdefault(found.place(row), []).append(row)
    names = found.names
    lines = [
        _line(code, names[code], rows, found.holders.get(code, 0), today)
        for code, rows in by_code.items()
    ]
    return sorted(lines, key=lambda each: (-each.most, -each.authorities, each.name))


def _line(code: str, name: str, rows: Sequence[AnyRow], holders: int, today: date) -> Line:
    quarters: list[dict[uuid.UUID, str]] = [{} for _ in range(QUARTERS)]
    for row in rows:
        quarters[quarter_of(row.end_date, today)][row.authority_id] = row.authority
    return Line(
        code,
        name,
        [sorted(each.values()) for each in quarters],
        len(rows),
        sum((row.yearly_value or Decimal(0) for row in rows), Decimal(0)),
        len({row.authority_id for row in rows}),
        holders,
    )


def picture_of(lines: Sequence[Line], today: date) -> Grid:
    """The first of these lines, drawn."""
    return grid_of([(line.name, line.counts) for line in lines[:MOST_DRAWN]], today)

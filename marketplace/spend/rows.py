"""The rows of one table, read: lines of spending, totals that the file claims, notes, and faults.

Runs only in the child process. Rows are looked at many at a time, column by column.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from marketplace.intake.cells import MONEY_EXPECTED, clean
from marketplace.spend.cells import Coded, Column, Columns, Plain
from marketplace.spend.fields import Field
from marketplace.spend.layouts import Layout
from marketplace.spend.limits import LONGEST_TEXT, MOST_FAULTS
from marketplace.spend.values import (
    DAY_EXPECTED,
    NOTHING,
    Array,
    amounts,
    day_number,
    is_month_first,
)

NOT_NAMED = "Not named in the file"
BEYOND = "beyond the last column"
NOT_A_DATE_THERE = "an amount in pounds; a date stands there"

MOST_LABELS = 30_000
"""A file that calls everything by another name says nothing that could be learnt."""

_TOTAL = re.compile(
    r"(?:grand|overall|report|page|month(?:ly)?|final)?[ -]*totals?"
    r"(?: (?:amount|spend|spending|paid|net|excluding vat|payments?|value|expenditure|for .*))*"
    r"\s*:?"
)
_SUBTOTAL = re.compile(r"(?:sub[ -]?totals?\b.*|.+ (?:sub[ -]?)?total)\s*:?")


class Texts:
    """Different texts in the order in which they were met, and the number of each."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, cells: Column) -> Array:
        """The number of each cell's text, cleaned."""
        coded = cells if isinstance(cells, Coded) else cells.coded
        there = np.bincount(coded.codes, minlength=len(coded.different)) > 0
        numbers = np.zeros(len(there), np.int64)
        for place in np.flatnonzero(there):
            numbers[place] = self._number(coded.different[int(place)])
        return numbers[coded.codes]

    def _number(self, text: str) -> int:
        return self.numbers.setdefault(_text(text), len(self.numbers))

    @property
    def list(self) -> list[str]:
        return list(self.numbers)


def _text(cell: str) -> str:
    return clean(cell)[:LONGEST_TEXT].rstrip()


@dataclass
class Faults:
    """Why rows were refused: the first ones whole, all of them counted."""

    shown: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    reasons: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def add(self, row: int, column: str, value: str, expected: str) -> None:
        self.count += 1
        value = _text(value)[:200]
        self.reasons.setdefault((column, expected), Counter())[value] += 1
        if len(self.shown) < MOST_FAULTS:
            fault = {"row": row, "column": column, "value": value, "expected": expected}
            self.shown.append(fault)


@dataclass
class PartRead:
    """What one table holds."""

    layout: Layout
    columns: dict[str, Array]
    claims: list[tuple[int, str, int]]
    """Totals that the file says: row, kind (total, subtotal), pence."""
    faults: Faults
    refused_pence: int
    notes: int
    month_first: bool


@dataclass
class Shared:
    """The texts that all tables of a file share."""

    suppliers: Texts = field(default_factory=Texts)
    labels: Texts = field(default_factory=Texts)
    bodies: Texts = field(default_factory=Texts)


class PartReader:
    """Reads the chunks of one table."""

    def __init__(self, layout: Layout, shared: Shared) -> None:
        self.layout, self.shared = layout, shared
        self.places = layout.chosen.places
        self.days = Texts()
        self.faults = Faults()
        self.claims: list[tuple[int, str, int]] = []
        self.notes = 0
        self.refused_pence = 0
        self.kept: list[dict[str, Array]] = []

    def read(self, start: int, frame: Columns) -> None:
        """Look at some rows, the first of which is number `start` + 1."""
        skip = max(0, self.layout.header + 1 - start)
        count = len(next(iter(frame.values())))
        if skip < count:
            rows = slice(skip, None)
            numbers = np.arange(start + skip + 1, start + count + 1)
            self._sort_out(numbers, {place: cells.of(rows) for place, cells in frame.items()})

    def _sort_out(self, numbers: Array, frame: Columns) -> None:
        named = {each: frame[place] for each, place in self.places.items()}
        money = amounts(named[Field.AMOUNT].texts)
        filled = {place: cells.filled for place, cells in frame.items()}
        supplied = filled[self.places[Field.SUPPLIER]]
        dated = self._where(filled, Field.DATE)
        others = sum((filled[p].astype(np.int64) for p in filled), np.zeros(len(numbers), np.int64))
        has_amount = filled[self.places[Field.AMOUNT]]
        totals = self._totals(numbers, frame, money, ~dated, supplied, others - has_amount == 0)
        headings = named[Field.AMOUNT].texts == self.layout.heading(Field.AMOUNT)
        notes = ~has_amount & ~dated & (others == 1)
        self.notes += int(notes.sum())
        lines = (others > 0) & ~totals & ~notes & ~headings
        lines &= ~self._refused(numbers, frame, lines, money, filled, dated)
        self._keep(numbers, named, frame, money, lines)

    def _spoken(self) -> list[int]:
        """The columns in which a total may say that it is one."""
        silent = (Field.AMOUNT, Field.REFERENCE, Field.DESCRIPTION, Field.DATE)
        return [place for each, place in self.places.items() if each not in silent]

    def _where(self, filled: dict[int, Array], what: Field) -> Array:
        place = self.places.get(what)
        empty = np.zeros(len(next(iter(filled.values()))), dtype=bool)
        return empty if place is None else filled[place]

    def _totals(
        self,
        numbers: Array,
        frame: Columns,
        money: Array,
        undated: Array,
        supplied: Array,
        alone: Array,
    ) -> Array:
        """Which rows are totals that the file gives, by their words or because nothing else is
        there; each is kept as a claim.
        """
        by_words = np.zeros(len(numbers), dtype=bool)
        whole = np.zeros(len(numbers), dtype=bool)
        supplier = self.places[Field.SUPPLIER]
        for place in {0, supplier, *self._spoken()}:
            total, sub = _total_words(frame[place], Field.DATE in self.places)
            mine = undated & (total | sub) & (True if place == supplier else ~supplied)
            by_words |= mine
            whole |= mine & total
        read = money > NOTHING
        found = (by_words | (alone & undated)) & read
        for at in np.flatnonzero(found):
            kind = "total" if whole[at] or not by_words[at] else "subtotal"
            self.claims.append((int(numbers[at]), kind, int(money[at])))
        return found | (by_words & ~read)

    def _refused(
        self,
        numbers: Array,
        frame: Columns,
        lines: Array,
        money: Array,
        filled: dict[int, Array],
        dated: Array,
    ) -> Array:
        """Which of the lines cannot be read, each with its reason."""
        amount, refused = self.places[Field.AMOUNT], np.zeros(len(numbers), dtype=bool)
        beyond = np.zeros(len(numbers), dtype=bool)
        past = [place for place in frame if place >= len(self.layout.headings)]
        for place in past:
            beyond |= filled[place]
        for at in np.flatnonzero(lines & beyond):
            surplus = " ".join(filter(None, (frame[p].at(int(at)) for p in past)))
            self.faults.add(int(numbers[at]), BEYOND, surplus, "nothing beyond the last heading")
        refused |= lines & beyond
        for at in np.flatnonzero(lines & ~refused & (money <= NOTHING)):
            value = frame[amount].at(int(at))
            expected = NOT_A_DATE_THERE if day_number(value, False) > NOTHING else MONEY_EXPECTED
            self.faults.add(int(numbers[at]), self.layout.heading(Field.AMOUNT), value, expected)
        refused |= lines & (money <= NOTHING)
        if Field.DATE in self.places:
            for at in np.flatnonzero(lines & ~refused & ~dated):
                self._no_day(int(numbers[at]), "", int(money[at]))
            refused |= lines & ~dated
        self.refused_pence += int(money[lines & beyond & (money > NOTHING)].sum())
        return refused

    def _no_day(self, row: int, value: str, pence: int) -> None:
        self.faults.add(row, self.layout.heading(Field.DATE), value, DAY_EXPECTED)
        self.refused_pence += pence

    def _keep(
        self,
        numbers: Array,
        cells: dict[Field, Column],
        frame: Columns,
        money: Array,
        lines: Array,
    ) -> None:
        kept = {
            "row": numbers[lines].astype(np.int32),
            "amount": money[lines],
            "supplier": self.shared.suppliers.number(cells[Field.SUPPLIER].of(lines)),
            "label": self._labels(cells, lines),
            "day": self.days.number(cells[Field.DATE].of(lines))
            if Field.DATE in cells
            else np.zeros(int(lines.sum()), np.int64),
        }
        for each in (Field.REFERENCE, Field.DESCRIPTION):
            if each in cells:
                kept[each.value] = cells[each].of(lines).texts
        if self.layout.body is not None:
            self.shared.bodies.number(frame[self.layout.body].of(lines))
        self.kept.append(kept)

    def _labels(self, cells: dict[Field, Column], lines: Array) -> Array:
        """One number for each different way in which the file says what was bought."""
        columns = [each for each in (Field.CPV, *self.layout.labels) if each in cells]
        if not columns or len(self.shared.labels.numbers) > MOST_LABELS:
            return self.shared.labels.number(Plain(np.full(int(lines.sum()), "", dtype=object)))
        coded = [_coded(cells[each].of(lines)) for each in columns]
        key = np.zeros(int(lines.sum()), np.int64)
        for codes, different in coded:
            key = key * (len(different) + 1) + codes
        _, first, same = np.unique(key, return_index=True, return_inverse=True)
        texts = np.array(
            [_joined(str(different[codes[at]]) for codes, different in coded) for at in first],
            dtype=object,
        )
        return self.shared.labels.number(Plain(texts))[same] if len(texts) else key

    def whole(self) -> PartRead:
        """All that was read, once the days are known: their order follows from all of them."""
        columns = _together(self.kept)
        texts = self.days.list
        month_first = is_month_first(texts)
        if Field.DATE in self.places:
            columns = self._dated(columns, texts, month_first)
        else:
            columns["day"] = np.full(len(columns["row"]), (self.layout.month or 0) * 100, np.int64)
        return PartRead(
            self.layout,
            columns,
            self.claims,
            self.faults,
            self.refused_pence,
            self.notes,
            month_first,
        )

    def _dated(
        self, columns: dict[str, Array], texts: list[str], month_first: bool
    ) -> dict[str, Array]:
        """With days in place of their texts, and without rows whose day cannot be read."""
        numbers = np.array([day_number(each, month_first) for each in texts] or [0], np.int64)
        codes = columns["day"]
        days = numbers[codes]
        unread = days <= NOTHING
        for at in np.flatnonzero(unread):
            self._no_day(int(columns["row"][at]), texts[codes[at]], int(columns["amount"][at]))
        columns["day"] = days
        return {name: column[~unread] for name, column in columns.items()}


def _together(kept: list[dict[str, Array]]) -> dict[str, Array]:
    if not kept:
        empty = np.zeros(0, np.int64)
        return dict.fromkeys(("row", "amount", "supplier", "label", "day"), empty)
    return {name: np.concatenate([each[name] for each in kept]) for name in kept[0]}


def _coded(cells: Column) -> tuple[Array, Any]:
    coded = cells if isinstance(cells, Coded) else cells.coded
    return coded.codes, coded.different


def _joined(texts: Any) -> str:
    return " · ".join(dict.fromkeys(filter(None, map(_text, texts))))


def _total_words(cells: Column, dated: bool) -> tuple[Array, Array]:
    """Which cells say that they are a total, and which a subtotal.

    In files without dates a supplier may be called anything, so only plain totals count.
    """
    total = cells.each(lambda text: _says(text, _TOTAL), bool)
    if not dated:
        return total, np.zeros(len(cells), dtype=bool)
    return total, cells.each(lambda text: _says(text, _SUBTOTAL), bool) & ~total


def _says(text: str, pattern: re.Pattern[str]) -> bool:
    return "otal" in text.lower() and bool(pattern.fullmatch(clean(text).lower()))

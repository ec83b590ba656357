"""What is wrong with a row, said so that the person can mend it, and reading that collects it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from marketplace.intake.cells import (
    NOTHING,
    CellFault,
    clean,
    clean_prose,
    read_date,
    read_money,
    read_whole,
    read_yes,
)
from marketplace.intake.tables import Row, Table

LONGEST_SHOWN = 200

T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    """Where, what stands there, and what was expected."""

    file: str
    row: int
    column: str
    value: str
    expected: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.file}, row {self.row}, {self.column}: “{self.value}”; expected {self.expected}"
        )


class RowReader:
    """Reads the cells of one row and keeps each fault, so that a person mends all at once."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table, self.row = table, row
        self.faults: list[Fault] = []
        if row.surplus:
            self._keep("beyond the last column", row.surplus, "nothing beyond the last heading")

    def raw(self, field: str) -> str:
        """What the file has there; nothing where it has no such column."""
        return self.row.cells.get(field, "")

    def refuse(self, field: str, expected: str) -> None:
        """Keep a fault of this field's cell."""
        self._keep(self.table.headings.get(field, field), self.raw(field), expected)

    def _keep(self, column: str, value: str, expected: str) -> None:
        shown = clean(value)
        if len(shown) > LONGEST_SHOWN:
            shown = shown[: LONGEST_SHOWN - 1] + "…"
        self.faults.append(Fault(self.table.file, self.row.number, column, shown, expected))

    def line(self, field: str, *, needed: str = "") -> str:
        """One line of text; `needed` says what was expected where it must not be empty."""
        text = clean(self.raw(field))
        if needed and text.lower() in NOTHING:
            self.refuse(field, needed)
        return text

    def prose(self, field: str) -> str:
        return clean_prose(self.raw(field))

    def date(self, field: str, *, needed: bool = False) -> date | None:
        return self._read(field, read_date, "a date, like 31/03/2027" if needed else "")

    def money(self, field: str, *, needed: bool = False) -> Decimal | None:
        return self._read(field, read_money, "an amount, like 12,000" if needed else "")

    def whole(
        self, field: str, *, at_least: int = 0, at_most: int = 1_000_000, needed: bool = False
    ) -> int | None:
        return self._read(
            field,
            lambda text: read_whole(text, at_least, at_most),
            f"a whole number from {at_least:,} to {at_most:,}" if needed else "",
        )

    def yes(self, field: str) -> bool | None:
        return self._read(field, read_yes, "")

    def _read(self, field: str, read: Callable[[str], T | None], needed: str) -> T | None:
        try:
            value = read(self.raw(field))
        except CellFault as fault:
            self.refuse(field, str(fault))
            return None
        if value is None and needed:
            self.refuse(field, needed)
        return value

"""What is wrong with an input: where, what was found there, and what was expected."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_SHOWN = 1_000
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. Rows count from 1, and the header line is row 1."""

    file: str
    expected: str
    row: int | None = None
    column: str | None = None
    found: str | None = None

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(f"column {shown(self.column)}")
        found = "" if self.found is None else f"found {quoted(self.found)}; "
        return f"{', '.join(where)}: {found}expected {self.expected}"


class BadInput(ValueError):
    """The input is wrong: `faults` says where, `more` how many others were not kept."""

    def __init__(self, faults: Sequence[Fault], more: int = 0) -> None:
        self.faults = tuple(faults)
        self.more = more
        super().__init__("\n".join(map(str, self.faults)))


class Faults:
    """A collection of what is wrong, which keeps the first thousand and counts the rest."""

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.more = 0

    def add(self, fault: Fault) -> None:
        if len(self.kept) < MOST_SHOWN:
            self.kept.append(fault)
        else:
            self.more += 1

    def stop_if_any(self) -> None:
        """Raise BadInput where anything is wrong."""
        if self.kept:
            raise BadInput(self.kept, self.more)


def shown(text: str) -> str:
    """The text on one line, without control characters, and not too long."""
    plain = "".join(each if each.isprintable() else "�" for each in text[: LONGEST_SHOWN + 1])
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}…"


def quoted(text: str) -> str:
    return f'"{shown(text)}"' if text else "nothing"

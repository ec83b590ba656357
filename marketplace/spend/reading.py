"""A file of spending, read in a process of its own and checked against what it says of itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np

from marketplace.errors import Unacceptable
from marketplace.intake.kinds import FileKind, kind_of, must_be
from marketplace.intake.reading import Allowance, ask_child, plain_name
from marketplace.spend.limits import MOST_BYTES, PATIENCE_SECONDS
from marketplace.spend.packing import unpack
from marketplace.spend.values import Array

ALLOWED = Allowance(MOST_BYTES, PATIENCE_SECONDS)
KINDS = frozenset({FileKind.CSV, FileKind.XLSX})


class TotalState(StrEnum):
    """Whether what was read adds up to the total that the file gives."""

    NONE = "none"
    AGREES = "agrees"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Part:
    """One table of the file: its columns, its sum and the total that it claims."""

    name: str
    header_row: int
    headings: Sequence[str]
    fields: Mapping[str, int]
    guessed: Sequence[str]
    samples: Sequence[Sequence[str]]
    month: int | None
    rows: int
    pence: int
    refused_pence: int
    refused: int
    claims: Sequence[tuple[int, str, int]]
    notes: int
    month_first: bool

    @property
    def claimed(self) -> int | None:
        """The total that the file gives for it, in pence."""
        ours = {self.pence, self.pence + self.refused_pence}
        agreeing = [amount for _, _, amount in self.claims if amount in ours]
        whole = [amount for _, kind, amount in self.claims if kind == "total"]
        found = agreeing or whole
        return found[-1] if found else None

    @property
    def state(self) -> TotalState:
        if self.claimed is None:
            return TotalState.NONE
        ours = {self.pence, self.pence + self.refused_pence}
        return TotalState.AGREES if self.claimed in ours else TotalState.DIFFERS


@dataclass(frozen=True)
class SpendRead:
    """All that was read of a file."""

    name: str
    parts: Sequence[Part]
    left_out: Sequence[str]
    suppliers: Sequence[str]
    labels: Sequence[str]
    bodies: Sequence[str]
    refused: int
    faults: Sequence[Mapping[str, Any]]
    reasons: Sequence[Mapping[str, Any]]
    columns: Mapping[str, Array] = field(repr=False)
    """The cells (first, lines, month, amount, supplier, label), and pence and day of each line."""
    blocks: Sequence[bytes] = field(repr=False)

    @property
    def lines(self) -> int:
        return len(self.columns["pence"])

    @property
    def months(self) -> list[dict[str, int]]:
        """What the file has of each month."""
        months, place = np.unique(self.columns["month"], return_inverse=True)
        lines = np.bincount(place, self.columns["lines"], len(months)).astype(np.int64)
        pence = np.zeros(len(months), np.int64)
        np.add.at(pence, place, self.columns["amount"])
        return [
            {"month": month, "lines": count, "pence": total}
            for month, count, total in zip(
                months.tolist(), lines.tolist(), pence.tolist(), strict=True
            )
        ]

    @property
    def amount(self) -> Decimal:
        return Decimal(sum(part.pence for part in self.parts)) / 100

    @property
    def refused_amount(self) -> Decimal:
        return Decimal(sum(part.refused_pence for part in self.parts)) / 100

    @property
    def claimed(self) -> Decimal | None:
        """The totals that the tables give, added up; None where one gives none."""
        claims = [part.claimed for part in self.parts]
        if any(claim is None for claim in claims):
            return None
        return Decimal(sum(filter(None, claims))) / 100

    @property
    def state(self) -> TotalState:
        states = {part.state for part in self.parts}
        for state in (TotalState.DIFFERS, TotalState.NONE):
            if state in states:
                return state
        return TotalState.AGREES

    @property
    def guessed(self) -> list[str]:
        """The columns that were found by what is in them and not by their names."""
        return sorted({each for part in self.parts for each in part.guessed})


@dataclass(frozen=True)
class GivenSpend:
    """A file as somebody gave it, and what they say of it."""

    name: str
    content: bytes
    month: int | None = None
    remembered: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def whole(self) -> SpendRead:
        """The rows, read once; raises Unacceptable where they cannot be."""
        name = plain_name(self.name)
        kind = kind_of(name, self.content, ALLOWED.most_bytes)
        must_be(name, kind, KINDS)
        hints = {
            "name": name,
            "month": self.month,
            "remembered": dict(self.remembered),
            "asked": dict(self.asked),
        }
        arguments = (kind.value, json.dumps(hints))
        packed = ask_child(name, "marketplace.spend.child", arguments, self.content, ALLOWED)
        return _unpacked(name, packed)

    def read(self) -> SpendRead:
        """Read it now, which may take seconds, rather than in the middle of a transaction."""
        return self.whole


def given_by_us(
    name: str, content: bytes, kind: FileKind = FileKind.CSV, **said: Any
) -> GivenSpend:
    """A file of our own making, which needs no process of its own: read here and now."""
    from marketplace.spend.child import read
    from marketplace.spend.layouts import Hints

    given = GivenSpend(name, content, **said)
    hints = Hints(name, given.month, given.remembered, given.asked)
    given.__dict__["whole"] = _unpacked(name, read(kind.value, content, hints))
    return given


def _unpacked(name: str, packed: bytes) -> SpendRead:
    said, columns = unpack(packed)
    if "fault" in said:
        raise Unacceptable(f"{name}: {said['fault']}")
    parts = [Part(**each) for each in said.pop("parts")]
    ends = np.cumsum(columns.pop("block")).tolist()
    whole = memoryview(columns.pop("blocks"))
    blocks = [bytes(whole[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
    return SpendRead(name=name, parts=parts, columns=columns, blocks=blocks, **said)

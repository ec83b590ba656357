"""What kind of figure a saving is; figures of two kinds are never put into one number.

A projection is what the optimiser expects, a contracted saving what signed prices come to, a
realised one what invoices show. `Labelled` carries its label, and refuses to be added to an amount
with another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Label(StrEnum):
    """How sure a saving is."""

    PROJECTED = "projected"
    CONTRACTED = "contracted"
    REALISED = "realised"


class MixedLabels(TypeError):
    """Somebody tried to put figures of two kinds into one number."""


@dataclass(frozen=True)
class Labelled:
    """Pounds of one kind. Adding another kind, or a bare number, raises MixedLabels."""

    label: Label
    amount: Decimal

    def __add__(self, other: object) -> "Labelled":
        return Labelled(self.label, self.amount + self._same(other))

    def __sub__(self, other: object) -> "Labelled":
        return Labelled(self.label, self.amount - self._same(other))

    def __radd__(self, other: object) -> "Labelled":
        return self + other

    def _same(self, other: object) -> Decimal:
        if not isinstance(other, Labelled) or other.label != self.label:
            raise MixedLabels(f"{other!r} is not a {self.label.value} amount")
        return other.amount


def total(label: Label, amounts: Iterable[Labelled]) -> Labelled:
    """The sum of amounts, all of which must carry the label."""
    found = Labelled(label, Decimal(0))
    for each in amounts:
        found = found + each
    return found

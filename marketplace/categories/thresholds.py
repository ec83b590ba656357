"""The value from which the Procurement Act 2023 binds a tender, and what joining does to it.

Amounts of 1 January 2026, VAT included, for authorities below central government. What counts is
the whole lot, so parts that would each stay under a threshold can pass it together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from marketplace.categories.models import CpvKind

Key = TypeVar("Key")

VAT = Decimal("0.20")
"""Values on the site are without VAT, thresholds with it."""


@dataclass(frozen=True)
class Threshold:
    """A regime and the value, VAT included, from which it binds."""

    regime: str
    amount: Decimal


GOODS_AND_SERVICES = Threshold("goods and services", Decimal(207_720))
LIGHT_TOUCH = Threshold("light touch services", Decimal(663_540))
WORKS = Threshold("works", Decimal(5_193_000))


@dataclass(frozen=True)
class Reached(Generic[Key]):
    """What buying together does to the threshold: who would have stayed below it alone."""

    threshold: Threshold
    together: Decimal
    """The whole lot, VAT included."""
    lifted: tuple[Key, ...]

    @property
    def is_above(self) -> bool:
        return self.together >= self.threshold.amount


def threshold_for(kind: CpvKind, light_touch: bool) -> Threshold:
    """The threshold that a category falls under."""
    if kind == CpvKind.WORKS:
        return WORKS
    return LIGHT_TOUCH if light_touch else GOODS_AND_SERVICES


def reached(threshold: Threshold, parts: Mapping[Key, Decimal]) -> Reached[Key]:
    """Whether a lot of these parts, each without VAT, passes the threshold, and who is lifted."""
    with_vat = {key: value * (1 + VAT) for key, value in parts.items()}
    together = sum(with_vat.values(), Decimal(0))
    above = together >= threshold.amount
    lifted = tuple(key for key, value in with_vat.items() if above and value < threshold.amount)
    return Reached(threshold, together, lifted)

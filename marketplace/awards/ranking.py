"""Ranking bids in pounds: pure functions over what was offered and scored.

    points(b)    = Σ_q weight_q · score_bq / 5
    evaluated(b) = price(b) − points(b) · pounds_per_point       the lowest wins

What a bid counts as depends on that bid and the published terms alone, so a bid that comes, goes
or loses never turns the order of the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace.lots.models import TieRule

BEST_SCORE = 5
UNDER_MEAN = Decimal("0.40")
UNDER_NEXT = Decimal("0.30")


@dataclass(frozen=True)
class Entry:
    """A readable bid with its agreed scores: weight and score of each question."""

    key: Any
    price: Decimal
    scores: tuple[tuple[int, int], ...]
    received_at: datetime

    @property
    def points(self) -> Decimal:
        return sum(
            (Decimal(weight) * score / BEST_SCORE for weight, score in self.scores), Decimal(0)
        )


@dataclass(frozen=True)
class Ranked:
    """Where a bid stands, and why."""

    entry: Entry
    rank: int
    points: Decimal
    quality_worth: Decimal
    evaluated_price: Decimal


def rank(entries: Sequence[Entry], pounds_per_point: Decimal, tie_rule: TieRule) -> list[Ranked]:
    """The bids from best to worst; level bids are parted by the published rule."""

    def place(entry: Entry) -> tuple[Any, ...]:
        return (evaluated(entry, pounds_per_point), *_tie(entry, tie_rule))

    return [
        Ranked(
            entry,
            number,
            entry.points,
            worth(entry, pounds_per_point),
            evaluated(entry, pounds_per_point),
        )
        for number, entry in enumerate(sorted(entries, key=place), start=1)
    ]


def worth(entry: Entry, pounds_per_point: Decimal) -> Decimal:
    """What the bid's quality is worth in pounds."""
    return (entry.points * pounds_per_point).quantize(Decimal("0.01"))


def evaluated(entry: Entry, pounds_per_point: Decimal) -> Decimal:
    """The price less what the quality is worth."""
    return entry.price - worth(entry, pounds_per_point)


def _tie(entry: Entry, rule: TieRule) -> tuple[Any, ...]:
    receipt = (entry.received_at, str(entry.key))
    if rule == TieRule.QUALITY_THEN_PRICE:
        return (-entry.points, entry.price, *receipt)
    if rule == TieRule.PRICE_THEN_RECEIPT:
        return (entry.price, *receipt)
    return receipt


def far_under(prices: Mapping[Any, Decimal]) -> dict[Any, str]:
    """The bids whose price must be explained, with the reason in words.

    A bid is far under where it is 40 % or more under the mean of the others, or 30 % or more under
    the next lowest.
    """
    flagged: dict[Any, str] = {}
    for key, price in prices.items():
        others = [other for name, other in prices.items() if name != key]
        if not others:
            continue
        mean = sum(others, Decimal(0)) / len(others)
        next_lowest = min((other for other in others if other >= price), default=None)
        if price <= mean * (1 - UNDER_MEAN):
            flagged[key] = "40% or more under the mean of the other bids"
        elif next_lowest is not None and price <= next_lowest * (1 - UNDER_NEXT):
            flagged[key] = "30% or more under the next lowest bid"
    return flagged

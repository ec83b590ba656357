"""What may be published of prices so that nobody's can be worked out: pure, and the whole rule.

Sets: the figures t = 1, 2, … of one group (a category, its unit, a financial year), and the prices
p[a, t] of the authorities a that are in figure t. The *history* of an authority is, for each
figure, whether its price is in it and whether that differs from the one used before.

Rule 1. In each figure, at least LEAST authorities; none has more than half of the quantity.
Rule 2. Of each history at least LEAST authorities share it. So a batch of LEAST comes in together;
        a batch goes on, changes its prices or leaves as a whole, or in parts of at least LEAST.
Rule 3. What is published is three inner values of the sorted prices on a grid of STEPS a decade:
        never the lowest or the highest, never a sum.

Why: what is published does not change when two authorities of one history change places, whatever
anybody knows of who was in which figure. So all that can be concluded of one of them from all
figures together holds of each of the LEAST or more that share its history.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import ceil, log10
from typing import TypeVar

LEAST = 4
"""Authorities in a figure, and in each part of it that comes, changes or goes."""
STEPS = 48
"""Steps of the grid a decade: each number stands for a band of about a twentieth."""

Key = TypeVar("Key", bound=Hashable)
Prices = Mapping[Key, Decimal]


@dataclass(frozen=True)
class Given:
    """What an authority gives now for a group: its price of a unit, and how many units."""

    price: Decimal
    quantity: Decimal


@dataclass(frozen=True)
class Spread:
    """Three inner values of the prices, on the grid."""

    lower: Decimal
    median: Decimal
    upper: Decimal


class Place(StrEnum):
    """Where a price stands among those of a figure, read off what is published."""

    LOWEST = "lowest"
    BELOW = "below"
    MIDDLE = "middle"
    ABOVE = "above"
    HIGHEST = "highest"


PAYS_MORE = frozenset({Place.ABOVE, Place.HIGHEST})


def prices_for(past: Sequence[Prices[Key]], live: Mapping[Key, Given]) -> dict[Key, Decimal]:
    """Which prices the next figure may rest on by rule 2, with what is held back left out."""
    chosen: dict[Key, Decimal] = {}
    batches: dict[object, dict[Key, Decimal]] = defaultdict(dict)
    for key, history in histories(past).items():
        last = next(prices[key] for prices in reversed(past) if key in prices)
        batches[history][key] = last
    for batch in batches.values():
        chosen |= _of_batch(batch, live)
    known = {key for batch in batches.values() for key in batch}
    new = {key: given.price for key, given in live.items() if key not in known}
    return chosen | (new if len(new) >= LEAST else {})


def _of_batch(batch: Prices[Key], live: Mapping[Key, Given]) -> dict[Key, Decimal]:
    """What of a batch goes on; corrections of a few are held back until more come.

    Where a few go, as many others as make up LEAST go with them: whose they are follows from the
    keys, never from prices.
    """
    there = {key: live[key].price for key in sorted(batch, key=str) if key in live}
    gone = len(batch) - len(there)
    if 0 < gone < LEAST:
        there = dict(list(there.items())[LEAST - gone :])
    if len(there) < LEAST:
        return {}
    changed = sum(price != batch[key] for key, price in there.items())
    if all(part == 0 or part >= LEAST for part in (changed, len(there) - changed)):
        return there
    return {key: batch[key] for key in there}


def histories(past: Sequence[Prices[Key]]) -> dict[Key, tuple[int, ...]]:
    """For whoever was ever in a figure: 0 where it was not, else the number of its price."""
    found: dict[Key, tuple[int, ...]] = {}
    for key in {key for prices in past for key in prices}:
        history, count, last = [], 0, None
        for prices in past:
            if key in prices and prices[key] != last:
                count, last = count + 1, prices[key]
            history.append(count if key in prices else 0)
        found[key] = tuple(history)
    return found


def may_be_published(
    chosen: Prices[Key], past: Sequence[Prices[Key]], live: Mapping[Key, Given]
) -> bool:
    """Rule 1, and whether there is anything new to say."""
    quantities = [live[key].quantity for key in chosen]
    if len(chosen) < LEAST or 2 * max(quantities) > sum(quantities):
        return False
    return not past or dict(chosen) != dict(past[-1])


def spread(prices: Sequence[Decimal]) -> Spread:
    """Rule 3: about a quarter pay the lower value or less, half the median, a quarter the upper."""
    inner = sorted(prices)
    rank = max(2, ceil(len(inner) / 4))
    half, odd = divmod(len(inner), 2)
    middle = inner[half] if odd else (inner[half - 1] + inner[half]) / 2
    return Spread(on_grid(inner[rank - 1]), on_grid(middle), on_grid(inner[-rank]))


def step(price: Decimal) -> int:
    """The step of the grid that a price is nearest to, in ratio."""
    return round(STEPS * log10(price))


def on_grid(price: Decimal) -> Decimal:
    """The number that stands for the band in which the price lies, to three figures."""
    return Decimal(f"{10 ** (step(price) / STEPS):.3g}")


def band(shown: Decimal) -> tuple[float, float]:
    """Between what and what the price may lie that is shown as this number."""
    at = step(shown)
    return 10 ** ((at - 0.5) / STEPS), 10 ** ((at + 0.5) / STEPS)


def place(price: Decimal, among: Spread) -> Place:
    """One's own place, from nothing but one's own price and what is published."""
    own, median = step(price), step(among.median)
    if own == median:
        return Place.MIDDLE
    if own < median:
        return Place.LOWEST if own < step(among.lower) else Place.BELOW
    return Place.HIGHEST if own > step(among.upper) else Place.ABOVE


def roughly(count: int) -> int:
    """How many authorities a figure rests on, at the least: 4, 8 or 16."""
    return max(least for least in (LEAST, 2 * LEAST, 4 * LEAST) if least <= max(count, LEAST))

"""Why spending differs from what was expected: four effects that add up to the penny.

With expected volume q₀ and unit price p₀, bought volume q₁ and paid unit price p₁, an index that
moved prices by the factor I, and a change of specification that moves the unit price by s, the
spending goes from one to the other in four steps:

    q₀·p₀ → q₁·p₀ → q₁·p₀·I → q₁·(p₀·I + s) → q₁·p₁
        volume    index     specification      price

Each station is rounded to the penny and each effect is the difference of two stations, so the
effects add up to the change exactly, and an effect whose cause is absent is nothing.

Only the last is a saving: what was bought cost less than it would have under the old price, after
the index and the specification. Buying less is not saving, nor is buying something plainer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

PENNY = Decimal("0.01")


@dataclass(frozen=True)
class Trade:
    """What was expected and what came, of one thing in one period."""

    expected_volume: Decimal
    expected_price: Decimal
    volume: Decimal
    price: Decimal
    index: Decimal = Decimal(1)
    specification: Decimal = Decimal(0)


@dataclass(frozen=True)
class Change:
    """The change in spending, more being positive, and its four effects."""

    expected: Decimal
    spent: Decimal
    volume_effect: Decimal
    index_effect: Decimal
    specification_effect: Decimal
    price_effect: Decimal

    @property
    def change(self) -> Decimal:
        return self.spent - self.expected

    @property
    def saving(self) -> Decimal:
        """What the price alone took off."""
        return -self.price_effect


def split(trade: Trade) -> Change:
    """The four effects of a trade."""
    indexed = trade.expected_price * trade.index
    stations = [
        amount.quantize(PENNY)
        for amount in (
            trade.expected_volume * trade.expected_price,
            trade.volume * trade.expected_price,
            trade.volume * indexed,
            trade.volume * (indexed + trade.specification),
            trade.volume * trade.price,
        )
    ]
    steps = [later - earlier for earlier, later in pairwise(stations)]
    return Change(stations[0], stations[-1], *steps)


def contracted(alone: Decimal, signed: Decimal) -> Change:
    """From what was expected alone to what was signed, for the same thing: all of it is price."""
    return split(Trade(Decimal(1), alone, Decimal(1), signed))


@dataclass(frozen=True)
class Terms:
    """What a lot’s price was expected to be, and what it is, for one authority’s part."""

    planned: Decimal
    """What the part would have cost alone, as the proposal had it."""
    saving: Decimal
    """What the proposal projected to save of that."""
    alone: Decimal
    """What it would have cost alone, as the lot was awarded."""
    signed: Decimal


@dataclass(frozen=True)
class Step:
    """From one figure to the next, named, with the effects of what changed between them."""

    name: str
    change: Change


def steps(terms: Terms, trades: Sequence[Trade]) -> list[Step]:
    """Each change from buying alone to what was realised, its effects adding up to the penny.

    A projection rests on the same volume and specification, so it is all price. Until the award a
    part may grow or shrink: that is volume, at the projected price. What was bought is held against
    the signed price of what was expected of the periods reported.
    """
    share = 1 - terms.saving / terms.planned
    won = Trade(terms.planned, share, terms.alone, terms.signed / terms.alone)
    found = [
        Step("Alone to projected", contracted(terms.planned, terms.planned - terms.saving)),
        Step("Projected to contracted", split(won)),
    ]
    cheaper = terms.signed / terms.alone
    if trades:
        realised = [
            split(replace(each, expected_price=each.expected_price * cheaper)) for each in trades
        ]
        found.append(Step("Contracted to realised, in the periods reported", together(realised)))
    return found


def together(changes: Iterable[Change]) -> Change:
    """The sums of several changes, effect by effect."""
    return Change(*(sum(each, Decimal(0)) for each in zip(*map(_amounts, changes), strict=True)))


def _amounts(change: Change) -> tuple[Decimal, ...]:
    return tuple(vars(change).values())

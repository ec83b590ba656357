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

from dataclasses import dataclass
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

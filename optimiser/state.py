"""What is known of one category so far, kept from step to step."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimiser.market import Flags, Floats, Ints, Market, Members
from optimiser.pool import Pool
from optimiser.timing import Deadline

if TYPE_CHECKING:
    from optimiser.counting import Parts
    from optimiser.trios import Trios

FADING = 0.4
UNTRIED, SPENT = 0.01, 0.0005
"""Of the pounds missing, in a second: a guess before a way was tried, and the least afterwards."""


@dataclass
class State:
    """What is known of one category so far."""

    lots: tuple[Members, ...] = ()
    value: float = 0.0
    bound: float = np.inf
    method: str = "nothing"
    pool: Pool | None = None
    pi: Floats | None = None
    finished: bool = False
    complete: bool = False
    rounds: int = 0
    parts: list[tuple[Ints, "State"]] = field(default_factory=list)
    guide: Floats | None = None
    ids: tuple[str, ...] = ()
    dual: float = np.inf
    sets: Pool | None = None
    relaxed: Pool | None = None
    rule: Floats | None = None
    trios: "Trios | None" = None
    open: "Parts | None" = None
    width: int = 0
    ways: tuple[str, ...] = ()
    rates: dict[str, float] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    vain: dict[str, int] = field(default_factory=dict)
    """How often each way brought nothing, one time after another."""

    @property
    def missing(self) -> float:
        """Pounds that may still be missing."""
        return self.bound - self.value

    @property
    def promise(self) -> float:
        """Pounds a second that the next step may bring, where steps are short."""
        return max(self.promise_of(way) for way in self.ways or ("",))

    def promise_of(self, way: str) -> float:
        """What this way brought lately, a guess before it was tried; never quite nothing."""
        least = SPENT * self.missing * 0.5 ** self.vain.get(way, 0)
        return max(self.rates.get(way, UNTRIED * self.missing), least)

    def settle(self, rate: float) -> None:
        """There is one way to go on, which brought so much lately."""
        self.ways, self.rates = ("settle",), {"settle": rate}

    def offer(self, market: Market, lots: list[Members], method: str) -> bool:
        """Take these lots as the answer if they are better."""
        value = sum(market.net(lot) for lot in lots)
        if value <= self.value:
            return False
        self.lots, self.value = tuple(sorted(lots)), value
        self.method = method
        return True

    def limit(self, bound: float) -> None:
        """Take the bound if it is lower."""
        self.bound = max(self.value, min(self.bound, bound))


def lots_of(rows: Flags) -> list[Members]:
    return [tuple(np.nonzero(row)[0].tolist()) for row in rows]


def most_promising(
    state: State, ways: Mapping[str, Callable[[Deadline], None]], until: Deadline
) -> None:
    """Go the way that lately brought most for its time; of equals the one gone least."""
    state.ways = tuple(ways)
    way = max(ways, key=lambda each: (state.promise_of(each), -state.turns.get(each, 0)))
    began, missing = time.monotonic(), state.missing
    ways[way](until)
    state.vain[way] = 0 if state.missing < missing else state.vain.get(way, 0) + 1
    rate = (missing - state.missing) / max(1e-3, time.monotonic() - began)
    state.rates[way] = rate + FADING * (state.rates.get(way, rate) - rate)
    state.turns[way] = state.turns.get(way, 0) + 1

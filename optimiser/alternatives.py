"""The best different groupings of a category, within a small part of the best.

At prices π of the relaxation over a list of lots (Σ π = Z, every reduced worth at most 0) a
grouping is worth Z − Σ loss(L) − Σ_{i alone} π_i with loss(L) = −reduced(L) ≥ 0. All groupings of
loss within a budget are found by settling one requirement after another, partial groupings side
by side; of those that have used the same requirements only the n best are kept, because what may
follow is the same for all. The budget grows until n groupings are found, or the part is reached.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimiser.answers import Lot
from optimiser.known import Base, base_of
from optimiser.market import Market, Members
from optimiser.master import Master
from optimiser.nearness import Near, near
from optimiser.pool import Pool
from optimiser.problem import Problem
from optimiser.search import Search
from optimiser.timing import Deadline

WITHIN = 0.02
MOST_LOTS = 20_000
MOST_PARTIAL = 20_000
FIRST_BUDGET = 0.002


@dataclass(frozen=True)
class Alternative:
    """A grouping of a category: its joint lots, and what it is worth."""

    lots: tuple[Lot, ...]
    net_benefit: float


@dataclass(frozen=True)
class Alternatives:
    """Different groupings, best first; `complete`: proven that these are the best there are."""

    groupings: tuple[Alternative, ...]
    complete: bool


def alternatives(
    problem: Problem,
    lots: Sequence[Sequence[str]],
    most: int,
    *,
    within: float = WITHIN,
    seconds: float = 10.0,
) -> Alternatives:
    """The best `most` groupings of a problem of one category, within a part of the best."""
    until = Deadline.after(seconds)
    base = base_of(problem, lots, until.sooner(until.left * 0.6))
    least = (1.0 - within) * base.state.value
    found = _near(base, least, until).nearest(MOST_LOTS)
    reach = base.dual if np.isfinite(base.dual) else base.state.bound
    complete = reach + found.missed <= least + 1e-6
    relaxed = Master(base.market.n, found.pool).solve(until.left) if len(found.pool) else None
    pi = np.zeros(base.market.n) if relaxed is None else relaxed.pi
    kept, whole = _within(base, found.pool, pi, least, most, until)
    if not (complete and whole):
        near_by = neighbours(base.market, base.state.lots)
        named = {each.lots: each for each in (*near_by, *kept) if each.net_benefit >= least}
        kept = tuple(sorted(named.values(), key=_best_first)[:most])
    return Alternatives(kept, complete and whole)


def _near(base: Base, least: float, until: Deadline) -> Near:
    """Lots that a grouping worth at least so much may have."""
    pi = np.zeros(base.market.n) if base.pi is None else base.pi
    reach = base.dual if np.isfinite(base.dual) else base.state.bound
    return near(Search(base.market), pi, least - reach - 1e-6, until.sooner(until.left * 0.5))


def _within(
    base: Base, pool: Pool, pi: np.ndarray, least: float, most: int, until: Deadline
) -> tuple[tuple[Alternative, ...], bool]:
    """The best groupings of listed lots, with a budget as small as will do."""
    settling = _Settling(base.market, pool, pi, most)
    reach = float(pi.sum()) + settling.slack
    widest = reach - least
    # The best grouping known has a loss of its own, which no smaller budget would find.
    budget = min(widest, reach - base.state.value + FIRST_BUDGET * abs(least))
    while True:
        found, whole = settling.run(budget, until)
        safe = [each for each in found if each.net_benefit >= least]
        if len(safe) >= most or budget >= widest or not whole:
            break
        budget = min(widest, 3.0 * budget + 1.0)
    return tuple(safe[:most]), whole


class _Settling:
    """Requirements settled one after another: used by a lot, or alone."""

    def __init__(self, market: Market, pool: Pool, pi: np.ndarray, most: int) -> None:
        self.market, self.pool, self.pi, self.most = market, pool, pi, most
        self.loss = pool.members @ pi - pool.net
        # Rounding may leave a lot a hair above its prices; each grouping has one first in each.
        self.slack = float(np.maximum(0.0, -self.loss).max(initial=0.0)) * market.n + 1e-6
        self.bits = [int(sum(1 << int(i) for i in np.flatnonzero(row))) for row in pool.members]
        self.starting: list[list[int]] = [[] for _ in range(market.n)]
        for lot in np.argsort(self.loss, kind="stable").tolist():
            self.starting[int(np.argmax(pool.members[lot]))].append(lot)

    def run(self, budget: float, until: Deadline) -> tuple[list[Alternative], bool]:
        """All groupings within the budget, the best ones first; whether none was left out."""
        layer: dict[int, list[tuple[float, tuple[int, ...]]]] = {0: [(0.0, ())]}
        whole = True
        for i in range(self.market.n):
            layer = self._settled(layer, i, budget)
            if until.passed or len(layer) > MOST_PARTIAL:
                whole = False
                best = sorted(layer.items(), key=lambda each: (each[1][0][0], each[0]))
                layer = dict(best[: MOST_PARTIAL if not until.passed else 200])
        ends = sorted(each for ends in layer.values() for each in ends)
        found = [self._told(chosen) for _, chosen in ends]
        return sorted(found, key=_best_first), whole

    def _settled(
        self, layer: dict[int, list[tuple[float, tuple[int, ...]]]], i: int, budget: float
    ) -> dict[int, list[tuple[float, tuple[int, ...]]]]:
        """Requirement i used already, alone, or first in a lot."""
        after: dict[int, list[tuple[float, tuple[int, ...]]]] = {}
        alone = float(self.pi[i])
        for used, ways in layer.items():
            if used >> i & 1:
                after.setdefault(used, []).extend(ways)
                continue
            room = budget - ways[0][0]
            if alone <= room:
                after.setdefault(used | 1 << i, []).extend((x + alone, c) for x, c in ways)
            for lot in self.starting[i]:
                loss = float(self.loss[lot])
                if loss > room:
                    break
                if not self.bits[lot] & used:
                    there = after.setdefault(used | self.bits[lot], [])
                    there.extend((x + loss, (*c, lot)) for x, c in ways)
        return {
            used: [way for way in sorted(ways)[: self.most] if way[0] <= budget]
            for used, ways in after.items()
        }

    def _told(self, chosen: tuple[int, ...]) -> Alternative:
        lots = [tuple(np.flatnonzero(self.pool.members[lot]).tolist()) for lot in chosen]
        return told(self.market, lots)


def neighbours(market: Market, lots: Sequence[Members]) -> Iterator[Alternative]:
    """The grouping itself, and every one that a move of one or a swap of two makes of it."""
    held = {each for lot in lots for each in lot}
    every = [*lots, *((each,) for each in range(market.n) if each not in held)]
    yield told(market, every)
    for place, lot in enumerate(every):
        for other, there in enumerate(every):
            rest = [each for n, each in enumerate(every) if n not in (place, other)]
            for one in lot:
                left = tuple(each for each in lot if each != one)
                pairs = [(left, (*there, one))] if other != place else [(left, (one,))]
                if other > place:
                    pairs += [
                        ((*left, two), (*(each for each in there if each != two), one))
                        for two in there
                    ]
                for pair in pairs:
                    if all(market.feasible(each) for each in pair):
                        yield told(market, [*rest, *pair])


def told(market: Market, lots: Sequence[Members]) -> Alternative:
    """A grouping by its requirements' ids, lots of one left out."""
    joint = [lot for lot in lots if len(lot) > 1]
    named = sorted(tuple(sorted(market.ids[each] for each in lot)) for lot in joint)
    return Alternative(tuple(named), float(sum(market.net(lot) for lot in joint)))


def _best_first(each: Alternative) -> tuple[float, tuple[Lot, ...]]:
    return -each.net_benefit, each.lots

"""All lots that are nearly worth their members' prices.

At prices π with the bound Z that they prove (`generation.py`), a grouping that holds the lot L is
worth at most Z + reduced(L). So whoever knows one worth v needs to look at lots with reduced worth
of at least v − Z only, and lists them here.
"""

from dataclasses import dataclass

import numpy as np

from optimiser.market import Floats, Ints, Market
from optimiser.pool import Pool, empty, joined
from optimiser.search import Search, reduced
from optimiser.timing import Deadline

MOST_AT_ONCE = 100_000
NO_WORTH = 1e-9


@dataclass(frozen=True)
class Near:
    """Lots near their prices: every one whose reduced worth is above `missed` is there."""

    pool: Pool
    reduced: Floats
    missed: float

    def nearest(self, most: int) -> "Near":
        """No more than so many lots."""
        if len(self.pool) <= most:
            return self
        order = np.argsort(-self.reduced, kind="stable")
        kept = np.sort(order[:most])
        missed = max(self.missed, float(self.reduced[order[most]]))
        return Near(self.pool.take(kept), self.reduced[kept], missed)


def near(search: Search, pi: Floats, threshold: float, until: Deadline) -> Near:
    """All lots of two or more with reduced worth of at least `threshold`."""
    return _listed(search, pi, threshold, range(search.market.n), until)


def near_with(market: Market, pi: Floats, forced: Ints, threshold: float, until: Deadline) -> Near:
    """All lots of two or more that hold the `forced`, with reduced worth of at least `threshold`.

    Only those who are compatible with all of the forced are looked at, and the forced are given a
    bonus so large that a lot without one of them cannot reach the threshold.
    """
    rest = np.array(market.compatible[forced].all(axis=0), dtype=np.bool_)
    rest[forced] = False
    places = np.sort(np.concatenate([forced, np.flatnonzero(rest)]))
    part = market.part(places)
    inside = np.isin(places, forced)
    bonus = 2.0 * (_most(market) + float(np.abs(pi).sum()) + abs(threshold)) + 1.0
    lowered = pi[places] - bonus * inside
    total = bonus * len(forced)
    firsts = range(int(np.argmax(inside)) + 1)
    found = _listed(Search(part), lowered, threshold + total, firsts, until)
    rows = np.zeros((len(found.pool), market.n), dtype=np.bool_)
    rows[:, places] = found.pool.members
    pool = Pool(rows, found.pool.net, found.pool.volume)
    worth = reduced(pool, pi)
    whole = rows[:, forced].all(axis=1) & (worth >= threshold)
    return Near(pool.take(whole), worth[whole], max(threshold, found.missed - total))


def _listed(search: Search, pi: Floats, threshold: float, firsts: range, until: Deadline) -> Near:
    pools, missed = [empty(search.market)], threshold
    for first in firsts:
        if until.passed:
            missed = max(missed, search.bound(first, pi))
            continue
        listing = search.above(first, pi, threshold, MOST_AT_ONCE)
        pools.append(listing.pool)
        missed = max(missed, listing.missed)
    pool = joined(pools)
    return Near(pool, reduced(pool, pi), missed)


def _most(market: Market) -> float:
    """No lot is worth more: everybody at the deepest discount, and every tender saved."""
    return float(market.v.sum()) * market.delta + market.tender * market.n

"""Column generation: prices at which no lot is worth more than its members, or nearly none.

The relaxation over the lots known so far gives prices; lots worth more than their members at those
prices are looked for and added (Dantzig and Wolfe 1960; Gilmore and Gomory 1961). At any prices
π ≥ 0 whatever

    Σ_i π_i + Σ_r max(0, b_r),      b_r ≥ the largest reduced worth of a lot first in r,

is a bound on every grouping, finished or not: the lots of a grouping have different first members.
Prices jump about at first, so they are looked at between the best ones known and the relaxation's
(Wentges 1997), which needs fewer rounds and gives a good bound early.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from optimiser.market import Floats, Market
from optimiser.master import CONCESSION, Count, Master, Relaxed
from optimiser.pool import Pool, joined, pool_of, rows_of
from optimiser.search import FREE, Listing, Search, Tolls
from optimiser.timing import Deadline

ENOUGH = 5e-4
A_ROUND = 25


@dataclass
class Generated:
    """Lots met, the best prices and their bound."""

    pool: Pool
    pi: Floats
    bound: float
    finished: bool
    width: int
    """Of the search, which grows where it missed too much."""
    sigma: Floats = field(default_factory=lambda: np.zeros(0))
    """The prices of counts, where lots are counted."""
    relaxed: Relaxed | None = None


def first_prices(market: Market) -> Floats:
    """A guess: each requirement priced at what it brings to a lot near the cap."""
    saved = market.saving(market.v, np.maximum(market.v, 0.8 * market.cap))
    found: Floats = np.maximum(0.0, saved + 0.8 * (market.tender - market.kappa))
    return found


def generate(
    search: Search,
    pool: Pool,
    known: float,
    until: Deadline,
    before: Generated | None = None,
    counts: Sequence[Count] = (),
) -> Generated:
    """Prices whose bound is close to the relaxation's optimum, or the best within the time; going
    on from what was generated before, and over groupings that obey these counts alone."""
    generation = _Generation(search, pool, known, counts)
    if before is not None:
        generation.centre, generation.bound = before.pi, before.bound
        generation.width, generation.toll = before.width, before.sigma
    try:
        return generation.run(until)
    finally:
        search.tolls = FREE


def tolls_of(counts: Sequence[Count], sigma: Floats) -> Tolls:
    """What counts at these prices add to the reduced worth of a lot."""
    least = np.array([each.least for each in counts])
    return Tolls(least, -sigma * np.array([each.sign for each in counts])) if counts else FREE


class _Generation:
    def __init__(
        self, search: Search, pool: Pool, known: float, counts: Sequence[Count] = ()
    ) -> None:
        self.search = search
        self.market = search.market
        self.known = known
        self.counts = counts
        self.most = np.array([each.most for each in counts])
        self.master = Master(self.market.n, pool, counts)
        self.seen = {row.tobytes() for row in pool.members}
        self.centre = first_prices(self.market)
        self.toll = np.zeros(len(counts))
        self.bound = np.inf
        self.width = 300
        self.weight = 0.5

    def run(self, until: Deadline) -> Generated:
        finished, kept = False, None
        while not until.passed:
            relaxed = self.master.solve(until.left)
            if relaxed is None:
                break
            kept = relaxed
            value = relaxed.value
            if self.bound - value <= ENOUGH * abs(value) or self.bound <= self.known:
                finished = True
                break
            pi = self.weight * self.centre + (1 - self.weight) * relaxed.pi
            sigma = self.weight * self.toll + (1 - self.weight) * relaxed.sigma
            better, fresh = self._round(pi, sigma, relaxed, until)
            if fresh:
                self.master.add(fresh)
            elif not better and self.weight == 0.0:
                if self.width > 100_000:
                    break
                self.width *= 3
            # Where nothing new lies between, look at the relaxation's own prices.
            self.weight = 0.5 if better or (fresh and self.weight) else 0.0
        return Generated(
            self.master.pool, self.centre, self.bound, finished, self.width, self.toll, kept
        )

    def _round(
        self, pi: Floats, sigma: Floats, own: Relaxed, until: Deadline
    ) -> tuple[bool, Pool | None]:
        """Bound at the prices π and σ, and lots that are worth adding at the relaxation's own."""
        market = self.market
        self.search.tolls = tolls_of(self.counts, sigma)
        total, found = float(pi.sum() + sigma @ self.most), []
        unsure = residual = 0.0
        # Prices of counts may make those of requirements many times what they are together worth.
        size = min(float(pi.sum()), max(abs(own.value), 1e-3 * float(pi.sum())))
        least = 0.3 * ENOUGH * size / market.n
        for first in range(market.n):
            bound = self.search.bound(first, pi)
            if bound <= 1e-9 * float(pi.sum()):
                total += max(0.0, bound)
                continue
            if until.passed:
                return False, None
            listing, bound = self._looked(first, pi, bound, least)
            total += bound
            unsure += bound if listing.missed >= bound * (1 - 1e-9) else 0.0
            residual += bound
            order = np.argsort(-listing.reduced, kind="stable")[:A_ROUND]
            found.append(listing.pool.take(order))
        total += CONCESSION * float(pi.sum() + sigma @ np.abs(self.most))
        better = total < self.bound
        if unsure > 0.3 * residual:
            self.width = min(3 * self.width, 200_000)
        if better:
            self.bound, self.centre, self.toll = total, pi, sigma
        if not found:
            return better, None
        pool = joined(found)
        worth = pool.net - pool.members @ own.pi + tolls_of(self.counts, own.sigma).of(pool.volume)
        pool = pool.take(worth > 1e-9 * self.master.scale)
        new = np.array([row.tobytes() not in self.seen for row in pool.members], dtype=np.bool_)
        pool = pool.take(new)
        self.seen.update(row.tobytes() for row in pool.members)
        return better, pool if len(pool) else None

    def _looked(self, first: int, pi: Floats, bound: float, least: float) -> tuple[Listing, float]:
        """Lots near the largest reduced worth, and a bound on it."""
        while True:
            threshold = max(least, 0.3 * bound)
            listing = self.search.above(first, pi, threshold, self.width)
            best = max(threshold, float(listing.reduced.max(initial=0.0)), listing.missed)
            bound = min(bound, best)
            if len(listing.reduced) or listing.missed > 0 or threshold <= least:
                return listing, bound


def pairs(market: Market) -> Pool:
    """All compatible pairs of some worth."""
    i, j = np.nonzero(np.triu(market.compatible))
    pool = pool_of(market, rows_of(market, list(zip(i.tolist(), j.tolist(), strict=True))))
    return pool.take(pool.net > 0)

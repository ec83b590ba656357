"""What a lot may be worth above its members' prices: a bound for each block, and prices to match.

A block k is a cell of candidates (`cells.py`, by start day) with a band of volume from lo_k to
hi_k (`bands.py`). At prices π a bound e_k ≥ 0 on the worth of its lots above their prices comes
from a fractional knapsack, the limit on authorities at a price μ, and where that is not enough
from the programme of `stowing.py`, the limit counted.

Prices at which no lot is worth more than its members are a bound, their sum: the lots of a
grouping are disjoint. Prices are made so by raising them to π_i + ρ_i with

    ρ_i = max over the blocks k that i is in, v_i ≤ hi_k, of  v_i·e_k/lo_k,  or of e_k/2

for each block one of the two. Nobody larger than hi_k is in a lot of block k, and a lot of it has a
volume of lo_k or more and two members or more, so Σ_{i ∈ L} ρ_i ≥ e_k either way. This needs no
trust in where the prices come from.
"""

from dataclasses import dataclass

import numpy as np

from optimiser.bands import Bands, knapsack
from optimiser.cells import cells_of_days
from optimiser.market import HAIR, Floats, Ints, Market
from optimiser.stowing import Stowing
from optimiser.timing import Deadline

CHUNK = 1_500_000
NEVER = -1e300
ROUNDING = 1e-10
MOST_COUNTED = 8
MULTIPLIERS = (0.0, 0.15, 0.35, 0.7, 1.1)
GRID, ROUGH, SEARCHED = 128, 64, 512
SCALE = 4.0  # bands whose volumes differ by no more share their steps of volume
WIDTHS = (1.03,) * 10 + (1.05,) * 6 + (1.08,)


@dataclass(frozen=True)
class Proof:
    """Prices that no lot is worth more than, and their sum."""

    pi: Floats
    bound: float


class Blocks:
    """All blocks of a market."""

    def __init__(self, market: Market) -> None:
        self.market = m = market
        self.bands = Bands(market, WIDTHS)
        cells = cells_of_days(market)
        self.inside = np.array([c.inside for c in cells], dtype=np.bool_).reshape(-1, m.n)
        self.limit = np.array([c.limit for c in cells], dtype=np.int64)
        fitting = m.v[m.v <= m.cap * (1 + HAIR)]
        steepest = self.bands.steepest(float(fitting.max(initial=0.0)))
        self.worth = self.bands.base + steepest[:, None] * m.v
        self.worth[m.v > self.bands.hi[:, None]] = NEVER
        self.fixed = m.tender - m.kappa + steepest * self.bands.lo
        self.part = 1.0 / np.bincount(m.a)[m.a]
        self.lo = np.maximum(1e-9, self.bands.lo * (1 - HAIR))
        hi = self.bands.hi
        self.scale = np.floor(np.log(hi[0] / hi) / np.log(SCALE)).astype(np.int64)
        tops = [float(hi[self.scale == each].max()) for each in range(int(self.scale[-1]) + 1)]
        self.down = [Stowing.down(m, GRID, top) for top in tops]
        self.rougher = [Stowing.down(m, ROUGH, top) for top in tops]
        self.up = [Stowing.up(m, SEARCHED, top) for top in tops]
        here = m.v[:, None] <= hi
        self._volume = self.inside @ (m.v[:, None] * here)
        self._size = self.inside @ here.astype(np.float64)
        self._fits, self._last = here[:, 0], np.maximum(0, here.sum(axis=1) - 1)

    def most(self, cell: int) -> int | None:
        """The limit on authorities where it is small enough to be counted."""
        limit = int(self.limit[cell])
        return limit if limit <= MOST_COUNTED else None

    def rough(self, pi: Floats, until: Deadline) -> Floats:
        """cells × bands: e_k by fractional knapsacks, the limit on authorities at some prices."""
        gain = self.worth - self.market.kappa * self.part - pi
        positive = gain[0][gain[0] > 0]
        typical = float(np.median(positive)) if len(positive) else 0.0
        parts = max(1, CHUNK // max(1, gain.size))
        found = [
            self._rough(slice(start, start + parts), gain, typical, until)
            for start in range(0, len(self.inside), parts)
        ]
        most = np.concatenate(found) if found else np.zeros((0, len(self.fixed)))
        excess: Floats = most - self.fixed
        excess[self._volume * (1 + HAIR) <= self.bands.lo] = NEVER
        return excess

    def _rough(self, cells: slice, gain: Floats, typical: float, until: Deadline) -> Floats:
        m, inside, limit = self.market, self.inside[cells], self.limit[cells]
        best = np.full((len(inside), len(self.fixed)), np.inf)
        if until.passed:
            return best  # nothing is known of them
        tight = bool((limit < inside @ self.part).any())
        for factor in MULTIPLIERS if tight and typical else (0.0,):
            # An authority in the lot at μ ≥ 0 each, and as many as are allowed for nothing.
            mu = factor * typical
            value = knapsack(m.v, inside, gain - mu * self.part, self.bands.hi)
            best = np.minimum(best, value + mu * limit[:, None])
        return best

    def refine(self, cell: int, pi: Floats, excess: Floats, tight: float) -> None:
        """Lower e_k of a cell's blocks that are above `tight`."""
        bands = np.nonzero(excess[cell] > tight)[0]
        found = self.above(cell, bands, pi, self.most(cell), self.down)
        excess[cell, bands] = np.minimum(excess[cell, bands], found)

    def above(
        self, cell: int, bands: Ints, pi: Floats, most: int | None, stowings: list[Stowing]
    ) -> Floats:
        """A bound on what lots of these blocks are worth above their prices."""
        found = np.empty(len(bands))
        for scale in np.unique(self.scale[bands]).tolist():
            some = np.nonzero(self.scale[bands] == scale)[0]
            gain, hi = self.worth[bands[some]] - pi, self.bands.hi[bands[some]]
            found[some] = stowings[scale].bounds(self.inside[cell], gain, hi, most)
        excess: Floats = found - self.fixed[bands]
        return excess

    def sum(self, band: int, members: Ints) -> float:
        """The worth of these members by the band's sum."""
        m = self.market
        count = len(set(m.a[members].tolist()))
        return float(self.worth[band, members].sum() - m.kappa * count - self.fixed[band])

    def tight(self, pi: Floats) -> float:
        """Pounds for a block that are not worth any work."""
        return 1e-5 * float(pi.sum()) / max(1, self.market.n)

    def excess(self, pi: Floats, until: Deadline) -> Floats:
        """e_k of all blocks at these prices, as low as the time allows."""
        excess = self.rough(pi, until)
        self._refined(pi, excess, until)
        return excess

    def _refined(self, pi: Floats, excess: Floats, until: Deadline) -> None:
        tight, worst = self.tight(pi), excess.max(axis=1, initial=NEVER)
        for cell in np.argsort(-worst, kind="stable").tolist():
            if worst[cell] <= tight or until.passed:
                break
            self.refine(cell, pi, excess, tight)

    def raised(self, excess: Floats) -> Floats:
        """ρ for these e_k; a block raises only those who are small enough to be in it."""
        above = np.maximum(excess, 0.0)
        rates, halves = above / self.lo, above / 2
        by_volume = self._volume * rates < self._size * halves
        # The bands are the largest first, so that i is in those up to its last one.
        rate = np.maximum.accumulate(np.where(by_volume, rates, 0.0), axis=1)[:, self._last]
        half = np.maximum.accumulate(np.where(by_volume, 0.0, halves), axis=1)[:, self._last]
        inside = self.inside & self._fits
        each = np.where(inside, rate, 0.0).max(axis=0, initial=0.0) * self.market.v
        other = np.where(inside, half, 0.0).max(axis=0, initial=0.0)
        found: Floats = np.maximum(each, other)
        return found

    def proof(self, pi: Floats, excess: Floats) -> Proof:
        """These prices raised by ρ."""
        prices = pi + self.raised(excess)
        return Proof(prices, float(prices.sum()) * (1 + ROUNDING))

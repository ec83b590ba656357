"""Many good lots at given prices, quickly: every cell filled greedily at several volumes.

For a start day, values of the specification and a limit on authorities, and for a volume to aim
at, worth is additive over members (`bands.py`); the members of most worth above their price for
their size are taken until the lot is full. All lots are filled side by side, one member of each at
a time. These lots are candidates, no proof.
"""

import numpy as np

from optimiser.cells import cells_of_days
from optimiser.market import Flags, Floats, Market
from optimiser.pool import Pool, pool_of

VOLUMES = (1.0, 1.0, 0.9, 0.75, 0.5)
POWERS = (1.0, 1.0, 0.7)


class Filler:
    """The cells of a market, ready to be filled at any prices."""

    def __init__(self, market: Market, seed: int = 1) -> None:
        self.market = market
        cells = cells_of_days(market)
        self.rng = np.random.default_rng(seed)
        shape = (len(cells), len(VOLUMES))
        cell, volume = (each.ravel() for each in np.indices(shape))
        self.inside = np.array([c.inside for c in cells], dtype=np.bool_).reshape(-1, market.n)[
            cell
        ]
        self.limit = np.array([c.limit for c in cells], dtype=np.int64)[cell]
        self.room = market.cap * np.array(VOLUMES)[volume]
        most = np.maximum(self.room[:, None], market.v[None, :])
        owns = np.bincount(market.a)[market.a]
        # A member also brings volume, which the others' prices gain from: β·(v̄/V)^β a pound.
        others = market.beta * (np.median(market.v) / most) ** market.beta * market.v
        self.worth = market.saving(market.v, most) + market.tender - market.kappa / owns + others
        self.inside &= market.v <= self.room[:, None]

    def lots(self, pi: Floats, least: float, free: Flags | None = None) -> Pool:
        """Lots worth more than their members' prices by `least`."""
        m = self.market
        gain = self.worth - pi
        power = np.array(POWERS)[self.rng.integers(len(POWERS), size=len(gain))]
        ratio = gain / m.v ** power[:, None] * self.rng.uniform(0.5, 1.5, gain.shape)
        ratio[~self.inside | (gain <= 0)] = -np.inf
        if free is not None:
            ratio[:, ~free] = -np.inf
        rows = self._filled(np.argsort(-ratio, axis=1), (ratio > -np.inf).sum(axis=1))
        rows = rows[rows.sum(axis=1) > 1]
        if not len(rows):
            return pool_of(m, rows)
        rows = rows[np.unique(np.packbits(rows, axis=1), axis=0, return_index=True)[1]]
        pool = pool_of(m, rows)
        return pool.take(pool.net - pool.members @ pi > least)

    def _filled(self, order: np.ndarray, length: np.ndarray) -> Flags:
        """Take members in order while they fit."""
        m, count = self.market, len(order)
        here = np.arange(count)
        rows = np.zeros((count, m.n), dtype=np.bool_)
        volume, crowd = np.zeros(count), np.zeros(count, dtype=np.int64)
        holds = np.zeros((count, int(m.a.max()) + 1), dtype=np.bool_)
        barred = np.zeros_like(holds)
        any_apart = bool(m.apart.any())
        for place in range(int(length.max(initial=0))):
            active = here[place < length]
            i = order[active, place]
            new = ~holds[active, m.a[i]]
            fits = volume[active] + m.v[i] <= self.room[active]
            fits &= crowd[active] + new <= self.limit[active]
            if any_apart:
                fits &= ~barred[active, m.a[i]]
            lot, i, new = active[fits], i[fits], new[fits]
            rows[lot, i] = True
            volume[lot] += m.v[i]
            crowd[lot] += new
            holds[lot, m.a[i]] = True
            if any_apart:
                barred[lot] |= m.apart[m.a[i]]
        return rows

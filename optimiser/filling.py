"""Many good lots at given prices, quickly: every cell filled greedily at several volumes.

For a start day, values of the specification and a limit on authorities, and for a volume to aim
at, worth is additive over members (`bands.py`); the members of most worth above their price for
their size are taken until the lot is full. All lots are filled side by side, one member of each at
a time. These lots are candidates, no proof.
"""

import numpy as np

from optimiser.cells import cells_of_days
from optimiser.market import Flags, Floats, Ints, Market
from optimiser.pool import Pool, pool_of

VOLUMES = (1.0, 1.0, 0.9, 0.75, 0.5)
POWERS = (1.0, 1.0, 0.7)
SLOTS = (1.0, 0.7, 0.35, 0.0)  # where few authorities may share, a place in the lot is scarce too
FEW = 8
MOST = 1_200  # lots of one call


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
        owns = np.bincount(market.a)[market.a]
        # A member also brings volume, which the others' prices gain from: β·(v̄/V)^β a pound.
        self.fixed = market.tender - market.kappa / owns
        self.typical = float(np.median(market.v))
        self.inside &= market.v <= self.room[:, None]
        self.few = self.limit <= FEW

    def lots(self, pi: Floats, least: float, free: Flags | None = None) -> Pool:
        """Lots worth more than their members' prices by `least`."""
        m = self.market
        places = np.arange(m.n) if free is None else np.nonzero(free)[0]
        which = self._drawn(places)
        found = self._filled(which, places, *self._ranked(which, places, pi))
        found = found[found.sum(axis=1) > 1]
        rows = np.zeros((len(found), m.n), dtype=np.bool_)
        rows[:, places] = found
        if not len(rows):
            return pool_of(m, rows)
        rows = rows[np.unique(np.packbits(rows, axis=1), axis=0, return_index=True)[1]]
        pool = pool_of(m, rows)
        return pool.take(pool.net - pool.members @ pi > least)

    def _drawn(self, places: Ints) -> Ints:
        """Cells and volumes with two candidates, no two alike, and not too many."""
        if len(places) == self.market.n:
            which = np.arange(len(self.inside))
        else:
            here = self.inside[:, places]
            limit = np.minimum(self.limit, 255).astype(np.uint8)
            volume = (np.arange(len(here)) % len(VOLUMES)).astype(np.uint8)
            key = np.column_stack([np.packbits(here, axis=1), limit, volume])
            some = np.nonzero(here.sum(axis=1) > 1)[0]
            _, first = np.unique(_words(key[some]), return_index=True)
            which = some[first]
        if len(which) > MOST:
            which = self.rng.choice(which, MOST, replace=False)
        return which

    def _ranked(self, which: Ints, places: Ints, pi: Floats) -> tuple[Ints, Ints]:
        """Candidates of each lot in the order in which they are taken, and how many they are."""
        m, v = self.market, self.market.v[places]
        volumes, of = np.unique(self.room[which], return_inverse=True)
        most = np.maximum(volumes[:, None], v)
        others = m.beta * (self.typical / most) ** m.beta * v
        gain = (m.saving(v, most) + self.fixed[places] + others - pi[places])[of]
        usual = np.array(POWERS)[self.rng.integers(len(POWERS), size=len(which))]
        slots = np.array(SLOTS)[self.rng.integers(len(SLOTS), size=len(which))]
        power = np.where(self.few[which], slots, usual)
        ratio = gain * np.exp(-power[:, None] * np.log(v))
        ratio *= self.rng.uniform(0.5, 1.5, gain.shape)
        ratio[~self.inside[np.ix_(which, places)] | (gain <= 0)] = -np.inf
        return np.argsort(-ratio, axis=1), (ratio > -np.inf).sum(axis=1)

    def _filled(self, which: Ints, places: Ints, order: Ints, length: Ints) -> Flags:
        """Take members in order while they fit."""
        m, count = self.market, len(order)
        v, room, limit = m.v[places], self.room[which], self.limit[which]
        codes, a = np.unique(m.a[places], return_inverse=True)
        apart = m.apart[np.ix_(codes, codes)]
        here = np.arange(count)
        rows = np.zeros((count, len(places)), dtype=np.bool_)
        volume, crowd = np.zeros(count), np.zeros(count, dtype=np.int64)
        holds = np.zeros((count, len(codes)), dtype=np.bool_)
        barred = np.zeros_like(holds)
        any_apart = bool(apart.any())
        for place in range(int(length.max(initial=0))):
            active = here[place < length]
            i = order[active, place]
            new = ~holds[active, a[i]]
            fits = volume[active] + v[i] <= room[active]
            fits &= crowd[active] + new <= limit[active]
            if any_apart:
                fits &= ~barred[active, a[i]]
            lot, i, new = active[fits], i[fits], new[fits]
            rows[lot, i] = True
            volume[lot] += v[i]
            crowd[lot] += new
            holds[lot, a[i]] = True
            if any_apart:
                barred[lot] |= apart[a[i]]
        return rows


def _words(rows: np.ndarray) -> np.ndarray:
    """Rows of bytes as one value each, so that they can be compared at once."""
    whole = np.ascontiguousarray(rows)
    return whole.view(np.dtype((np.void, whole.shape[1]))).ravel()

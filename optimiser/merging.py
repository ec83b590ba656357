"""Merge the two lots that gain most, until none gains: a good answer at once.

Lots are kept as arrays side by side (start window, common specification, authorities, volume), so
that the gain of merging one lot with every other is a few operations on arrays.
"""

import numpy as np

from optimiser.market import Flags, Floats, Ints, Market, Members
from optimiser.timing import Deadline


class Lots:
    """A partition of the market's requirements, with what the rules need to know of each lot."""

    def __init__(self, market: Market) -> None:
        m = self.market = market
        self.members: list[list[int]] = [[i] for i in range(m.n)]
        self.of = np.arange(m.n)
        self.alive = np.ones(m.n, dtype=np.bool_)
        self.earliest, self.latest = m.earliest.copy(), m.latest.copy()
        self.terms = [bits.copy() for bits in m.terms]
        self.q, self.volume = m.q.copy(), m.v.copy()
        codes = int(m.a.max()) + 1
        self.holds = np.zeros((m.n, codes), dtype=np.float32)
        self.holds[np.arange(m.n), m.a] = 1.0
        self.bars = m.apart[m.a].astype(np.float32)
        self.worth = np.zeros(m.n)  # saving + F·n − κ·A
        self.worth += m.tender - m.kappa

    def gains(self, lot: int) -> Floats:
        """What merging `lot` with each other lot adds to the total; −inf where it may not be."""
        m, members = self.market, self.members[lot]
        together = self.volume + self.volume[lot]
        mine = m.saving(m.v[members][:, None], together[None, :]).sum(axis=0)
        theirs = np.bincount(self.of, m.saving(m.v, together[self.of]), m.n)
        shared = self.holds @ self.holds[lot]
        count = self.holds.sum(axis=1) + len(self._codes(lot)) - shared
        size = np.bincount(self.of, minlength=m.n) + len(members)
        worth = mine + theirs + m.tender * size - m.kappa * count
        # A lot's own worth is net + F − κ, and two of them have that twice.
        gain = worth - self.worth - self.worth[lot] + (m.tender - m.kappa)
        gain[~self._fits(lot, together, count)] = -np.inf
        found: Floats = gain
        return found

    def _codes(self, lot: int) -> Ints:
        return np.nonzero(self.holds[lot])[0]

    def _fits(self, lot: int, together: Floats, count: Floats) -> Flags:
        limit = self.market.category.max_lot_value
        fits = self.alive & (np.arange(self.market.n) != lot)
        fits &= np.maximum(self.earliest, self.earliest[lot]) <= np.minimum(
            self.latest, self.latest[lot]
        )
        for bits in self.terms:
            fits &= (bits & bits[lot]).any(axis=1)
        fits &= self.holds @ self.bars[lot] == 0
        fits &= count <= np.minimum(self.q, self.q[lot])
        if limit is not None:
            fits &= together <= limit
        found: Flags = fits
        return found

    def merge(self, a: int, b: int, gain: float) -> None:
        """b joins a."""
        self.members[a] += self.members[b]
        self.of[self.members[b]] = a
        self.members[b] = []
        self.alive[b] = False
        self.earliest[a] = max(self.earliest[a], self.earliest[b])
        self.latest[a] = min(self.latest[a], self.latest[b])
        for bits in self.terms:
            bits[a] &= bits[b]
        self.q[a] = min(self.q[a], self.q[b])
        self.volume[a] += self.volume[b]
        self.holds[a] = np.maximum(self.holds[a], self.holds[b])
        self.bars[a] = np.maximum(self.bars[a], self.bars[b])
        self.worth[a] += self.worth[b] + gain - (self.market.tender - self.market.kappa)

    def joint(self) -> list[Members]:
        return [tuple(sorted(lot)) for lot in self.members if len(lot) > 1]


def merged(market: Market, until: Deadline) -> tuple[list[Members], list[Members]]:
    """The lots reached, and every lot met on the way."""
    lots, met = Lots(market), []
    gains = np.full((market.n, market.n), -np.inf)
    for lot in range(market.n):
        gains[lot] = lots.gains(lot)
        if until.passed:
            return [], []
    while not until.passed:
        a, b = divmod(int(gains.argmax()), market.n)
        if gains[a, b] <= 0:
            break
        lots.merge(a, b, float(gains[a, b]))
        met.append(tuple(sorted(lots.members[a])))
        gains[b, :] = gains[:, b] = -np.inf
        gains[a, :] = gains[:, a] = lots.gains(a)
    return lots.joint(), met

"""Answers for large markets, built at prices: fill lots, keep those that lose least, again.

At prices π whose sum Z is a bound, a grouping is worth at most Z − Σ loss(L), where loss(L) =
Σ_{i ∈ L} π_i − net(L). So lots are taken in the order of loss for their price, disjoint ones, and
what is left is filled anew, with ever more loss allowed; the rest is merged. Then a few lots that
could trade members are broken up and built again, for as long as there is time (large
neighbourhoods, Shaw 1998).
"""

import numpy as np

from optimiser.filling import Filler
from optimiser.market import Flags, Floats, Market
from optimiser.merging import merged
from optimiser.pool import nets, rows_of
from optimiser.timing import Deadline

MORE = 1.4


class Builder:
    """Builds groupings of a market at given prices; the seed makes it repeatable."""

    def __init__(self, market: Market, pi: Floats, seed: int = 1) -> None:
        self.market = market
        self.pi = pi
        self.filler = Filler(market, seed)
        self.rng = np.random.default_rng(seed)
        self.near = market.compatible.astype(np.float32)

    def built(self, free: Flags, tolerance: float, until: Deadline) -> Flags:
        """Lots of the free requirements, as rows."""
        free, taken = free.copy(), [np.zeros((0, self.market.n), dtype=np.bool_)]
        while free.sum() > 1 and tolerance < 2.0 and not until.passed:
            rows = self._taken(free, tolerance)
            free &= ~rows.any(axis=0)
            taken.append(rows)
            if not len(rows):
                tolerance *= MORE
        places = np.nonzero(free)[0]
        if len(places) > 1:
            lots, _ = merged(self.market.part(places), until)
            found = [tuple(places[list(lot)].tolist()) for lot in lots]
            taken.append(rows_of(self.market, found))
        return np.concatenate(taken)

    def _taken(self, free: Flags, tolerance: float) -> Flags:
        """Disjoint lots of little loss."""
        pool = self.filler.lots(self.pi, -np.inf, free)
        price = np.maximum(1e-9, pool.members @ self.pi)
        loss = (price - pool.net) / price
        used = ~free
        chosen = []
        for place in np.argsort(loss, kind="stable").tolist():
            if loss[place] > tolerance or pool.net[place] <= 0:
                break
            if not (pool.members[place] & used).any():
                chosen.append(place)
                used = used | pool.members[place]
        return pool.members[chosen]

    def neighbours(self, rows: Flags) -> Flags:
        """Which lots to break up: one that loses much, and some that could trade with it."""
        loss = np.maximum(1.0, rows @ self.pi - nets(self.market, rows))
        start = int(self.rng.choice(len(rows), p=loss / loss.sum()))
        fit = (rows.astype(np.float32) @ (self.near @ rows[start])) / rows.sum(axis=1)
        fit = fit / max(1e-9, float(fit.max())) + self.rng.uniform(0.0, 0.7, len(rows))
        fit[start] = np.inf
        picked = np.zeros(len(rows), dtype=np.bool_)
        picked[np.argsort(-fit, kind="stable")[: int(self.rng.integers(2, 7))]] = True
        return picked


def improved(builder: Builder, rows: Flags, until: Deadline) -> Flags:
    """Break up a few lots and build them again, keeping what is better."""
    while not until.passed and len(rows) > 1:
        picked = builder.neighbours(rows)
        free: Flags = np.asarray(~rows.any(axis=0) | rows[picked].any(axis=0))
        tolerance = float(builder.rng.choice([0.003, 0.01, 0.02, 0.04]))
        fresh = builder.built(free, tolerance, until)
        before = float(nets(builder.market, rows[picked]).sum())
        if float(nets(builder.market, fresh).sum()) > before + 1e-6:
            rows = np.concatenate([rows[~picked], fresh])
    return rows

"""Prices of a large market at once: lots of one kind relaxed into one vessel.

A block k is a cell of candidates (`cells.py`, by start day) with a band of volume (`bands.py`);
every lot belongs to one. In a block worth is additive, so all its lots together are relaxed to

    z_k ≥ 0 lots, y_ik ≥ 0 the part of requirement i that is in them:

    maximise  Σ_k Σ_i g_ik·y_ik − f_k·z_k
    s.t.      Σ_k y_ik ≤ 1                       each i        (price π_i ≥ 0)
              Σ_i v_i·y_ik ≤ hi_k·z_k             each k
              Σ_i y_ik / own_i ≤ limit_k·z_k      each k        (authorities; own_i: how many
                                                                requirements its authority has)
              y_ik ≤ z_k                          where it would be broken

Any grouping is a solution of no less worth. Only blocks that matter are in the programme: at its
prices every block's fractional knapsack is looked at, and those worth more than their members'
prices are added. The prices are a start for better ones (`tariff.py`); what they prove is worked
out there (`blocks.py`).
"""

from itertools import count

import numpy as np

from optimiser.bands import NARROW, Bands, knapsack, knapsacks
from optimiser.cells import cells_of_days
from optimiser.market import HAIR, Floats, Ints, Market, Members
from optimiser.master import Live
from optimiser.timing import Deadline

MULTIPLIERS = (0.0, 0.25, 0.6, 1.0)
A_ROUND = 12
TURNS = 3  # the blocks are looked at in so many turns
CHUNK = 1_500_000
TIGHT = 1e-4
REFINED = 300
THIRDS = 12
NEVER = -1e300


class Relaxation:
    """The programme over a growing choice of blocks."""

    def __init__(self, market: Market) -> None:
        self.market = m = market
        self.bands = Bands(market, NARROW)
        cells = cells_of_days(market)
        self.inside = np.array([c.inside for c in cells], dtype=np.bool_).reshape(-1, m.n)
        self.limit = np.array([c.limit for c in cells], dtype=np.int64)
        own = np.bincount(m.a)[m.a]
        self.part = 1.0 / own
        fitting = m.v[m.v <= m.cap * (1 + HAIR)]
        self.steepest = self.bands.steepest(float(fitting.max(initial=0.0)))
        self.gain = self.bands.base + self.steepest[:, None] * m.v - m.kappa * self.part
        self.gain[m.v > self.bands.hi[:, None]] = NEVER
        self.fixed = m.tender - m.kappa + self.steepest * self.bands.lo
        self.scale = max(1.0, float(np.abs(self.bands.base).max()) * 10)
        self.money = max(1.0, m.cap)
        self.chosen: set[tuple[int, int]] = set()
        self.live = Live(np.ones(m.n))
        self.rows = m.n
        self.columns = 1
        self.whose: list[tuple[int, Ints]] = []  # z's column and y's requirements of each block
        self.paired: set[int] = set()

    def run(self, lots: list[Members], until: Deadline) -> Floats | None:
        """Prices to the optimum of the relaxation or to the time limit; None where there are none
        (with κ above F a vessel of nobody would earn)."""
        if self.market.kappa > self.market.tender:
            return None
        self._begin(lots)
        pi, paired, waiting = np.zeros(self.market.n), False, 0
        order = np.random.default_rng(1).permutation(len(self.inside))
        for turn in count():
            if waiting == 0:
                dual = None if until.passed else self.live.solve(until.left)
                if dual is None:
                    break
                pi = dual[: self.market.n] * self.scale
                paired = self._pair()
                waiting = TURNS
            tight = TIGHT * float(pi.sum()) / self.market.n
            cells = np.sort(order[turn % TURNS :: TURNS])
            worst = self._worst(cells, self._excess(pi, cells), tight)
            self._add(worst)
            waiting = 0 if worst or (waiting == 1 and paired) else waiting - 1
            if until.passed or not (worst or waiting or paired):
                break
        return pi if pi.any() else None

    def _begin(self, lots: list[Members]) -> None:
        """Blocks of the lots known, and for each requirement the largest cell it is in."""
        m = self.market
        first = set()
        size = self.inside.sum(axis=1)
        for lot in lots:
            rows = self.inside[:, list(lot)].all(axis=1) & (self.limit >= len({*m.a[list(lot)]}))
            if rows.any():
                cell = int(np.where(rows, size, -1).argmax())
                volume = float(m.v[list(lot)].sum())
                first.add((cell, int((self.bands.hi >= volume).sum()) - 1))
        for i in range(m.n):
            if self.inside[:, i].any():
                first.add((int(np.where(self.inside[:, i], size, -1).argmax()), 0))
        self._add(sorted(first))

    def _add(self, blocks: list[tuple[int, int]]) -> None:
        m = self.market
        for cell, band in blocks:
            self.chosen.add((cell, band))
            items = np.nonzero(self.inside[cell] & (self.gain[band] > NEVER))[0]
            count = len(items)
            self.live.add_rows(np.zeros(2))
            z = np.full(1, self.fixed[band] / self.scale)
            column = np.concatenate([np.zeros(2), np.repeat(np.arange(1, count + 1), 3)])
            own_rows = np.array([self.rows, self.rows + 1])
            row = np.concatenate(
                [own_rows, np.column_stack([items, np.tile(own_rows, (count, 1))]).ravel()]
            )
            entry = np.column_stack([np.ones(count), m.v[items] / self.money, self.part[items]])
            ends = np.array([-self.bands.hi[band] / self.money, -float(self.limit[cell])])
            self.live.add_columns(
                np.concatenate([z, -self.gain[band, items] / self.scale]),
                column.astype(np.int64), row.astype(np.int64),
                np.concatenate([ends, entry.ravel()]),
            )  # fmt: skip
            self.rows += 2
            self.whose.append((self.columns, items))
            self.columns += count + 1

    def _pair(self) -> bool:
        """No lot holds a requirement twice: y_ik ≤ z_k, where the programme breaks it."""
        x = self.live.x
        less, more = [], []
        for column, items in self.whose:
            y = x[column + 1 : column + 1 + len(items)]
            for place in (np.nonzero(y > x[column] + 1e-4)[0] + column + 1).tolist():
                if place not in self.paired:
                    self.paired.add(place)
                    less.append(place)
                    more.append(column)
        if less:
            self.live.add_pairs(np.array(less), np.array(more))
            self.rows += len(less)
        return bool(less)

    def _excess(self, pi: Floats, cells: Ints) -> Floats:
        """cells × bands: a bound on how much a lot of the block is worth above its prices."""
        parts = max(1, CHUNK // max(1, self.gain.size))
        found = [
            self._excess_of(cells[start : start + parts], pi)
            for start in range(0, len(cells), parts)
        ]
        return np.concatenate(found) if found else np.zeros((0, len(self.bands.hi)))

    def _excess_of(self, cells: Ints, pi: Floats) -> Floats:
        m, inside, limit = self.market, self.inside[cells], self.limit[cells]
        best = np.full((len(inside), len(self.bands.hi)), np.inf)
        gain = self.gain - pi
        tight = bool((limit < (inside @ self.part)).any())
        positive = gain[0][gain[0] > 0]
        typical = float(np.median(positive)) if len(positive) else 0.0
        for factor in MULTIPLIERS if tight and typical else (0.0,):
            mu = factor * typical
            value = knapsack(m.v, inside, gain - mu * self.part, self.bands.hi)
            best = np.minimum(best, value + mu * limit[:, None])
        return self._refined(best - self.fixed, cells, gain) if tight else best - self.fixed

    def _refined(self, excess: Floats, cells: Ints, gain: Floats) -> Floats:
        """The best μ ≥ 0 for the limit of each of the worst blocks, by thirds: it is convex."""
        m = self.market
        flat = np.argsort(-excess, axis=None, kind="stable")[:REFINED]
        cell, band = np.unravel_index(flat[excess.ravel()[flat] > 0], excess.shape)
        inside, limit = self.inside[cells][cell], self.limit[cells][cell]
        own = np.where(inside, gain[band], NEVER)

        def at(mu: Floats) -> Floats:
            value = knapsacks(m.v, own - mu[:, None] * self.part, self.bands.hi[band])
            bound: Floats = value + mu * limit - self.fixed[band]
            return bound

        low, high = np.zeros(len(cell)), np.maximum(0.0, own.max(axis=1, initial=0.0))
        for _ in range(THIRDS):
            left, right = low + (high - low) / 3, high - (high - low) / 3
            at_left, at_right = at(left), at(right)
            excess[cell, band] = np.minimum(excess[cell, band], np.minimum(at_left, at_right))
            low, high = (
                np.where(at_left > at_right, left, low),
                np.where(at_left > at_right, high, right),
            )
        return excess

    def _worst(self, cells: Ints, excess: Floats, tight: float) -> list[tuple[int, int]]:
        """Blocks to add: the worst ones, of different cells."""
        band = excess.argmax(axis=1)
        value = excess[np.arange(len(excess)), band]
        order = np.argsort(-value, kind="stable")[: 4 * A_ROUND].tolist()
        found = [(int(cells[c]), int(band[c])) for c in order if value[c] > tight]
        return [block for block in found if block not in self.chosen][:A_ROUND]

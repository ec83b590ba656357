"""First prices of a large market by a rule with few numbers in it.

One price for each requirement is too many to learn from the lots of a few rounds: whoever is in no
lot yet looks cheap. So prices are first a rule: with s_i the prices of `ceiling.py`

    π_i = s_i · Σ_k b_ik·w_k

where b_i says how large i is (a hat function of ln v_i for each limit on authorities) and of which
kind (its earliest start, what it accepts of each attribute, several of one authority). Over the
lots known so far

    minimise  Σ_i π_i     s.t.  Σ_{i ∈ L} π_i ≥ net(L)  for each L,    low_k ≤ w_k ≤ high_k

is a small programme, and at its prices more lots are looked for: filled (`filling.py`), then the
best ones of some cells (`stowing.py`). What comes of it is a start for prices of each one's own
(`tariff.py`) and no bound.
"""

import numpy as np

from optimiser.ceiling import ceiling_prices
from optimiser.market import Bits, Floats, Ints, Market
from optimiser.master import Live
from optimiser.tariff import Tariff
from optimiser.timing import Deadline

KNOTS = 14
ENOUGH = 30  # requirements of one kind that are worth numbers of their own
KINDS = 24
FIRST, AFTER = 0.4, 0.2  # how far sizes and kinds may move prices
ROUNDS, COARSE = 14, 6  # the first rounds only fill lots
CELLS = 150
SETTLED = 1.002


def rule(market: Market, scale: Floats) -> tuple[Floats, int]:
    """requirements × numbers: s_i·b_ik; and how many of them are hat functions of size."""
    m, columns = market, []
    levels = [level for level in np.unique(m.q).tolist() if (m.q == level).sum() >= ENOUGH]
    group = np.searchsorted(np.array(levels[1:]), m.q, side="right") if levels else m.q * 0
    for each in np.unique(group).tolist():
        here = group == each
        size = np.log(m.v)
        knots = np.unique(np.quantile(size[here], np.linspace(0, 1, KNOTS)))
        for place in range(len(knots)):
            hat = np.zeros(len(knots))
            hat[place] = 1.0
            columns.append(np.where(here, np.interp(size, knots, hat), 0.0))
    hats = len(columns)
    kinds = [m.earliest, m.latest - m.earliest, *(_patterns(bits) for bits in m.terms)]
    for kind in kinds:
        values, count = np.unique(kind, return_counts=True)
        for value in values[np.argsort(-count, kind="stable")][:KINDS].tolist():
            columns.append((kind == value).astype(np.float64))
    columns.append((np.bincount(m.a)[m.a] > 1).astype(np.float64))
    return np.column_stack(columns) * scale[:, None], hats


def _patterns(bits: Bits) -> Ints:
    found: Ints = np.unique(bits, axis=0, return_inverse=True)[1].ravel()
    return found


class Sketch:
    """The programme above, solved as its dual; the sets are also handed to a tariff."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff
        self.market = m = tariff.market
        scale = ceiling_prices(m)
        self.table, hats = rule(m, np.maximum(scale, 1e-3 * scale.mean()))
        self.count = self.table.shape[1]
        self.money = max(1.0, m.cap * m.delta)
        # All numbers are moved up by one, so that the programme knows none below 0.
        self.middle = np.where(np.arange(self.count) < hats, 2.0, 1.0)
        self.width = np.where(np.arange(self.count) < hats, FIRST, AFTER)
        self.live = Live(self.table.sum(axis=0) / self.money)
        each, none = np.arange(self.count), np.zeros(self.count)
        self.live.add_columns(none, each, each, np.ones(self.count))
        self.live.add_columns(none, each, each, -np.ones(self.count))
        self.w = self.middle
        self.taken = 0

    def pi_of(self, w: Floats) -> Floats:
        found: Floats = np.maximum(0.0, self.table @ (w - 1.0))
        return found

    def take(self) -> None:
        """Take in the sets that the tariff has come to know."""
        rows = np.array(self.tariff.master.rows[self.taken :], dtype=np.float64)
        if not len(rows):
            return
        worth = np.array(self.tariff.worths[self.taken :])
        self.taken += len(rows)
        entries = rows @ self.table
        cost = -(worth + entries.sum(axis=1)) / self.money
        lot, k = np.nonzero(entries)
        self.live.add_columns(cost, lot, k, entries[lot, k] / self.money)

    def solved(self, centre: Floats, width: Floats, until: Deadline) -> Floats | None:
        for wide in (1.0, 2.0, 8.0):
            low, high = centre - width, centre + wide * width
            self.live.set_costs(1, np.concatenate([-np.maximum(0.0, low), high]))
            w = self.live.solve(until.left)
            if w is not None or until.passed:
                return None if w is None else w[: self.count]
        return None

    def run(self, until: Deadline) -> Floats:
        """Prices that filled lots are not worth more than, or hardly."""
        self.take()
        for turn in range(ROUNDS):
            w = self.solved(self.middle, self.width, until)
            if w is None or until.passed:
                break
            self.w = w
            pi = self.pi_of(w)
            most = self.tariff.gather(pi)
            if turn >= COARSE:
                self.tariff.round(pi, CELLS, until)
            self.take()
            if most < SETTLED:
                break
        return self.pi_of(self.w)

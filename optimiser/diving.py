"""An answer from the relaxation of a large market: take its largest lots, price again, go on.

After a few lots are taken for good, the relaxation over what is left is solved again and searched
for lots that fit there (a dive with pricing), so that the last requirements are not left with what
nobody wanted.
"""

import numpy as np

from optimiser.market import Flags, Floats, Ints
from optimiser.tariff import Tariff
from optimiser.timing import Deadline

SOME = 24  # cells searched after each few lots taken
SURE, LEAST = 0.75, 0.05
AT_ONCE, PART = 2, 60  # at least so many lots at once, or one for so many that are free
LOW, HIGH = 0.6, 1.5
TURN = 0.03  # of the time for the search after each few lots


class Dive:
    """One dive over the sets of a tariff; its programme is used up by it."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff
        self.market = tariff.market
        self.free = np.ones(self.market.n, dtype=np.bool_)
        self.pi = tariff.pi.copy()
        self.taken: list[Flags] = []

    def run(self, until: Deadline) -> Flags:
        """Disjoint lots, as rows."""
        master, each = self.tariff.master, TURN * until.left
        self._keep_lots()
        while self.free.sum() > 1 and not until.passed:
            own = self._priced(LOW, HIGH, until)
            if own is None:
                break
            look = 0.5 * own + 0.5 * self.pi
            self.tariff.gather(look, self.free)
            self.tariff.round(look, SOME, until.sooner(each), self.free)
            own = self._priced(0.0, 2 * HIGH, until)
            if own is None or not self._take(master.x):
                break
            self.pi = np.where(self.free, 0.5 * own + 0.5 * self.pi, 0.0)
        none = np.zeros((0, self.market.n), dtype=np.bool_)
        return np.array(self.taken) if self.taken else none

    def _priced(self, low: float, high: float, until: Deadline) -> Floats | None:
        master, pi, free = self.tariff.master, self.pi, self.free
        for wide in (0.05, 1.0, 100.0):
            master.box(low * pi * free, np.where(free, high * pi + wide * pi.mean(), 0.0))
            own = master.prices(until)
            if own is not None or until.passed:
                return own
        return None

    def _take(self, x: Floats) -> bool:
        """Take the lots that the relaxation takes most of."""
        count, at_once = 0, max(AT_ONCE, int(self.free.sum()) // PART)
        for place in np.argsort(-x, kind="stable").tolist():
            if x[place] < LEAST or (count >= at_once and x[place] < SURE):
                break
            row = self.tariff.master.rows[place]
            if not (row & ~self.free).any():
                self.taken.append(row)
                self.free = self.free & ~row
                count += 1
        if count:
            rows: Flags = np.array(self.tariff.master.rows)
            used: Flags = np.asarray((rows & ~self.free).any(axis=1))
            self._close(used)
        return count > 0

    def _keep_lots(self) -> None:
        """Relaxed lots that are none cannot be taken."""
        rows = self.tariff.master.rows
        fits = [self.market.feasible(np.nonzero(row)[0].tolist()) for row in rows]
        self._close(~np.array(fits, dtype=np.bool_))

    def _close(self, which: Flags) -> None:
        places: Ints = np.nonzero(which)[0]
        self.tariff.master.close(places)

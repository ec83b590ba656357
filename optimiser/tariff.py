"""Prices of a large market by column generation over lots and relaxed lots, within a box.

A *relaxed lot* is a set of requirements that a block's programme (`stowing.py`) takes for a lot,
with the worth that its sum gives: every lot is one, of no less worth. Over those known so far

    minimise  Σ_i π_i     s.t.  Σ_{i ∈ S} π_i ≥ worth(S)  for each S,    low_i ≤ π_i ≤ high_i

and at these prices blocks are searched for sets worth more than their members. The box lies round
the best prices known and moves with them (Marsten, Hogan and Blankenship 1975): without it prices
jump about for hundreds of rounds. Most rounds look at some cells only, for lots; the last ones at
all, which also gives a bound (`blocks.py`); there the box is narrow, wider after a round that
improved the bound and narrower after one that did not.
"""

import numpy as np

from optimiser.blocks import Blocks, Proof
from optimiser.filling import Filler
from optimiser.market import Flags, Floats, Ints, Members
from optimiser.master import Live
from optimiser.pool import nets, pool_of, rows_of
from optimiser.timing import Deadline

SOME = 60  # cells of a round
STEP, DRIFT = 0.5, 0.15
RADIUS, NEAR, WIDER = 0.3, 0.03, 1.6  # of the box: where lots are looked for, and where a bound is
SEEDS = 800
ROUNDS = 400
CLOSED = 3e-4
WIDE = (0.01, 0.3, 3.0, 1e4)
WORTH_ADDING = 1e-4


class Boxed:
    """The programme above, solved as its dual: a packing in which i alone earns low_i, and may be
    packed twice at high_i."""

    def __init__(self, n: int, scale: float) -> None:
        self.n, self.scale = n, scale
        self.rows: list[Flags] = []
        self.live = Live(np.ones(n))
        each = np.arange(n)
        self.live.add_columns(np.zeros(n), each, each, np.ones(n))
        self.live.add_columns(np.zeros(n), each, each, -np.ones(n))

    def box(self, low: Floats, high: Floats) -> None:
        self.live.set_costs(1, np.concatenate([-low, high]) / self.scale)

    def add(self, rows: Flags, worth: Floats) -> None:
        lot, i = np.nonzero(rows)
        self.live.add_columns(-worth / self.scale, lot, i, np.ones(len(i)))
        self.rows += list(rows)

    def prices(self, until: Deadline) -> Floats | None:
        found = self.live.solve(until.left)
        return None if found is None else found[: self.n] * self.scale

    @property
    def x(self) -> Floats:
        """How much of each set is taken."""
        found: Floats = self.live.x[2 * self.n + 1 :]
        return found

    def close(self, which: Ints) -> None:
        """These sets are not taken any more."""
        self.live.close(which + 2 * self.n + 1)


class Tariff:
    """Prices, the sets they rest on, and the best bound so far."""

    def __init__(
        self, blocks: Blocks, pi: Floats, lots: list[Members], until: Deadline, seed: int = 1
    ) -> None:
        self.blocks = blocks
        self.market = m = blocks.market
        self.pi = self.centre = pi  # what prices seem to be, and those of the best bound
        self.proof = Proof(pi, np.inf)
        self.rng = np.random.default_rng(seed)
        self.master = Boxed(m.n, max(1.0, m.cap * m.delta))
        self._worth: dict[bytes, float] = {}
        filler = Filler(m, seed)
        for part in () if until.passed else (0.8, 0.9, 1.0):
            pool = filler.lots(part * pi, -1e-3 * float(pi.sum()))
            nearest = np.argsort(part * pool.members @ pi - pool.net, kind="stable")[:SEEDS]
            self.add(pool.members[nearest], pool.net[nearest])
        rows = rows_of(m, lots)
        self.add(rows, nets(m, rows))

    def add(self, rows: Flags, worth: Floats) -> int:
        """Take in the sets that are new or worth more than was known; how many those are."""
        keep = []
        for place, (row, value) in enumerate(zip(rows, worth.tolist(), strict=True)):
            if value > self._worth.get(row.tobytes(), -np.inf) + 1e-7 * abs(value):
                self._worth[row.tobytes()] = value
                keep.append(place)
        if keep:
            self.master.add(rows[keep], worth[keep])
        return len(keep)

    def search(self, until: Deadline, rounds: int = ROUNDS) -> None:
        """Rounds over some cells each."""
        for _ in range(rounds):
            if until.passed:
                return
            own = self.relaxed(self.pi, RADIUS, until)
            if own is None:
                return
            self.round(STEP * own + (1 - STEP) * self.pi, SOME, until)
            self.pi = DRIFT * own + (1 - DRIFT) * self.pi

    @property
    def closed(self) -> bool:
        """Nothing to speak of lies between the bound and what the programme allows."""
        return self.proof.bound <= (1 + CLOSED) * float(self.pi.sum())

    def relaxed(self, centre: Floats, radius: float, until: Deadline) -> Floats | None:
        """The programme's prices; the box is opened upwards where no prices in it suffice."""
        for wide in WIDE:
            high = (1 + radius) * centre + wide * centre.mean()
            self.master.box((1 - radius) * centre, high)
            own = self.master.prices(until)
            if own is not None or until.passed:
                return own
        return None

    def round(self, pi: Floats, some: int, until: Deadline, free: Flags | None = None) -> int:
        """Look for lots in some cells at these prices; how many were fresh."""
        rows = []
        for cell in self.rng.permutation(len(self.blocks.inside))[:some].tolist():
            if until.passed:
                break
            inside = self.blocks.inside[cell]
            row = self._lot(cell, inside if free is None else inside & free, pi)
            if row is not None:
                rows.append(row)
        if not rows:
            return 0
        pool = pool_of(self.market, np.array(rows))
        pool = pool.take(pool.net - pool.members @ pi > WORTH_ADDING * np.abs(pool.net))
        return self.add(pool.members, pool.net)

    def _lot(self, cell: int, inside: Flags, pi: Floats) -> Flags | None:
        """A lot of the cell, of the block that promises most above its prices."""
        blocks, most = self.blocks, self.blocks.most(cell)
        bands = np.arange(0, len(blocks.fixed), 2)
        promise = blocks.above(cell, bands, pi, most, blocks.rougher)
        band = int(bands[promise.argmax()])
        if promise.max() <= 0:
            return None
        stowing, hi = blocks.up[blocks.scale[band]], float(blocks.bands.hi[band])
        members = stowing.best(inside, blocks.worth[band] - pi, hi, most)
        if len(members) < 2 or not self.market.feasible(members.tolist()):
            return None
        row = np.zeros(self.market.n, dtype=np.bool_)
        row[members] = True
        return row

    def tighten(self, until: Deadline, rounds: int = ROUNDS) -> None:
        """Rounds over all cells: a bound each, and relaxed lots where it is loose."""
        look, radius = self.centre, NEAR
        for _ in range(rounds):
            if until.passed or self.closed:
                return
            excess = self.blocks.excess(look, until)
            proof = self.blocks.proof(look, excess)
            if proof.bound < self.proof.bound:
                self.proof, self.centre = proof, look
                radius *= WIDER
            else:
                radius /= WIDER
            self._cut(look, excess, until)
            own = self.relaxed(self.centre, radius, until)
            if own is None:
                return
            look = own

    def _cut(self, pi: Floats, excess: Floats, until: Deadline) -> int:
        """Add relaxed lots of each cell: of the block that is worth most above these prices, and
        of the one that is for its volume."""
        blocks, rows, worth = self.blocks, [], []
        for cell in np.nonzero(excess.max(axis=1, initial=0.0) > blocks.tight(pi))[0].tolist():
            if until.passed:
                break
            here = np.maximum(excess[cell], 0.0)
            for band in {int(here.argmax()), int((here / blocks.lo).argmax())}:
                row = self._relaxed_lot(cell, band, pi)
                rows.append(row)
                worth.append(blocks.sum(band, np.nonzero(row)[0]))
        return self.add(np.array(rows), np.array(worth)) if rows else 0

    def _relaxed_lot(self, cell: int, band: int, pi: Floats) -> Flags:
        blocks, row = self.blocks, np.zeros(self.market.n, dtype=np.bool_)
        stowing, hi = blocks.down[blocks.scale[band]], float(blocks.bands.hi[band])
        gain = blocks.worth[band] - pi
        row[stowing.best(blocks.inside[cell], gain, hi, blocks.most(cell))] = True
        return row

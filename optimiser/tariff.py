"""Prices of a large market by column generation over lots and relaxed lots, within a box.

A *relaxed lot* is a set of requirements that a block's programme (`stowing.py`) takes for a lot,
with the worth that its sum gives: every lot is one, of no less worth. Over those known so far

    minimise  Σ_i π_i     s.t.  Σ_{i ∈ S} π_i ≥ worth(S)  for each S,    low_i ≤ π_i ≤ high_i

and at these prices lots are looked for that are worth more than their members: many filled
(`filling.py`), and the best ones of some cells. The box lies round the best prices known and moves
with them (Marsten, Hogan and Blankenship 1975): without it prices jump about for hundreds of
rounds.

For a bound all blocks are looked at (`blocks.py`) and relaxed lots added where it is loose. Then
the box is narrow and lies round the prices of the best bound, at first those of `ceiling.py`; wider
after a round that improved the bound and narrower after one that did not.
"""

from collections.abc import Sequence

import numpy as np

from optimiser.blocks import Blocks, Proof
from optimiser.filling import Filler
from optimiser.market import Flags, Floats, Ints
from optimiser.master import Live
from optimiser.pool import Pool, pool_of
from optimiser.timing import Deadline

SOME = 60  # cells of a round
STEP, DRIFT = 0.5, 0.15
RADIUS, NEAR, WIDER = 0.3, 0.03, 1.6  # of the box: where lots are looked for, and where a bound is
SEEDS = 800
ROUNDS = 400
A_ROUND = 200
CUTS = 80
KEPT = 2_500
USUAL, TOPS = 0.6, 8
COUNTED = 16
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

    def __init__(self, blocks: Blocks, pi: Floats, until: Deadline, seed: int = 1) -> None:
        self.blocks = blocks
        self.market = m = blocks.market
        self.pi = self.centre = pi  # what prices seem to be, and those of the best bound
        self.proof = Proof(pi, np.inf)
        self.rng = np.random.default_rng(seed)
        self.master = Boxed(m.n, max(1.0, m.cap * m.delta))
        self.band = np.zeros(len(blocks.inside), dtype=np.int64)
        self.tops = min(TOPS, len(blocks.fixed))
        self._worth: dict[bytes, float] = {}
        self.worths: list[float] = []
        self.filler = filler = Filler(m, seed)
        for part in () if until.passed else (0.8, 0.9, 1.0):
            pool = filler.lots(part * pi, -1e-3 * float(pi.sum()))
            nearest = np.argsort(part * pool.members @ pi - pool.net, kind="stable")[:SEEDS]
            self.add(pool.members[nearest], pool.net[nearest])

    def kept(self) -> Pool:
        """The sets nearest to their prices, for another day."""
        rows = np.array(self.master.rows, dtype=np.bool_).reshape(-1, self.market.n)
        worth = np.array(self.worths)
        nearest = np.argsort(rows @ self.pi - worth, kind="stable")[:KEPT]
        return Pool(rows[nearest], worth[nearest], rows[nearest] @ self.market.v)

    def add(self, rows: Flags, worth: Floats) -> int:
        """Take in the sets that are new or worth more than was known; how many those are."""
        keep = []
        for place, (row, value) in enumerate(zip(rows, worth.tolist(), strict=True)):
            if value > self._worth.get(row.tobytes(), -np.inf) + 1e-7 * abs(value):
                self._worth[row.tobytes()] = value
                keep.append(place)
        if keep:
            self.master.add(rows[keep], worth[keep])
            self.worths += worth[keep].tolist()
        return len(keep)

    def search(self, until: Deadline, rounds: int = ROUNDS) -> None:
        """Rounds over lots filled and over some cells."""
        for _ in range(rounds):
            if until.passed:
                return
            own = self.relaxed(self.pi, RADIUS, until)
            if own is None:
                return
            look = STEP * own + (1 - STEP) * self.pi
            self.gather(look)
            self.round(look, SOME, until)
            self.pi = DRIFT * own + (1 - DRIFT) * self.pi

    def gather(self, pi: Floats, free: Flags | None = None) -> float:
        """Add the filled lots that are worth most for these prices; how much the best one is."""
        pool = self.filler.lots(pi, -np.inf, free)
        if not len(pool):
            return 0.0
        price = np.maximum(1e-9, pool.members @ pi)
        better = pool.net / price
        nearest = np.argsort(-better, kind="stable")[:A_ROUND]
        nearest = nearest[better[nearest] > 0.99]
        self.add(pool.members[nearest], pool.net[nearest])
        return float(better.max())

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
        """A lot of the cell, of the band that was best for it or of another one."""
        blocks = self.blocks
        usual = int(self.band[cell])
        band = usual if self.rng.random() < USUAL else int(self.rng.integers(self.tops))
        stowing, hi = blocks.up[blocks.scale[band]], float(blocks.bands.hi[band])
        limit = int(blocks.limit[cell])
        members = stowing.best(
            inside, blocks.worth[band] - pi, hi, limit if limit <= COUNTED else None
        )
        if len(members) < 2 or not self.market.feasible(members.tolist()):
            return None
        row = np.zeros(self.market.n, dtype=np.bool_)
        row[members] = True
        return row

    def tighten(self, until: Deadline, rounds: int = ROUNDS, first: Sequence[Floats] = ()) -> None:
        """Rounds over all cells: a bound each, and relaxed lots where it is loose. At the `first`
        prices, then at those in the box."""
        radius, given = NEAR, list(first)
        for _ in range(rounds):
            look = given.pop(0) if given else self.relaxed(self.centre, radius, until)
            if look is None or until.passed or self.closed:
                return
            excess = self.blocks.excess(look, until)
            proof = self.blocks.proof(look, excess)
            if proof.bound < self.proof.bound:
                self.proof, self.centre = proof, look
                radius *= WIDER
            else:
                radius /= WIDER
            self.cut(look, excess, until)

    def cut(self, pi: Floats, excess: Floats, until: Deadline) -> int:
        """Add relaxed lots of each cell: of the block that is worth most above these prices, and
        of the one that is for its volume."""
        blocks, rows, worth = self.blocks, [], []
        most = excess.max(axis=1, initial=0.0)
        for cell in np.argsort(-most, kind="stable")[:CUTS].tolist():
            if until.passed or most[cell] <= blocks.tight(pi):
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

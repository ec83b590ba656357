"""The best lot of a cell in a band of volume: a dynamic programme over authorities and volume.

In a block (a cell of candidates, `cells.py`, with a band of volume, `bands.py`) worth is bounded by
a sum over members. With prices π_i, gain_i = what member i adds to that sum, less π_i,

    maximise  Σ_{i ∈ S} gain_i − κ·A(S)        over S in the cell, at most M authorities,
                                                volume in the band

is a knapsack in which the first requirement of an authority pays κ and counts one. Requirements
come authority by authority, T[c, g] being the most worth of c authorities and volume g so far and
O[c, g] the same with the present authority among them:

    O[c, ·] begins as T[c − 1, ·] − κ;    O[c, g] ← max(O[c, g], O[c, g − v_i] + gain_i);
    T[c, ·] ← max(T[c, ·], O[c, ·])

with volume in steps of cap / grid. Rounded down, volumes let in all that fits and a little more, so
that the optimum bounds every lot of the block; rounded up, the set found fits.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimiser.market import HAIR, Flags, Floats, Ints, Market

NOTHING = -1e300


@dataclass(frozen=True)
class Stowing:
    """A market's volumes in whole steps."""

    market: Market
    grid: int
    unit: float
    steps: Ints

    @classmethod
    def down(cls, market: Market, grid: int, room: float) -> "Stowing":
        unit = room * (1 + HAIR) / grid
        return cls(market, grid, unit, np.floor(market.v / unit * (1 - HAIR)).astype(np.int64))

    @classmethod
    def up(cls, market: Market, grid: int, room: float) -> "Stowing":
        unit = room * (1 + HAIR) / grid
        return cls(market, grid, unit, np.ceil(market.v / unit * (1 + HAIR)).astype(np.int64))

    @cached_property
    def order(self) -> Ints:
        """Requirements that fit, authority by authority."""
        found = np.argsort(self.market.a, kind="stable")
        return found[self.steps[found] <= self.grid]

    def groups(self, inside: Flags, gain: Floats) -> list[Ints]:
        """Candidates that pay their way in some band, by authority; others are in no best set."""
        m = self.market
        items = self.order[(inside & (gain.max(axis=0) > 0))[self.order]]
        if not len(items):
            return []
        starts = np.concatenate([[0], np.nonzero(np.diff(m.a[items]))[0] + 1])
        most = np.add.reduceat(np.maximum(gain[:, items], 0.0), starts, axis=1).max(axis=0)
        ends = [*starts[1:].tolist(), len(items)]
        pays = (most > m.kappa).tolist()
        return [
            items[start:end]
            for start, end, keep in zip(starts.tolist(), ends, pays, strict=True)
            if keep
        ]

    def bounds(self, inside: Flags, gain: Floats, hi: Floats, most: int | None) -> Floats:
        """For each band (a row of gains) a bound on the worth of sets of one or more members and
        of this volume at most, of at most `most` authorities if it is not None."""
        groups = self.groups(inside, gain)
        table = self._table(len(hi), most)
        for group in groups:
            self._take(table, group, gain)
        last = np.minimum(np.floor(hi / self.unit * (1 + HAIR)).astype(np.int64), self.grid)
        best = np.maximum.accumulate(table.max(axis=1), axis=1)
        found = best[np.arange(len(hi)), last]
        # Nobody at all is worth 0 in the table: where nothing beats that, one authority is best.
        return np.where(found > 0, found, self._alone(inside, gain))

    def _alone(self, inside: Flags, gain: Floats) -> Floats:
        """The most that the requirements of one authority are worth, at any volume."""
        m, items = self.market, np.nonzero(inside)[0]
        codes = int(m.a.max(initial=0)) + 1
        found = np.full(len(gain), NOTHING)
        for band, each in enumerate(gain[:, items]):
            together = np.bincount(m.a[items], np.maximum(each, 0.0), codes)
            most = np.where(together[m.a[items]] > 0, together[m.a[items]], each)
            found[band] = most.max(initial=NOTHING) - m.kappa
        return found

    def best(self, inside: Flags, gain: Floats, hi: float, most: int | None) -> Ints:
        """The members of a best set of at most this volume; of one band, whose gains are given."""
        groups = self.groups(inside, gain[None, :])
        table = self._table(1, most)
        before = []
        for group in groups:
            before.append(table[0].copy())
            self._take(table, group, gain[None, :])
        last = int(hi / self.unit)
        after = table[0]
        c, g = np.unravel_index(int(after[:, : last + 1].argmax()), after[:, : last + 1].shape)
        members: list[int] = []
        at = int(c), int(g)
        for group, earlier in zip(reversed(groups), reversed(before), strict=True):
            if after[at] > earlier[at]:
                at, taken = self._traced(group, earlier, gain, at, counted=most is not None)
                members += taken
            after = earlier
        return np.array(sorted(members), dtype=np.int64)

    def _table(self, bands: int, most: int | None) -> Floats:
        table = np.full((bands, 1 if most is None else most + 1, self.grid + 1), NOTHING)
        table[:, 0, 0] = 0.0
        return table

    def _take(self, table: Floats, group: Ints, gain: Floats) -> None:
        """Let the requirements of one authority in."""
        counted = table.shape[1] > 1
        under, over = (table[:, :-1], table[:, 1:]) if counted else (table, table)
        if len(group) == 1:
            step = int(self.steps[group[0]])
            worth = (gain[:, group[0]] - self.market.kappa)[:, None, None]
            with_it = under[:, :, : self.grid + 1 - step] + worth
            np.maximum(over[:, :, step:], with_it, out=over[:, :, step:])
            return
        opened = under - self.market.kappa
        for i in group.tolist():
            self._add(opened, i, gain[:, i][:, None, None])
        np.maximum(over, opened, out=over)

    def _add(self, opened: Floats, i: int, worth: Floats) -> None:
        step = int(self.steps[i])
        with_it = opened[..., : self.grid + 1 - step] + worth
        np.maximum(opened[..., step:], with_it, out=opened[..., step:])

    def _traced(
        self, group: Ints, earlier: Floats, gain: Floats, at: tuple[int, int], *, counted: bool
    ) -> tuple[tuple[int, int], list[int]]:
        """Which requirements of an authority are in, and where the table was before them."""
        count, volume = at
        row = count - 1 if counted else count
        opened = [earlier[row] - self.market.kappa]
        for i in group.tolist():
            opened.append(opened[-1].copy())
            self._add(opened[-1], i, gain[i])
        taken = []
        for place in range(len(group) - 1, -1, -1):
            if opened[place + 1][volume] > opened[place][volume]:
                taken.append(int(group[place]))
                volume -= int(self.steps[group[place]])
        return (row, volume), taken

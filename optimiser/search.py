"""Every lot that is worth more than its members' prices, to within a threshold: exactly.

Given prices π_i ≥ 0 of requirements, the reduced worth is

    reduced(L) = net(L) − Σ_{i ∈ L} π_i        (and tolls by the volume of L, where there are some)

and `above(first, θ)` lists all lots with a given first member and reduced(L) ≥ θ. The lots of one
first member are split into *tasks*: a cell of candidates (`cells.py`) times a band of volume
(`bands.py`), in which worth is bounded by a sum. In a task

1. a fractional knapsack over the candidates, its limit on authorities priced at the best of a few
   μ ≥ 0 (Lagrange), bounds all lots at once; most tasks end here;
2. a dynamic programme over the volume left, in GRID steps rounded in favour of the bound, gives
   the most that the later candidates can still add: completion[z, task, volume left];
3. candidates are then taken or left one by one, all partial lots side by side, and a partial lot
   is dropped as soon as its own sum + completion < θ.

Whoever survives is a lot that the bound of its task cannot tell from one above θ, so the work is
in proportion to the answer (Held and Karp's programme as a bound; the enumeration is that of
Baldacci, Christofides and Mingozzi 2008). What the sum ignores (κ of an authority with several
requirements, exclusions) is put right as members are taken.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimiser.bands import Bands, knapsack
from optimiser.cells import Cell, cells_after
from optimiser.market import HAIR, Bits, Flags, Floats, Ints, Market, bits_of
from optimiser.pool import Pool, empty, joined, pool_of
from optimiser.timing import Deadline

GRID = 256
MULTIPLIERS = (0.0, 0.2, 0.5, 1.0)
NOTHING = -np.inf


def reduced(pool: Pool, pi: Floats) -> Floats:
    """The reduced worth of every lot of a pool."""
    found: Floats = pool.net - pool.members @ pi
    return found


@dataclass(frozen=True)
class Tolls:
    """What is added to the reduced worth of lots by their volume: charge_k from least_k on."""

    least: Floats
    charge: Floats

    def of(self, volume: Floats) -> Floats:
        found: Floats = (volume[:, None] >= self.least) @ self.charge
        return found

    def most(self, lo: Floats, hi: Floats) -> Floats:
        """The most that is added in bands of volumes from lo to hi."""
        surely = lo[:, None] * (1 - HAIR) >= self.least
        maybe = hi[:, None] * (1 + HAIR) >= self.least
        found: Floats = np.where(self.charge < 0, surely, maybe) @ self.charge
        return found


FREE = Tolls(np.zeros(0), np.zeros(0))


@dataclass(frozen=True)
class Listing:
    """Lots found, their reduced worth, and a bound on the reduced worth of any not looked at."""

    pool: Pool
    reduced: Floats
    missed: float


@dataclass
class Tasks:
    """The tasks of one first member that survive their knapsack, as arrays over tasks."""

    first: int
    inside: Flags  # tasks × n
    limit: Ints
    hi: Floats
    lo: Floats
    start: Floats  # the first member's own sum
    gain: Floats  # tasks × n: what a candidate adds, before κ
    mu: Floats

    def __len__(self) -> int:
        return len(self.hi)


@dataclass
class Front:
    """Partial lots side by side."""

    task: Ints
    volume: Floats
    worth: Floats
    count: Ints
    bits: Bits
    bound: Floats

    def take(self, which: Flags | Ints) -> "Front":
        return Front(
            self.task[which], self.volume[which], self.worth[which],
            self.count[which], self.bits[which], self.bound[which],
        )  # fmt: skip

    def beside(self, other: "Front") -> "Front":
        return Front(
            np.concatenate([self.task, other.task]),
            np.concatenate([self.volume, other.volume]),
            np.concatenate([self.worth, other.worth]),
            np.concatenate([self.count, other.count]),
            np.concatenate([self.bits, other.bits]),
            np.concatenate([self.bound, other.bound]),
        )


class Search:
    """A market made ready to be searched many times at different prices."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.bands = Bands(market)
        self.cells: dict[int, tuple[Cell, ...]] = {}
        self.tolls = FREE
        self._rated: dict[int, tuple[Floats, Tolls, Floats, Floats]] = {}
        own = np.bincount(market.a)[market.a]
        # κ (and μ) of an authority, spread over its requirements: never more than is due.
        self.part = 1.0 / own
        self.unit = market.cap * (1 + HAIR) / GRID
        self.steps = np.floor(market.v / self.unit * (1 - HAIR)).astype(np.int64)
        self.words = (market.n + 63) // 64
        self.bit = bits_of(np.eye(market.n, dtype=np.bool_), self.words)
        self.own_bits = bits_of(market.a[:, None] == market.a[None, :], self.words)
        self.apart_bits = bits_of(market.apart[market.a][:, market.a], self.words)

    @cached_property
    def has_apart(self) -> Flags:
        found: Flags = np.asarray(self.apart_bits.any(axis=1))
        return found

    def cells_of(self, first: int) -> tuple[Cell, ...]:
        if first not in self.cells:
            candidates = self.market.compatible[first].copy()
            candidates[: first + 1] = False
            self.cells[first] = cells_after(self.market, first, candidates)
        return self.cells[first]

    # 1. The knapsack that bounds a task.

    def _sums(self, first: int, pi: Floats) -> tuple[Floats, Floats]:
        """bands × n: what each candidate adds before κ; bands: the first member's own sum."""
        m, bands = self.market, self.bands
        near = m.compatible[first]
        largest = max(float(m.v[first]), float(m.v[near].max(initial=0.0)))
        steepest = bands.steepest(largest)
        gain = bands.base + steepest[:, None] * m.v - pi
        toll = self.tolls.most(bands.lo, bands.hi)
        return gain, gain[:, first] - m.tender - steepest * bands.lo + toll

    def bounds(self, first: int, pi: Floats) -> tuple[Floats, Floats]:
        """cells × bands: a bound on the reduced worth, and the μ that gives it."""
        known = self._rated.get(first)
        if known and known[0] is pi and known[1] is self.tolls:
            return known[2:]
        best, mu = self._bounds(first, pi)
        self._rated[first] = pi, self.tolls, best, mu
        return best, mu

    def _bounds(self, first: int, pi: Floats) -> tuple[Floats, Floats]:
        m, bands, cells = self.market, self.bands, self.cells_of(first)
        shape = (len(cells), len(bands.hi))
        best, best_mu = np.full(shape, np.inf), np.zeros(shape)
        if not cells:
            return best, best_mu
        inside = np.array([cell.inside for cell in cells])
        limit = np.array([cell.limit for cell in cells])
        part = np.where(m.a == m.a[first], 0.0, self.part)
        gain, start = self._sums(first, pi)
        tight = bool((limit < inside.sum(axis=1) + 1).any())
        typical = float(np.median(np.maximum(gain[0], 0.0)))
        for factor in MULTIPLIERS if tight else (0.0,):
            mu = factor * typical
            value = knapsack(m.v, inside, gain - (m.kappa + mu) * part, bands.hi - m.v[first])
            value += start + mu * (limit[:, None] - 1)
            best_mu = np.where(value < best, mu, best_mu)
            best = np.minimum(value, best)
        reach = inside @ m.v + m.v[first]
        best[reach[:, None] * (1 + HAIR) <= bands.lo] = NOTHING
        best[:, bands.hi < m.v[first]] = NOTHING
        return best, best_mu

    def bound(self, first: int, pi: Floats) -> float:
        """No lot with this first member has a larger reduced worth."""
        return float(self.bounds(first, pi)[0].max(initial=NOTHING))

    # 2. What later candidates can still add.

    def _tasks(self, first: int, pi: Floats, threshold: float) -> Tasks:
        best, mu = self.bounds(first, pi)
        cell, band = np.nonzero(best >= threshold)
        gain, start = self._sums(first, pi)
        cells = self.cells_of(first)
        return Tasks(
            first,
            np.array([cells[c].inside for c in cell], dtype=np.bool_).reshape(-1, self.market.n),
            np.array([cells[c].limit for c in cell], dtype=np.int64),
            self.bands.hi[band],
            self.bands.lo[band] * (1 - HAIR),
            start[band],
            gain[band],
            mu[cell, band],
        )

    def _completions(self, tasks: Tasks, items: Ints) -> tuple[Floats, Floats]:
        """items+1 × tasks × volume left: the most still to come; and the volume still to come."""
        m = self.market
        part = np.where(m.a == m.a[tasks.first], 0.0, self.part)
        gain = tasks.gain - (m.kappa + tasks.mu[:, None]) * part
        most = np.zeros((len(items) + 1, len(tasks), GRID + 1))
        volume = np.zeros((len(items) + 1, len(tasks)))
        for z in range(len(items) - 1, -1, -1):
            i = items[z]
            step = self.steps[i]
            more = np.where(tasks.inside[:, i], gain[:, i], NOTHING)[:, None]
            most[z] = most[z + 1]
            with_i = most[z + 1][:, : GRID + 1 - step] + more
            np.maximum(most[z][:, step:], with_i, out=most[z][:, step:])
            volume[z] = volume[z + 1] + tasks.inside[:, i] * m.v[i]
        return most, volume

    # 3. Take or leave.

    def above(
        self,
        first: int,
        pi: Floats,
        threshold: float,
        most: int,
        until: Deadline | None = None,
    ) -> Listing:
        """All lots of this first member with reduced worth ≥ threshold; beyond `most` partial
        lots at once the least promising are dropped and `missed` bounds what was lost.

        At the deadline the search ends with nothing, and `missed` bounds all that it was at."""
        m = self.market
        tasks = self._tasks(first, pi, threshold)
        if not len(tasks):
            return Listing(empty(m), np.zeros(0), NOTHING)
        items = np.nonzero(tasks.inside.any(axis=0))[0]
        completion, volume = self._completions(tasks, items)
        front = self._root(tasks)
        missed = NOTHING
        for z, i in enumerate(items.tolist()):
            left = self._still(front, tasks, completion[z + 1], volume[z + 1], threshold)
            taken = self._taking(front, tasks, i, pi)
            taken = self._still(taken, tasks, completion[z + 1], volume[z + 1], threshold)
            front = left.beside(taken)
            if until is not None and until.passed:
                return Listing(empty(m), np.zeros(0), float(front.bound.max(initial=missed)))
            if len(front.task) > most:
                order = np.argsort(-front.bound, kind="stable")
                missed = max(missed, float(front.bound[order[most]]))
                front = front.take(np.sort(order[:most]))
        return self._listed(front, pi, threshold, missed)

    def all_above(self, pi: Floats, threshold: float, most: int, until: Deadline) -> Pool | None:
        """All lots with reduced worth ≥ threshold, whoever is first; None where they are more than
        `most`, or time did not suffice."""
        found, count = [empty(self.market)], 0
        for first in range(self.market.n):
            listing = self.above(first, pi, threshold, most, until)
            count += len(listing.pool)
            if listing.missed > -np.inf or count > most or until.passed:
                return None
            found.append(listing.pool)
        return joined(found)

    def _root(self, tasks: Tasks) -> Front:
        count = len(tasks)
        return Front(
            np.arange(count),
            np.full(count, self.market.v[tasks.first]),
            tasks.start.copy(),
            np.ones(count, dtype=np.int64),
            np.repeat(self.bit[tasks.first][None, :], count, axis=0),
            np.full(count, np.inf),
        )

    def _still(
        self, front: Front, tasks: Tasks, completion: Floats, volume: Floats, threshold: float
    ) -> Front:
        """Who can still reach the threshold, and the band."""
        task = front.task
        room = ((tasks.hi[task] - front.volume) / self.unit).astype(np.int64)
        others = tasks.limit[task] - 1
        front.bound = front.worth + completion[task, room] + tasks.mu[task] * others
        good = (front.bound >= threshold) & (front.volume + volume[task] >= tasks.lo[task])
        return front.take(good)

    def _taking(self, front: Front, tasks: Tasks, i: int, pi: Floats) -> Front:
        """The partial lots that may take requirement i, with it taken."""
        m, task = self.market, front.task
        volume = front.volume + m.v[i]
        fits = tasks.inside[task, i] & (volume <= tasks.hi[task])
        if self.has_apart[i]:
            fits &= ~(front.bits & self.apart_bits[i]).any(axis=1)
        new = ~(front.bits & self.own_bits[i]).any(axis=1)
        count = front.count + new
        fits &= count <= tasks.limit[task]
        front, task = front.take(fits), task[fits]
        # κ and μ in parts, as the completion counts them: an authority's later requirements are
        # charged theirs when they come, so that charging it whole now would charge it twice.
        part = 0.0 if m.a[i] == m.a[tasks.first] else self.part[i]
        worth = front.worth + tasks.gain[task, i] - (m.kappa + tasks.mu[task]) * part
        return Front(task, volume[fits], worth, count[fits], front.bits | self.bit[i], front.bound)

    def _listed(self, front: Front, pi: Floats, threshold: float, missed: float) -> Listing:
        """The lots themselves, each once, with their true worth."""
        m = self.market
        bits = np.unique(front.bits, axis=0)
        bytes_ = np.ascontiguousarray(bits).view(np.uint8).reshape(len(bits), 8 * self.words)
        rows = np.unpackbits(bytes_, axis=1, bitorder="little", count=m.n).astype(np.bool_)
        rows = rows[rows.sum(axis=1) > 1]
        pool = pool_of(m, rows)
        value = reduced(pool, pi) + self.tolls.of(pool.volume)
        good = value >= threshold
        return Listing(pool.take(good), value[good], missed)

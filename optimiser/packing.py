"""The best packing of a list of lots: branch and bound with cuts.

Rows beside the requirements' own (`master.py`):

    cut    of the lots that hold two or more of three requirements at most one is taken, since two
           such lots would share a requirement (subset rows, Jepsen et al. 2008)
    count  at most k, or at least k+1, lots of a volume of θ·U or more are taken: a branching,
           because the relaxation likes to fill lots to the brim and takes fractions of a lot more

With prices π, σ ≥ 0 and reduced(L) = net(L) − Σ π_i − Σ σ_k·a_kL any packing is worth at most

    Σ π_i + Σ σ_k·b_k + Σ_r max(0, largest reduced worth of a lot first in r)

because its lots have different first members. A lot whose reduced worth is below (best known −
that bound) is in no better packing of the branch, and is dropped. When counts are whole, two
requirements that share a lot to a fraction are put together or kept apart (Ryan and Foster 1981).
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, count

import numpy as np

from optimiser.assembling import assemble
from optimiser.market import Flags, Floats, Ints
from optimiser.master import CONCESSION, Count, Cut, Master, Relaxed, Row, pack
from optimiser.pool import Pool
from optimiser.timing import Deadline

SMALL = 1_200
PATIENCE = 4.0  # seconds for a whole programme of so few lots, before it is branched on
ROUNDING = 1e-12  # of a sum of a few hundred figures
CUTS_A_ROUND = 40
MOST_CUTS = 250
VIOLATED = 0.03
SHARES = (0.0, 0.3, 0.5, 0.7, 0.9)
BEAM = 150


@dataclass(frozen=True)
class Packing:
    """The best lots found (None: none better than was known) and the bound over the list."""

    members: Flags | None
    bound: float


@dataclass
class Branch:
    """A part of the packings: the lots left, rows of branchings, cuts that bind, a bound."""

    pool: Pool
    rows: tuple[Row, ...]
    bound: float
    score: Floats


def best_packing(
    pool: Pool, known: float, bound: float, until: Deadline, rows: tuple[Row, ...] = ()
) -> Packing:
    """The best packing of the pool that obeys the rows if it is better than `known`, and a bound
    on all of them."""
    return _Tree(pool, known, bound, rows).grow(until)


def is_settled(bound: float, known: float) -> bool:
    """Nothing but rounding lies between a bound and what is known."""
    return bound <= known + 4 * CONCESSION * abs(known) + 1e-4


def uncertain_count(x: Floats, volume: Floats, cap: float) -> tuple[float | None, float]:
    """The volume from which on the number of lots taken is furthest from whole, and the number."""
    best = 0.15
    found: tuple[float | None, float] = (None, 0.0)
    for share in SHARES:
        least = share * cap
        total = float(x[volume >= least].sum())
        away = min(total - np.floor(total), np.ceil(total) - total)
        if away > best:
            best, found = away, (least, total)
    return found


class _Tree:
    def __init__(self, pool: Pool, known: float, bound: float, rows: tuple[Row, ...]) -> None:
        self.n = pool.members.shape[1]
        self.known = known
        self.best: Flags | None = None
        self.ticket = count()
        self.open: list[tuple[float, int, Branch]] = []
        self.cap = float(pool.volume.max(initial=0.0))
        size = np.maximum(1, pool.members.sum(axis=1))
        self.closed = known  # no packing of a branch that is done with is worth more
        self.push(Branch(pool, rows, bound, pool.net / size))

    def push(self, branch: Branch) -> None:
        if branch.bound > self.known and len(branch.pool):
            heapq.heappush(self.open, (-branch.bound, next(self.ticket), branch))

    def grow(self, until: Deadline) -> Packing:
        """Branches of the largest bound first, until none is above what is known."""
        while self.open:
            top, _, branch = heapq.heappop(self.open)
            if self.settled(-top):
                self.closed = max(self.closed, -top)
                break
            node = _Node(self, branch)
            if not node.work(until):
                return Packing(self.best, max(self.known, self.closed, -top))
            if node.closed:
                self.closed = max(self.closed, node.bound)
            for child in node.children():
                self.push(child)
        return Packing(self.best, max(self.known, self.closed))

    def settled(self, bound: float) -> bool:
        return is_settled(bound, self.known)

    def offer(self, pool: Pool, taken: Ints | list[int]) -> None:
        value = float(pool.net[taken].sum())
        if value > self.known + 1e-6:
            self.known, self.best = value, pool.members[taken]


class _Node:
    """Prices, cuts and dropping for one branch."""

    def __init__(self, tree: _Tree, branch: Branch) -> None:
        self.tree = tree
        self.branch = branch
        self.pool = branch.pool
        self.score = branch.score
        self.bound = branch.bound
        self.relaxed: Relaxed | None = None
        self.master: Master | None = None
        self.closed = False

    def work(self, until: Deadline) -> bool:
        """Bound the branch; False where time ran out."""
        order = np.argsort(-self.score, kind="stable")[:600]
        self.master = Master(self.tree.n, self.pool.take(np.sort(order)), self.branch.rows)
        rounds, before = 0, np.inf
        while True:
            if not self._priced(until):
                return self.closed
            assert self.relaxed is not None
            if rounds == 0:
                self._assemble()
            if self.tree.settled(self.bound):
                self.closed = True
                return True
            if len(self.pool) <= SMALL and (self._packed(until.sooner(PATIENCE)) or until.passed):
                return self.closed
            if self._whole():
                return True
            gain = before - self.bound
            fresh = violated(self.master.pool.members, self.relaxed.x, self.tree.n)
            slow = rounds > 1 and gain < 0.02 * (self.bound - self.tree.known)
            if slow or not fresh or len(self.master.rows) >= MOST_CUTS:
                return True
            before = self.bound
            self.master.add_rows(fresh)
            rounds += 1

    def _priced(self, until: Deadline) -> bool:
        """The relaxation over the branch's lots, by looking through them for some to add."""
        assert self.master is not None
        while True:
            relaxed = self.master.solve(until.left)
            if relaxed is None or until.passed:
                return False
            value = self._reduced(relaxed)
            best = np.zeros(self.tree.n)
            np.maximum.at(best, self.pool.members.argmax(axis=1), value)
            rows = self.master.rows
            paid = sum(s * row.most for s, row in zip(relaxed.sigma, rows, strict=True))
            total = float(relaxed.pi.sum() + paid + best.sum())
            total += ROUNDING * (abs(total) + float(relaxed.pi.sum()))
            self.relaxed, self.score = relaxed, value
            self.bound = min(self.bound, total)
            most = value.max(initial=0.0)
            if most > 1e-7 * self.master.scale:
                order = np.argsort(-value, kind="stable")[:200]
                self.master.add(self.pool.take(np.sort(order[value[order] > 0.2 * most])))
            first = self.pool.members.argmax(axis=1)
            keep = value - best[first] >= self.tree.known - total - 1e-6
            self.pool, self.score = self.pool.take(keep), value[keep]
            if most <= 1e-7 * self.master.scale or self.tree.settled(self.bound):
                return True

    def _reduced(self, relaxed: Relaxed) -> Floats:
        assert self.master is not None
        found = self.pool.net.copy()
        for start in range(0, len(self.pool), 100_000):
            rows = self.pool.members[start : start + 100_000]
            found[start : start + 100_000] -= rows.astype(np.float64) @ relaxed.pi
        for sigma, row in zip(relaxed.sigma, self.master.rows, strict=True):
            if sigma > 0:
                found -= sigma * row.over(self.pool)
        return found

    def _assemble(self) -> None:
        """Put lots of little loss together, in case it is the best yet."""
        assert self.relaxed is not None
        order = np.argsort(-self.score, kind="stable")[:20_000]
        pool, loss = self.pool.take(order), np.maximum(0.0, -self.score[order])
        budget = self.bound - self.tree.known
        places = np.arange(self.tree.n)
        found = assemble(pool.members, loss, self.relaxed.pi, places, budget, BEAM)
        if found.lots:
            self.tree.offer(pool, found.lots)

    def _packed(self, until: Deadline) -> bool:
        assert self.master is not None
        assert self.relaxed is not None
        rows = [
            row
            for row, sigma in zip(self.master.rows, self.relaxed.sigma, strict=True)
            if isinstance(row, Count) or sigma > 0
        ]
        packed = pack(self.tree.n, self.pool, rows, until.left)
        self.tree.offer(self.pool, packed.taken)
        self.bound = min(self.bound, packed.bound)
        self.closed = self.tree.settled(self.bound)
        return self.closed

    def _whole(self) -> bool:
        """Whether the relaxation takes whole lots: then they are the branch's best."""
        assert self.relaxed is not None
        assert self.master is not None
        x = self.relaxed.x
        if np.abs(x - np.round(x)).max(initial=0.0) > 1e-6:
            return False
        self.tree.offer(self.master.pool, np.nonzero(x > 0.5)[0])
        self.closed = self.tree.settled(self.bound)
        return self.closed

    def children(self) -> Iterator[Branch]:
        """The branch in two."""
        if self.closed or self.relaxed is None or self.master is None:
            return
        x, pool = self.relaxed.x, self.master.pool
        binding = tuple(
            row
            for row, sigma in zip(self.master.rows, self.relaxed.sigma, strict=True)
            if isinstance(row, Count) or sigma > 0
        )
        least, total = uncertain_count(x, pool.volume, self.tree.cap)
        if least is not None:
            yield self._child(binding, Count(least, 1.0, float(np.floor(total))))
            yield self._child(binding, Count(least, -1.0, -float(np.ceil(total))))
            return
        i, j = self._pair(x, pool)
        has_i, has_j = self.pool.members[:, i], self.pool.members[:, j]
        for keep in (has_i == has_j, ~(has_i & has_j)):
            yield Branch(self.pool.take(keep), binding, self.bound, self.score[keep])

    def _child(self, binding: tuple[Row, ...], row: Row) -> Branch:
        return Branch(self.pool, (*binding, row), self.bound, self.score)

    def _pair(self, x: Floats, pool: Pool) -> tuple[int, int]:
        """The two requirements whose sharing is furthest from yes or no."""
        some = pool.members[x > 1e-9].astype(np.float64)
        together = some.T @ (some * x[x > 1e-9][:, None])
        np.fill_diagonal(together, 0.0)
        away = np.abs(together - 0.5)
        i, j = divmod(int(away.argmin()), self.tree.n)
        return i, j


def violated(members: Flags, x: Floats, n: int) -> list[Cut]:
    """The most violated cuts, no requirement in too many of one round."""
    some = x > 1e-6
    rows, part = members[some].astype(np.int8), x[some]
    loose = np.nonzero((rows * np.minimum(part, 1 - part)[:, None]).sum(axis=0) > 1e-6)[0]
    triples = np.array(list(combinations(loose.tolist(), 3)), dtype=np.int64).reshape(-1, 3)
    excess = np.full(len(triples), -1.0)
    for row, share in zip(rows, part, strict=True):
        excess += share * (row[triples[:, 0]] + row[triples[:, 1]] + row[triples[:, 2]] >= 2)
    chosen: list[Cut] = []
    used = np.zeros(n, dtype=np.int64)
    for place in np.argsort(-excess, kind="stable")[:2000].tolist():
        if excess[place] < VIOLATED or len(chosen) >= CUTS_A_ROUND:
            break
        if (used[triples[place]] < 8).all():
            i, j, k = triples[place].tolist()
            chosen.append(Cut((i, j, k)))
            used[triples[place]] += 1
    return chosen

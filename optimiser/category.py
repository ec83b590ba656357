"""One category from a first answer to a proof, in steps that can be resumed.

1. Merging gives an answer at once, and the closed bound of `ceiling.py`.
2. Column generation gives prices, a bound close to the linear relaxation's, and good lots.
3. Of these lots an answer is assembled.
4. With Z the bound at prices π, a grouping better than the known one has only lots of reduced
   worth ≥ known − Z: all of them are listed, and the best packing of the list is the answer, its
   bound the bound. Where they are too many, a better answer is looked for first, as in a large
   market, and then the groupings are split by how many lots are large (`counting.py`).
"""

import time

import numpy as np

from optimiser.assembling import assemble
from optimiser.ceiling import wide_bound
from optimiser.counting import Counting, Part, Parts
from optimiser.crowd import Crowd
from optimiser.generation import Generated, generate, pairs
from optimiser.market import Ints, Market, market_of
from optimiser.merging import merged
from optimiser.packing import best_packing
from optimiser.pool import Pool, empty, joined, pool_of, rows_of
from optimiser.problem import Problem
from optimiser.search import Search, reduced
from optimiser.state import State, lots_of, most_promising
from optimiser.timing import Deadline
from optimiser.trios import TrioSolver, may_be_listed
from optimiser.vast import VAST, filled, vast_bound

MOST_LISTED = 60_000
PARTS = (0.15, 0.4, 1.0)  # of the gap: a better answer may be met on the way
FEW = 15_000
SPARSE = 30  # compatible partners of a requirement, on average
CROWD = 90  # more requirements than this are not searched to the last lot
BEAM = 300
FEWER = 0.9
MANY, ANSWER = 2_500, 0.2  # lots in a list; the part of the time for a better answer then
STEPS = 3


class Solver:
    """Works on one category."""

    def __init__(self, market: Market, state: State) -> None:
        self.market = market
        self.state = state
        self._search: Search | None = None

    @property
    def search(self) -> Search:
        if self._search is None:
            self._search = Search(self.market)
        return self._search

    @property
    def proven(self) -> bool:
        return self.state.bound - self.state.value <= max(1e-3, 1e-7 * self.state.bound)

    def start(self, until: Deadline) -> None:
        """A first answer and a first bound."""
        state, market = self.state, self.market
        state.limit(wide_bound(market))
        if until.passed or market.n < 2:
            return
        lots, met = merged(market, until)
        state.offer(market, lots, "merging")
        if market.n > CROWD:
            state.pool = empty(market)  # pairs by the ten thousand would fill the memory
        else:
            state.pool = joined([pairs(market), pool_of(market, rows_of(market, met))])
        if not market.compatible.any():
            state.limit(0.0)
        elif not until.passed and market.n <= CROWD:
            # Three may gain together where no two of them do: only all lots tell.
            self._all(until)

    def _all(self, until: Deadline) -> None:
        """Where there are few lots of any worth: list them all and pack them."""
        state, market = self.state, self.market
        found, total = [empty(market)], 0
        nothing = np.zeros(market.n)
        for first in range(market.n):
            listing = self.search.above(first, nothing, 1e-9, FEW, until)
            total += len(listing.pool)
            if total > FEW or listing.missed > 0 or until.passed:
                return
            found.append(listing.pool)
        state.pool = joined(found)
        state.complete = True
        self._pack(state.pool, state.bound, until.sooner(0.5) if market.n <= CROWD else until)

    def _pack(self, pool: Pool, bound: float, until: Deadline) -> None:
        """Pack a list of all lots that a better answer may have."""
        packing = best_packing(pool, self.state.value, bound, until)
        if packing.members is not None:
            self.state.offer(self.market, lots_of(packing.members), "all lots, set packing")
        self.state.limit(packing.bound)

    def crowd(self, until: Deadline) -> None:
        """The next step for a large market."""
        self.state.rounds += 1
        if may_be_listed(self.market) and TrioSolver(self.market, self.state).step(until):
            return
        if self.state.guide is not None:
            Crowd(self.market, self.state).step(until)
            return
        parts = self.state.parts or _parts(self.market)
        if len(parts) > 1:
            self.state.parts = parts
            self._by_parts(until)
            return
        if self.market.compatible.sum() <= SPARSE * self.market.n:
            self._all(until)
        if not self.state.complete:
            Crowd(self.market, self.state).step(until)

    def _by_parts(self, until: Deadline) -> None:
        """Sets of requirements that no lot joins are markets of their own."""
        state, market = self.state, self.market
        for place, (places, part) in enumerate(state.parts):
            solver = Solver(market.part(places), part)
            if part.pool is not None and solver.proven:
                continue
            solver.all_steps(until.sooner(until.left / (len(state.parts) - place) * 2))
        lots = [
            tuple(places[list(lot)].tolist()) for places, part in state.parts for lot in part.lots
        ]
        state.offer(market, lots, "parts of the market")
        state.limit(sum(part.bound for _, part in state.parts) * (1 + 1e-12))

    def all_steps(self, until: Deadline) -> None:
        """One step after the other."""
        state = self.state
        if state.pool is None:
            self.start(until)
        if self.proven or state.pool is None:
            return
        if self.market.n > CROWD:
            self.crowd(until)
        elif state.complete:
            self.again(until)
        else:
            self.generate(until.sooner(0.5 * until.left))
            if not self.proven and state.pi is not None:
                self.finish(until)

    def again(self, until: Deadline) -> None:
        """Pack the complete list once more, with more time."""
        assert self.state.pool is not None
        self._pack(self.state.pool, self.state.bound, until)

    def generate(self, until: Deadline) -> None:
        """Prices, their bound, and lots assembled from those met."""
        state = self.state
        assert state.pool is not None
        before = None
        if state.pi is not None and state.width:
            before = Generated(state.pool, state.pi, state.dual, False, state.width)
        made = generate(self.search, state.pool, state.value, until, before)
        state.pool, state.pi, state.dual, state.width = made.pool, made.pi, made.bound, made.width
        state.limit(made.bound)
        state.finished = made.finished
        if np.isfinite(made.bound):
            self.assemble(made.pool)

    def assemble(self, pool: Pool) -> None:
        """The best answer that is easily put together from a pool."""
        state = self.state
        assert state.pi is not None
        loss = np.maximum(0.0, -reduced(pool, state.pi))
        budget = state.dual - state.value
        keep = loss <= budget
        pool, loss = pool.take(keep), loss[keep]
        order = np.arange(self.market.n)
        found = assemble(pool.members, loss, state.pi, order, budget, BEAM)
        if found.lots:
            state.offer(self.market, lots_of(pool.members[found.lots]), "assembling")

    def go_on(self, until: Deadline) -> None:
        """List and pack; where that is too much, whatever lately brought most for its time."""
        state = self.state
        ways = {"finish": self.finish}
        if "finish" in state.turns:
            ways["answer"] = self.answer
            if not state.finished:
                ways["generate"] = self.generate
            else:
                ways["count"] = self.count
        known, dual = state.value, state.dual
        most_promising(state, ways, until)
        if state.dual - state.value < FEWER * (dual - known):
            state.rates.pop("finish", None)  # fewer lots to list
        state.ways = ("finish", "answer", "generate", "count")

    def answer(self, until: Deadline) -> None:
        """An answer as for a large market."""
        self.state.rounds += 1
        crowd = Crowd(self.market, self.state)
        if self.state.guide is None:
            crowd.price(until)
        elif self.state.rounds % 2:
            crowd.improve(until)
        else:
            crowd.deepen(until)

    def count(self, until: Deadline) -> None:
        """Split by the number of large lots, each part with prices of its own."""
        state = self.state
        assert state.pool is not None
        if state.open is None:
            whole = Part((), state.dual, state.dual, state.pi, np.zeros(0), state.width)
            state.open = Parts([whole])
        counting = Counting(self.search, state.pool, state.open, state.value)
        counting.run(until)
        if counting.best is not None:
            state.offer(self.market, lots_of(counting.best), "all lots, branch and price")
        state.pool = counting.pool
        state.limit(max(state.value, state.open.bound))

    def finish(self, until: Deadline) -> None:
        """List the lots that a better grouping may have, and pack them."""
        state = self.state
        assert state.pi is not None
        for part in PARTS:
            gap = part * (state.dual - state.value)
            listed = self.search.all_above(state.pi, -gap, MOST_LISTED, until)
            if listed is None or until.passed:
                return
            if len(listed) > MANY and state.guide is None:
                self.answer(until.sooner(ANSWER * until.left))  # a better one leaves fewer lots
            self.assemble(listed)
        assert listed is not None
        self._pack(listed, state.dual, until)


def _parts(market: Market) -> list[tuple[Ints, State]]:
    """Sets of two or more requirements that are connected by compatible pairs."""
    label = np.arange(market.n)
    near = market.compatible | np.eye(market.n, dtype=np.bool_)
    while True:
        least = np.where(near, label, market.n).min(axis=1)
        if (least == label).all():
            break
        label = least
    places = [np.nonzero(label == each)[0] for each in np.unique(label)]
    return [(each, State()) for each in places if len(each) > 1]


def step(
    problem: Problem, state: State, stage: int, seconds: float, gap: float
) -> tuple[State, float]:
    """One step of a category: 0 a first answer, 1 prices, 2 the proof; and the seconds it took."""
    began = time.monotonic()
    until = Deadline(began + seconds)
    if len(problem.requirements) > VAST and stage > 0:
        return state, 0.0
    market = market_of(problem)
    if market.n > VAST:
        state.ids = market.ids
        state.limit(vast_bound(market))
        state.offer(market, filled(market, until), "filling")
        return state, time.monotonic() - began
    solver = Solver(market, state)
    state.ids = market.ids
    if stage == 0 or (state.pool is None and not state.parts):
        # The first step again where it had no time.
        solver.start(until)
    elif state.complete:
        solver.again(until)
    elif market.n > CROWD:
        solver.crowd(until)
    elif stage == 1 or state.pi is None:
        solver.generate(until)
    else:
        solver.go_on(until)
    return state, time.monotonic() - began

"""One category from a first answer to a proof, in steps that can be resumed.

1. Merging gives an answer at once, and the closed bound of `ceiling.py`.
2. Column generation gives prices, a bound close to the linear relaxation's, and good lots.
3. Of these lots an answer is assembled.
4. With Z the bound at prices π, a grouping better than the known one has only lots of reduced
   worth ≥ known − Z: all of them are listed, and the best packing of the list is the answer, its
   bound the bound. Where they are too many, only those of reduced worth ≥ −g are listed: any
   grouping with another lot is worth less than Z − g, and that is then part of the bound.
"""

import time
from dataclasses import dataclass, field

import numpy as np

from optimiser.assembling import assemble
from optimiser.blocks import Blocks, Proof
from optimiser.building import Builder, improved
from optimiser.ceiling import ceiling_prices, wide_bound
from optimiser.diving import Dive
from optimiser.generation import generate, pairs
from optimiser.market import Flags, Floats, Ints, Market, Members, market_of
from optimiser.merging import merged
from optimiser.packing import best_packing
from optimiser.pool import Pool, empty, joined, nets, pool_of, rows_of
from optimiser.problem import Problem
from optimiser.search import Search, reduced
from optimiser.sketching import Sketch
from optimiser.tariff import Tariff
from optimiser.timing import Deadline
from optimiser.vast import VAST, filled, vast_bound

MOST_LISTED = 400_000
FEW = 15_000
SPARSE = 30  # compatible partners of a requirement, on average
CROWD = 90  # more requirements than this are not searched to the last lot
BEAM = 300
LOSS = 0.005
WAYS = ("deepen", "improve", "prove")  # what a large market may still gain from
FADING = 0.4
UNTRIED, SPENT = 0.01, 0.0005  # of the pounds missing, in a second


@dataclass
class State:
    """What is known of one category so far."""

    lots: tuple[Members, ...] = ()
    value: float = 0.0
    bound: float = np.inf
    method: str = "nothing"
    pool: Pool | None = None
    pi: Floats | None = None
    finished: bool = False
    complete: bool = False
    rounds: int = 0
    parts: list[tuple[Ints, "State"]] = field(default_factory=list)
    guide: Floats | None = None
    ids: tuple[str, ...] = ()
    dual: float = np.inf
    sets: Pool | None = None
    relaxed: Pool | None = None
    rule: Floats | None = None
    rates: dict[str, float] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> float:
        """Pounds that may still be missing."""
        return self.bound - self.value

    @property
    def promise(self) -> float:
        """Pounds a second that a large market's next step may bring."""
        return max(self.promise_of(way) for way in WAYS)

    def promise_of(self, way: str) -> float:
        """What this way brought lately, a guess before it was tried; never quite nothing."""
        return max(self.rates.get(way, UNTRIED * self.missing), SPENT * self.missing)

    def offer(self, market: Market, lots: list[Members], method: str) -> bool:
        """Take these lots as the answer if they are better."""
        value = sum(market.net(lot) for lot in lots)
        if value <= self.value:
            return False
        self.lots, self.value = tuple(sorted(lots)), value
        self.method = method
        return True

    def limit(self, bound: float) -> None:
        """Take the bound if it is lower."""
        self.bound = max(self.value, min(self.bound, bound))


def lots_of(rows: Flags) -> list[Members]:
    return [tuple(np.nonzero(row)[0].tolist()) for row in rows]


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
            listing = self.search.above(first, nothing, 1e-9, FEW)
            total += len(listing.pool)
            if total > FEW or listing.missed > 0 or until.passed:
                return
            found.append(listing.pool)
        state.pool = joined(found)
        state.complete = True
        self._pack(state.pool, state.bound, 0.0, until.sooner(0.5) if market.n <= CROWD else until)

    def _pack(self, pool: Pool, bound: float, beyond: float, until: Deadline) -> None:
        """Pack a list; a grouping with a lot that is not in it is worth at most `beyond`."""
        packing = best_packing(pool, self.state.value, bound, until)
        if packing.members is not None:
            self.state.offer(self.market, lots_of(packing.members), "all lots, set packing")
        self.state.limit(max(packing.bound, beyond))

    def crowd(self, until: Deadline) -> None:
        """The next step for a large market."""
        self.state.rounds += 1
        if self.state.guide is not None:
            self._most_promising(until)
            return
        parts = self.state.parts or _parts(self.market)
        if len(parts) > 1:
            self.state.parts = parts
            self._by_parts(until)
            return
        if self.market.compatible.sum() <= SPARSE * self.market.n:
            self._all(until)
        if not self.state.complete:
            self.price(until)

    def _most_promising(self, until: Deadline) -> None:
        """Of a dive, a rebuilding and a bound the one that lately brought most for its time."""
        state = self.state
        way = max(WAYS, key=lambda each: (state.promise_of(each), -state.turns.get(each, 0)))
        began, missing = time.monotonic(), state.missing
        getattr(self, way)(until)
        rate = (missing - state.missing) / max(1e-3, time.monotonic() - began)
        state.rates[way] = rate + FADING * (state.rates.get(way, rate) - rate)
        state.turns[way] = state.turns.get(way, 0) + 1

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

    def price(self, until: Deadline) -> None:
        """For a large market: first prices by a rule, then each its own, and an answer."""
        tariff = self._tariff(ceiling_prices(self.market), until)
        tariff.pi = self.state.rule = Sketch(tariff).run(until.sooner(0.25 * until.left))
        tariff.search(until.sooner(0.2 * until.left))
        self.state.guide, self.state.sets = tariff.pi, tariff.kept()
        self.dive(tariff, until.sooner(0.9 * until.left))
        self.improve(until)

    def _tariff(self, pi: Floats, until: Deadline, *, relaxed: bool = False) -> Tariff:
        state = self.state
        tariff = Tariff(Blocks(self.market), pi, until, 1 + state.rounds)
        for known in (state.sets, state.relaxed if relaxed else None):
            if known is not None:
                tariff.add(known.members, known.net)
        rows = rows_of(self.market, list(state.lots))
        tariff.add(rows, nets(self.market, rows))
        return tariff

    def deepen(self, until: Deadline) -> None:
        """For a large market: better prices, and an answer from a dive at them."""
        state = self.state
        assert state.guide is not None
        tariff = self._tariff(state.guide, until)
        tariff.search(until.sooner(0.35 * until.left))
        state.guide, state.sets = tariff.pi, tariff.kept()
        self.dive(tariff, until)

    def prove(self, until: Deadline) -> None:
        """For a large market: a better bound, near the prices of the best one."""
        state, first = self.state, []
        if state.pi is None:
            state.pi, state.dual = ceiling_prices(self.market), wide_bound(self.market)
            if state.rule is not None:
                first = [state.rule, (state.rule + state.pi) / 2]
        tariff = self._tariff(state.pi, until, relaxed=True)
        tariff.proof = Proof(state.pi, state.dual)
        tariff.tighten(until, first=first)
        state.limit(tariff.proof.bound)
        state.pi, state.dual = tariff.centre, tariff.proof.bound
        state.relaxed = tariff.kept()

    def dive(self, tariff: Tariff, until: Deadline) -> None:
        """An answer from the relaxation; what a dive leaves over is built at its prices."""
        rows = Dive(tariff).run(until)
        left: Flags = np.asarray(~rows.any(axis=0))
        rest = Builder(self.market, tariff.pi).built(left, LOSS, until)
        self.state.offer(self.market, lots_of(np.concatenate([rows, rest])), "diving at prices")

    def improve(self, until: Deadline) -> None:
        """For a large market: break up a few lots and build them again."""
        state, market = self.state, self.market
        assert state.guide is not None
        builder = Builder(market, state.guide, state.rounds)
        rows = improved(builder, rows_of(market, list(state.lots)), until)
        state.offer(market, lots_of(rows), "rebuilding at prices")

    def again(self, until: Deadline) -> None:
        """Pack the complete list once more, with more time."""
        assert self.state.pool is not None
        self._pack(self.state.pool, self.state.bound, 0.0, until)

    def generate(self, until: Deadline) -> None:
        """Prices, their bound, and lots assembled from those met."""
        state = self.state
        assert state.pool is not None
        made = generate(self.search, state.pool, state.value, until)
        state.pool, state.pi, state.dual = made.pool, made.pi, made.bound
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

    def finish(self, until: Deadline) -> None:
        """List the lots that a better grouping may have, and pack them."""
        state = self.state
        for part in (0.15, 0.3, 0.6, 1.0):
            gap = part * (state.dual - state.value)
            listed = self._listed(gap, until)
            if listed is None or until.passed:
                return
            self.assemble(listed)
            gap = min(gap, state.dual - state.value)
            whole = gap >= state.dual - state.value
            if whole or len(listed) > MOST_LISTED / 3:
                break
        assert listed is not None
        self._pack(listed, state.dual, 0.0 if whole else state.dual - gap, until)

    def _listed(self, gap: float, until: Deadline) -> Pool | None:
        """All lots of reduced worth ≥ −gap; None where they are too many."""
        assert self.state.pi is not None
        found, count = [empty(self.market)], 0
        for first in range(self.market.n):
            listing = self.search.above(first, self.state.pi, -gap, MOST_LISTED)
            count += len(listing.pool)
            if listing.missed > -np.inf or count > MOST_LISTED or until.passed:
                return None
            found.append(listing.pool)
        return joined(found)


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


STEPS = 3


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
        solver.finish(until)
    return state, time.monotonic() - began

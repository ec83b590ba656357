"""What is known of a category when a question is asked of it: lots, bound, prices, near lots."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimiser.answers import Lot, is_proven
from optimiser.category import STEPS, step
from optimiser.market import Floats, Market, market_of
from optimiser.nearness import NO_WORTH, Near, near
from optimiser.pool import Pool, empty
from optimiser.problem import Problem
from optimiser.search import Search
from optimiser.state import State
from optimiser.timing import Deadline


@dataclass(frozen=True)
class Base:
    """A category as it is: prices π (None: no time for any), the bound Z that they prove, what
    is known, and its lots near the prices."""

    market: Market
    pi: Floats | None
    dual: float
    state: State
    near: Near

    @property
    def floor(self) -> float:
        """A lot of less reduced worth is in no better grouping."""
        return NO_WORTH if np.isinf(self.dual) else self.state.value - self.dual


def base_of(problem: Problem, lots: Sequence[Sequence[str]], until: Deadline) -> Base:
    """What can be known of a category in most of the time, from the lots given."""
    market, state = market_of(problem), offered(problem, lots)
    solved(problem, state, until.left * 0.65)
    if state.complete and state.pool is not None:
        # All lots of any worth are there: at prices of nothing none is missed.
        return Base(market, np.zeros(market.n), np.inf, state, listed(state.pool, NO_WORTH))
    columns = listed(empty(market) if state.pool is None else state.pool, np.inf)
    if state.pi is None or not np.isfinite(state.dual):
        return Base(market, None, np.inf, state, columns)
    floor = state.value - state.dual
    close = near(Search(market), state.pi, floor, until.sooner(until.left * 0.3))
    return Base(market, state.pi, state.dual, state, close)


def offered(problem: Problem, lots: Sequence[Sequence[str]]) -> State:
    """Lots as the answer known so far, where they are worth more than everybody alone."""
    market, state = market_of(problem), State()
    place = {each: number for number, each in enumerate(market.ids)}
    known = [tuple(sorted(place[each] for each in lot)) for lot in lots if len(lot) > 1]
    state.offer(market, known, "given")
    return state


def lots_by_id(problem: Problem, state: State) -> list[Lot]:
    """The joint lots of an answer by their requirements' ids, in order."""
    ids = market_of(problem).ids
    return sorted(tuple(sorted(ids[place] for place in lot)) for lot in state.lots)


def solved(problem: Problem, state: State, seconds: float) -> None:
    """Improve what is known of a category, up to the proof, within about the time."""
    until = Deadline.after(seconds)
    for stage in range(STEPS):
        if stage == 0 or not (until.passed or is_proven(state.value, state.bound)):
            step(problem, state, stage, until.left, 0.0)


def listed(pool: Pool, missed: float) -> Near:
    """A pool as a list at prices of nothing."""
    return Near(pool, pool.net, missed)

"""Groupings are split by how many lots are large: values and bounds stay those of brute force."""

import numpy as np
import pytest

from optimiser import category, counting, packing
from optimiser.category import Solver, State
from optimiser.counting import Counting, Part, Parts
from optimiser.generation import generate, pairs
from optimiser.grouping import group_category
from optimiser.market import Market, market_of
from optimiser.master import Count
from optimiser.packing import best_packing
from optimiser.pool import Pool, empty, joined, pool_of
from optimiser.search import Search, Tolls
from optimiser.timing import Deadline
from tests.optimiser.instances import best_of, made

LOTS = 1_000


def all_lots(market: Market) -> Pool:
    """Every lot of two or more, by trying every set."""
    sets = np.array([[bool(s >> i & 1) for i in range(market.n)] for s in range(2**market.n)])
    rows = [row for row in sets if row.sum() > 1 and market.feasible(np.flatnonzero(row).tolist())]
    return pool_of(market, np.array(rows)) if rows else empty(market)


@pytest.mark.parametrize("seed", range(40))
def test_with_tolls_every_lot_above_the_threshold_is_listed(seed: int):
    market = market_of(made(seed, 8, authorities=4))
    rng = np.random.default_rng(seed)
    every, search = all_lots(market), Search(market)
    pi = rng.uniform(0, 1, market.n) * market.saving(market.v, market.cap)
    size = float(every.net.max(initial=1.0))
    search.tolls = Tolls(market.cap * rng.uniform(0, 1, 3), size * rng.uniform(-1, 1, 3))
    worth = every.net - every.members @ pi + search.tolls.of(every.volume)
    threshold = float(np.quantile(worth, 0.7)) if len(worth) else 0.0
    found = [search.above(first, pi, threshold, LOTS) for first in range(market.n)]
    rows = {row.tobytes() for each in found for row in each.pool.members}
    assert {row.tobytes() for row in every.members[worth > threshold + 1e-6]} <= rows
    assert rows <= {row.tobytes() for row in every.members[worth >= threshold - 1e-6]}


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("seed", range(30))
def test_a_bound_under_a_count_is_one(seed: int, sign: float):
    """Of groupings that obey the count the best one, by trying every packing."""
    market = market_of(made(seed, 7, authorities=4))
    least, every = 0.4 * market.cap, all_lots(market)
    count = Count(least, sign, sign * (1 + seed % 2))
    best = most_of(every, lambda large: sign * large <= count.most, least)
    made_ = generate(Search(market), pairs(market), 0.0, Deadline.after(5), None, (count,))
    assert made_.bound >= best - 1e-6


def most_of(pool: Pool, allowed, least: float) -> float:
    """The best packing of a pool in which the number of large lots is allowed; −∞ for none."""

    def from_(place: int, used: np.ndarray, worth: float, large: int) -> float:
        best = worth if allowed(large) else -np.inf
        for lot in range(place, len(pool)):
            if not (pool.members[lot] & used).any():
                more = large + int(pool.volume[lot] >= least)
                taken = used | pool.members[lot]
                best = max(best, from_(lot + 1, taken, worth + pool.net[lot], more))
        return best

    return from_(0, np.zeros(pool.members.shape[1], dtype=bool), 0.0, 0)


@pytest.mark.parametrize("listed", [0, 4, 60])
@pytest.mark.parametrize("seed", range(40))
def test_the_value_is_that_of_brute_force(seed: int, listed: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counting, "MOST_LISTED", listed)
    problem = made(seed, 8, authorities=3 + seed % 4)
    market, best = market_of(problem), best_of(problem)[0]
    search, until = Search(market), Deadline.after(10)
    first = generate(search, joined([pairs(market)]), 0.0, until)
    parts = Parts([Part((), first.bound, first.bound, first.pi, np.zeros(0), first.width)])
    work = Counting(search, first.pool, parts, 0.0)
    work.run(until)
    assert work.known <= best + 1e-6
    assert max(work.known, parts.bound) >= best - 1e-6
    assert work.known == pytest.approx(best, abs=0.01) or parts.open


@pytest.mark.parametrize("seed", range(8))
def test_where_no_list_is_short_enough_the_answer_is_still_right(
    seed: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(category, "FEW", 0)
    monkeypatch.setattr(category, "MOST_LISTED", 1)
    monkeypatch.setattr(counting, "MOST_LISTED", 2)
    problem = made(seed, 7, authorities=3 + seed % 3)
    best = best_of(problem)[0]
    found = group_category(problem, time_limit=1.0)
    assert found.net_benefit - 1e-6 <= best <= found.upper_bound + 1e-6
    assert found.net_benefit == pytest.approx(best, rel=0.02, abs=0.01)


@pytest.mark.parametrize("seed", range(60))
def test_the_best_packing_of_any_list_is_found(seed: int, monkeypatch: pytest.MonkeyPatch):
    """Any worth, not that of a market, with no whole programme at the leaves: branchings alone."""
    monkeypatch.setattr(packing, "SMALL", 0)
    rng = np.random.default_rng(seed)
    rows = np.unique(rng.random((40, 9)) < 0.3, axis=0)
    rows = rows[rows.sum(axis=1) > 1]
    pool = Pool(rows, rng.uniform(1, 100, len(rows)).round(), rng.uniform(1, 10, len(rows)))
    best = most_of(pool, lambda large: True, 5.0)
    found = best_packing(pool, 0.0, float(pool.net.sum()), Deadline.after(20))
    assert found.members is not None
    assert found.bound == pytest.approx(best, abs=1e-3)


def test_the_parts_that_are_left_are_kept_from_step_to_step(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counting, "MOST_LISTED", 0)
    monkeypatch.setattr(counting, "AT_LAST", 0)
    market = market_of(made(3, 8, authorities=5))
    solver = Solver(market, State())
    solver.start(Deadline.after(5))
    solver.state.complete = False
    solver.generate(Deadline.after(5))
    solver.count(Deadline.after(5))
    first = solver.state.bound
    assert solver.state.open is not None
    solver.count(Deadline.after(5))
    assert solver.state.bound <= first


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("proven", [True, False])
def test_a_bound_lowered_by_a_packing_leaves_no_lot_out(seed: int, proven: bool):
    """At loose prices; were the lowered bound taken for what they prove, lots would be missed."""
    problem = made(seed, 8, authorities=5)
    market, best = market_of(problem), best_of(problem)[0]
    search, until = Search(market), Deadline.after(10)
    first = generate(search, joined([pairs(market)]), 0.0, until)
    lowered = best + 0.02
    dual = 1.4 * first.bound if proven else lowered
    part = Part((), lowered, dual, 1.4 * first.pi, np.zeros(0), first.width)
    work = Counting(search, first.pool, Parts([part]), 0.9 * best)
    work.run(until)
    assert (abs(work.known - best) < 0.01) is proven

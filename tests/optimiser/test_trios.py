"""Where at most three authorities share, all lots are listed, and what comes of them is right."""

from dataclasses import replace
from itertools import combinations

import pytest

from optimiser import category, trios
from optimiser.grouping import group_category
from optimiser.market import market_of
from optimiser.problem import Problem
from optimiser.timing import Deadline
from tests.optimiser.instances import best_of, made


def for_three(seed: int, count: int = 8) -> Problem:
    """A random problem of a few authorities, of which two or three may share."""
    problem = made(seed, count, authorities=3 + seed % 4)
    most = replace(problem.categories[0], max_authorities=2 + seed % 2)
    return replace(problem, categories=(most,))


@pytest.mark.parametrize("seed", range(60))
def test_every_lot_of_some_worth_is_listed_once(seed: int):
    market = market_of(for_three(seed))
    assert trios.may_be_listed(market)
    listed = trios.all_lots(market, Deadline.after(60))
    assert listed is not None
    rows = listed.members(range(len(listed.net)))
    places = [tuple(row.nonzero()[0].tolist()) for row in rows]
    found = dict(zip(places, listed.net.tolist(), strict=True))
    lots = [lot for size in range(2, market.n + 1) for lot in combinations(range(market.n), size)]
    right = {
        lot: market.net(lot) for lot in lots if market.feasible(lot) and market.net(lot) > 1e-6
    }
    assert len(found) == len(rows)
    assert {lot for lot, net in found.items() if net > 1e-6} == right.keys()
    assert {lot: found[lot] for lot in right} == pytest.approx(right)


@pytest.mark.parametrize("seed", range(60))
def test_the_value_is_that_of_brute_force(seed: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(category, "CROWD", 2)
    problem = for_three(seed)
    best = best_of(problem)[0]
    found = group_category(problem, time_limit=5)
    assert found.net_benefit == pytest.approx(best, abs=0.01)
    assert found.proven_optimal


@pytest.mark.parametrize("seconds", [0.002, 0.01, 0.05])
@pytest.mark.parametrize("seed", range(10))
def test_the_bound_holds_with_hardly_any_time(
    seed: int, seconds: float, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(category, "CROWD", 2)
    problem = for_three(seed)
    found = group_category(problem, time_limit=seconds)
    assert found.net_benefit - 1e-6 <= best_of(problem)[0] <= found.upper_bound + 1e-6


def test_too_many_lots_are_not_listed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trios, "MOST_LOTS", 1)
    assert trios.all_lots(market_of(for_three(2)), Deadline.after(60)) is None
    assert group_category(for_three(2), time_limit=5).proven_optimal

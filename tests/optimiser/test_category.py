"""One category from a first answer to a proof, where the easy ways do not do."""

from dataclasses import replace

import numpy as np
import pytest

from optimiser import category
from optimiser.grouping import group_category
from optimiser.lots import net_benefit
from optimiser.market import market_of
from optimiser.merging import Lots
from optimiser.problem import Problem
from tests.optimiser.instances import best_of, feasible_lot, made


def dear_company(count: int) -> Problem:
    """Like requirements of as many authorities: two of them lose together, three gain."""
    problem, _ = feasible_lot(0, count, authorities=count)
    dear = replace(
        problem.categories[0],
        elasticity=0.1,
        max_discount=0.9,
        tender_cost=0.0,
        coordination_cost=10_000.0,
    )
    same = tuple(replace(each, value=70_000.0) for each in problem.requirements)
    return replace(problem, categories=(dear,), requirements=same)


@pytest.mark.parametrize("few", [0, 15_000])
def test_three_may_gain_where_no_two_do(few: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(category, "FEW", few)
    problem = dear_company(4)
    ids = [each.id for each in problem.requirements]
    assert net_benefit(problem, ids[:2]) < 0 < net_benefit(problem, ids[:3])
    found = group_category(problem, time_limit=5)
    assert found.net_benefit == pytest.approx(best_of(problem)[0], abs=0.01)
    assert found.proven_optimal


@pytest.mark.parametrize("seed", range(30))
def test_by_prices_the_value_is_that_of_brute_force_too(seed: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(category, "FEW", 0)
    problem = made(seed, 7, authorities=3 + seed % 3)
    best = best_of(problem)[0]
    found = group_category(problem, time_limit=2)
    assert found.upper_bound >= best - 1e-6
    assert found.net_benefit <= best + 1e-6
    assert found.net_benefit == pytest.approx(best, abs=0.01)


@pytest.mark.parametrize("seed", range(30))
def test_what_a_merger_gains_is_the_difference_in_net_benefit(seed: int):
    market = market_of(made(seed, 8, authorities=4))
    lots = Lots(market)
    for _ in range(3):
        for lot in np.flatnonzero(lots.alive):
            gains = lots.gains(int(lot))
            for other in np.flatnonzero(lots.alive):
                both = sorted([*lots.members[lot], *lots.members[other]])
                if lot == other or not market.feasible(both):
                    assert np.isneginf(gains[other])
                    continue
                apart = market.net(lots.members[lot]) + market.net(lots.members[other])
                assert gains[other] == pytest.approx(market.net(both) - apart, abs=1e-6)
        gains = np.array([lots.gains(int(lot)) for lot in range(market.n)])
        gains[~lots.alive] = -np.inf
        if np.isneginf(gains).all():
            break
        a, b = divmod(int(gains.argmax()), market.n)
        lots.merge(a, b, float(gains[a, b]))


def test_a_step_that_had_no_time_is_taken_again():
    problem = made(3, 7)
    state, _ = category.step(problem, category.State(), 0, 0.0, 0.0)
    assert state.pool is None
    for stage in (1, 2):
        state, _ = category.step(problem, state, stage, 5.0, 0.0)
    assert state.value == pytest.approx(best_of(problem)[0], abs=0.01)


def test_parts_of_a_market_that_had_no_time_are_left_with_a_bound(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(category, "CROWD", 2)
    for seed in range(12):
        problem = made(seed, 7)
        state, _ = category.step(problem, category.State(), 0, 5.0, 0.0)
        state, _ = category.step(problem, state, 1, 0.0, 0.0)
        assert state.bound >= best_of(problem)[0] - 1e-6

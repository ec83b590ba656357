"""Categories of thousands of requirements: a right answer in time, and a bound that is one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from optimiser import category
from optimiser.grouping import group_category
from optimiser.lots import is_feasible, net_benefit
from optimiser.market import market_of
from optimiser.problem import Problem
from optimiser.timing import Deadline
from optimiser.vast import filled, vast_bound
from tests.optimiser.instances import best_of, feasible_lot, made


def copies(count: int, days: int = 0) -> Problem:
    """One authority with so many like requirements, each `days` after the one before."""
    problem, _ = feasible_lot(0, 1, authorities=1)
    one = replace(problem.requirements[0], value=100_000.0)
    limited = replace(
        problem.categories[0], elasticity=0.05, max_discount=0.3, max_lot_value=2e6, tender_cost=9e3
    )
    start = date(2027, 1, 1)
    return replace(
        problem,
        categories=(limited,),
        requirements=tuple(
            replace(
                one,
                id=f"R{n}",
                earliest_start=start + timedelta(days=days * n),
                latest_start=start + timedelta(days=days * n),
            )
            for n in range(count)
        ),
    )


@pytest.mark.parametrize("seed", range(80))
def test_the_bound_is_one_and_filled_lots_are_feasible(seed: int):
    problem = made(seed, 7, authorities=3 + seed % 3)
    market, best = market_of(problem), best_of(problem)[0]
    assert vast_bound(market) >= best - 1e-6
    lots = [[market.ids[i] for i in lot] for lot in filled(market, Deadline.after(10))]
    assert all(is_feasible(problem, lot) for lot in lots)
    assert len({each for lot in lots for each in lot}) == sum(map(len, lots))
    assert 0 <= sum(net_benefit(problem, lot) for lot in lots) <= best + 1e-6


def test_ten_thousand_requirements_of_one_authority_are_grouped_and_proven():
    found = group_category(copies(10_000), time_limit=20)
    assert found.proven_optimal
    assert len(found.lots) == 500
    assert found.net_benefit > 0


def test_thousands_of_which_no_two_can_meet_are_proven_to_stay_alone():
    found = group_category(copies(4_000, days=1), time_limit=20)
    assert (found.lots, found.net_benefit, found.upper_bound) == ((), 0.0, 0.0)


def test_without_time_nobody_shares_and_the_bound_is_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(category, "VAST", 3)
    problem = made(5, 7)
    found = group_category(problem, time_limit=0.0)
    assert found.net_benefit <= best_of(problem)[0] <= found.upper_bound + 1e-6

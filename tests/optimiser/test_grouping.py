"""The optimiser against brute force, and the laws that any right answer obeys."""

import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from optimiser import category as steps
from optimiser import packing
from optimiser.answers import Progress
from optimiser.blocks import Blocks, Proof
from optimiser.building import Builder
from optimiser.ceiling import ceiling_prices, wide_bound
from optimiser.diving import Dive
from optimiser.grouping import group, group_category
from optimiser.lots import is_feasible
from optimiser.market import market_of
from optimiser.problem import Problem, Reach
from optimiser.sketching import Sketch
from optimiser.tariff import Tariff
from optimiser.timing import Deadline
from tests.optimiser.brute import best, made

SOME, MANY = range(120), range(1000, 3000)
ROAD = {
    # How small a market must be for its lots all to be listed, for lots to be searched to the
    # last one, and for branches to be left to the solver: every road on small problems.
    "all lots listed": {"FEW": 15_000, "CROWD": 90, "SMALL": 1_200},
    "prices, then the list": {"FEW": 0, "CROWD": 90, "SMALL": 1_200},
    "own branching": {"FEW": 0, "CROWD": 90, "SMALL": 2},
}


@pytest.fixture
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    sizes = ROAD[request.param]
    monkeypatch.setattr(steps, "FEW", sizes["FEW"])
    monkeypatch.setattr(steps, "CROWD", sizes["CROWD"])
    monkeypatch.setattr(packing, "SMALL", sizes["SMALL"])
    return str(request.param)


def held_to_account(seed: int, road: str) -> None:
    """A whole answer is brute force's, with a bound that is its proof."""
    problem = made(seed, 5 + seed % 4)
    truth = best(problem)
    found = group_category(problem, time_limit=30)
    assert all(is_feasible(problem, lot) for lot in found.lots)
    assert found.net_benefit <= truth + 0.01
    assert found.upper_bound >= truth - 1e-6
    assert found.net_benefit == pytest.approx(truth, abs=0.01)
    assert found.proven_optimal


@pytest.mark.parametrize("road", list(ROAD), indirect=True)
@pytest.mark.parametrize("part", range(8))
def test_the_value_is_that_of_brute_force(part: int, road: str):
    for seed in SOME[part::8]:
        held_to_account(seed, road)


def priced_and_dived(seed: int) -> None:
    """A large market's prices hold for every lot, early and late, and its answers are feasible."""
    problem = made(seed, 5 + seed % 4)
    truth, market = best(problem), market_of(problem)
    lots = [
        lot
        for size in range(2, market.n + 1)
        for lot in combinations(range(market.n), size)
        if market.feasible(lot)
    ]
    later, blocks = Deadline.after(30), Blocks(market)
    guess = np.random.default_rng(seed).uniform(0.0, 30_000.0, market.n)
    tariff = Tariff(blocks, ceiling_prices(market), later)
    tariff.pi = tariff.centre = Sketch(tariff).run(later)
    for _ in range(3):
        tariff.search(later, 2)
        tariff.tighten(later, 1)
    early = blocks.proof(guess, blocks.excess(guess, later))
    ceiling = Proof(ceiling_prices(market), wide_bound(market))
    for proof in (early, ceiling, tariff.proof):
        assert proof.bound >= truth - 1e-6
        for lot in lots:
            assert market.net(lot) <= proof.pi[list(lot)].sum() + 1e-6
    rows = Dive(tariff).run(later)
    assert all(market.feasible(np.flatnonzero(row).tolist()) for row in rows)
    assert rows.sum(axis=0).max(initial=0) <= 1
    rows = Builder(market, tariff.pi).built(~rows.any(axis=0), 0.005, later)
    assert all(market.feasible(np.flatnonzero(row).tolist()) for row in rows)


def test_prices_of_a_large_market_hold_for_every_lot():
    for seed in SOME:
        priced_and_dived(seed)


@pytest.mark.prove
def test_prices_of_thousands_of_markets_hold_for_every_lot():
    for seed in MANY:
        priced_and_dived(seed)


@pytest.mark.prove
@pytest.mark.parametrize("road", list(ROAD), indirect=True)
@pytest.mark.parametrize("part", range(10))
def test_thousands_of_values_are_those_of_brute_force(part: int, road: str):
    for seed in MANY[part::10]:
        held_to_account(seed, road)


@pytest.mark.parametrize("road", list(ROAD), indirect=True)
def test_with_hardly_any_time_the_bound_is_still_one(road: str):
    for seed in SOME[::6]:
        problem = made(seed, 8)
        found = group_category(problem, time_limit=random.Random(seed).choice([0.0, 0.01, 0.05]))
        truth = best(problem)
        assert found.net_benefit - 0.01 <= truth <= found.upper_bound + 1e-6
        assert all(is_feasible(problem, lot) for lot in found.lots)


def test_the_crudest_bound_is_one():
    for seed in SOME:
        problem = made(seed, 6)
        assert wide_bound(market_of(problem)) >= best(problem) - 1e-6


def test_the_market_knows_the_same_rules_as_the_lots():
    for seed in SOME:
        problem, rng = made(seed, 8), random.Random(seed)
        market = market_of(problem)
        for _ in range(30):
            lot = rng.sample(range(8), rng.randrange(2, 5))
            ids = sorted(market.ids[i] for i in lot)
            assert market.feasible(lot) == is_feasible(problem, ids), (seed, ids)
            if len(lot) == 2:
                assert market.compatible[lot[0], lot[1]] == is_feasible(problem, ids), (seed, ids)


def test_permuting_the_input_changes_nothing():
    for seed in SOME[:30]:
        problem = made(seed, 8)
        turned = Problem(
            tuple(reversed(problem.requirements)),
            problem.categories,
            tuple(reversed(problem.authorities)),
            problem.neighbours,
            problem.exclusions,
        )
        assert group(problem, time_limit=20).lots == group(turned, time_limit=20).lots


def test_an_incompatibility_more_never_raises_the_value():
    for seed in SOME[:60]:
        problem = made(seed, 8)
        pair = frozenset(problem.authorities[n].code for n in (0, 1))
        barred = replace(problem, exclusions=problem.exclusions | {(pair, "")})
        before = group_category(problem, time_limit=20).net_benefit
        assert group_category(barred, time_limit=20).net_benefit <= before + 0.01


def scaled(problem: Problem, by: float) -> Problem:
    category = problem.categories[0]
    cap = category.max_lot_value
    return replace(
        problem,
        requirements=tuple(replace(r, value=r.value * by) for r in problem.requirements),
        categories=(
            replace(
                category,
                tender_cost=category.tender_cost * by,
                coordination_cost=category.coordination_cost * by,
                max_lot_value=None if cap is None else cap * by,
            ),
        ),
    )


@pytest.mark.parametrize("by", [1024.0, 0.0009765625])
def test_scaling_all_money_scales_the_value(by: float):
    for seed in SOME[:60]:
        problem = made(seed, 8)
        before = group_category(problem, time_limit=20).net_benefit
        after = group_category(scaled(problem, by), time_limit=20).net_benefit
        assert after == pytest.approx(before * by, rel=1e-6, abs=0.01)


def test_without_leverage_nobody_shares_for_more_than_a_tender_costs():
    for seed in SOME[:60]:
        problem = made(seed, 8)
        policy = replace(
            problem.categories[0], elasticity=0.0, tender_cost=5_000.0, coordination_cost=6_000.0
        )
        found = group_category(replace(problem, categories=(policy,)), time_limit=20)
        for lot in found.lots:
            assert len({problem.requirement_by_id[each].authority for each in lot}) == 1


def test_a_grouping_adds_up_its_categories():
    problem = made(4, 6)
    seen: list[Progress] = []
    found = group(problem, time_limit=20, on_progress=seen.append)
    assert found.net_benefit == pytest.approx(best(problem), abs=0.01)
    assert found.lots == found.categories[0].lots
    assert seen[-1].categories_done == seen[-1].categories == 1


def test_a_category_stops_when_asked():
    found = group_category(made(5, 8), time_limit=20, should_stop=lambda: True)
    assert found.upper_bound >= best(made(5, 8)) - 1e-6


def crowded(count: int, authorities: int, *, apart: bool = False) -> Problem:
    """Many requirements, all alike; or all authorities apart."""
    base = made(0, 2)
    codes = [f"A{n:05d}" for n in range(authorities)]
    like = replace(base.requirements[0], value=50_000.0, accepts={}, max_partners=None)
    policy = replace(
        base.categories[0], elasticity=0.05, max_discount=0.2, tender_cost=9_000.0,
        coordination_cost=2_000.0, max_lot_value=600_000.0, max_authorities=None,
        reach=Reach.NEIGHBOUR if apart else Reach.ANYWHERE,
    )  # fmt: skip
    return Problem(
        tuple(
            replace(like, id=f"R{n:06d}", authority=codes[n % authorities]) for n in range(count)
        ),
        (policy,),
        tuple(replace(base.authorities[0], code=code) for code in codes),
        frozenset(),
        frozenset(),
    )


@pytest.mark.prove
@pytest.mark.parametrize(
    "problem",
    [
        crowded(100_000, 330),
        crowded(10_000, 1),
        crowded(5_000, 5_000),
        crowded(5_000, 5_000, apart=True),
    ],
    ids=["identical", "one authority", "all compatible", "nothing compatible"],
)
def test_a_crowd_is_answered_within_the_limit_and_two_seconds(problem: Problem):
    began = time.monotonic()
    found = group(problem, time_limit=20)
    assert time.monotonic() - began < 22
    assert found.upper_bound >= found.net_benefit
    assert all(is_feasible(problem, lot) for lot in found.lots[:50])


@pytest.mark.shared
@pytest.mark.parametrize("family", ["books", "staff", "care", "mixed"])
def test_the_referee_accepts_the_answer(family: str, shared: Path, tmp_path: Path):
    from optimiser.reading import read_problem

    tools = shared / "lot-grouping"
    where = tmp_path / "instance"
    made_by = [sys.executable, tools / "make.py", family, where]
    subprocess.run([*made_by, "--authorities", "16", "--categories", "5"], check=True)
    found = group(read_problem(where), time_limit=6)
    answer = tmp_path / "answer.json"
    answer.write_text(
        json.dumps(
            {
                "lots": found.lots,
                "net_benefit": found.net_benefit,
                "upper_bound": found.upper_bound,
            }
        )
    )
    verdict = subprocess.run(
        [sys.executable, tools / "check.py", where, answer], capture_output=True, text=True
    )
    assert verdict.returncode == 0, verdict.stdout


def test_a_part_of_a_large_market_that_gets_no_time_is_left_for_later(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(steps, "CROWD", 3)
    problem = made(8, 8)
    state, seconds = steps.step(problem, steps.State(), 0, 5.0, 0.0)
    assert seconds >= 0
    for stage, limit in ((1, 0.0), (1, 0.001), (2, 0.0), (2, 2.0)):
        state, _ = steps.step(problem, state, stage, limit, 0.0)
        assert state.value - 0.01 <= best(problem) <= state.bound + 1e-6

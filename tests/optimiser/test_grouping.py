"""The optimiser against brute force: every partition of small problems."""

import random
from collections.abc import Iterator
from datetime import date

import pytest

from optimiser.answers import Progress
from optimiser.category import wide_bound
from optimiser.grouping import group, group_category
from optimiser.lots import is_feasible, net_benefit
from optimiser.market import market_of
from optimiser.problem import Authority, Category, Problem, Reach, Requirement


def made(seed: int, size: int) -> Problem:
    rng = random.Random(seed)
    codes = [f"A{n}" for n in range(5)]
    category = Category(
        "1",
        rng.choice([0.0, 0.03, 0.1]),
        rng.choice([0.05, 0.3]),
        rng.choice([0.0, 10_000.0]),
        rng.choice([1_000.0, 20_000.0]),
        rng.choice([None, 900_000.0]),
        rng.choice([None, 3]),
        rng.choice(list(Reach)),
    )
    requirements = tuple(
        Requirement(
            f"R{n}",
            rng.choice(codes),
            "1",
            float(rng.randrange(20_000, 500_000)),
            date(2027, rng.randrange(1, 8), 1),
            date(2027, rng.randrange(8, 13), 1),
            {"spec": frozenset(rng.sample("abc", rng.randrange(1, 4)))},
            rng.choice([None, None, 1, 2]),
        )
        for n in range(size)
    )
    pairs = [frozenset((a, b)) for a in codes for b in codes if a < b]
    return Problem(
        requirements,
        (category,),
        tuple(Authority(code, code, rng.choice("NS")) for code in codes),
        frozenset(rng.sample(pairs, 6)),
        frozenset((pair, "") for pair in rng.sample(pairs, 1)),
    )


def partitions(ids: list[str]) -> Iterator[list[list[str]]]:
    if not ids:
        yield []
        return
    for rest in partitions(ids[1:]):
        yield [[ids[0]], *rest]
        for place in range(len(rest)):
            yield [*rest[:place], [ids[0], *rest[place]], *rest[place + 1 :]]


def best(problem: Problem) -> float:
    feasible: dict[tuple[str, ...], bool] = {}

    def good(lot: list[str]) -> bool:
        key = tuple(lot)
        if key not in feasible:
            feasible[key] = is_feasible(problem, key)
        return feasible[key]

    return max(
        sum(net_benefit(problem, lot) for lot in split)
        for split in partitions([r.id for r in problem.requirements])
        if all(good(lot) for lot in split)
    )


@pytest.mark.parametrize("seed", range(60))
def test_the_value_is_that_of_brute_force_and_the_bound_is_one(seed: int):
    problem = made(seed, 6)
    found = group_category(problem, time_limit=20)
    truth = best(problem)
    assert found.net_benefit == pytest.approx(truth, abs=0.01)
    assert found.upper_bound >= truth - 1e-6
    assert wide_bound(market_of(problem)) >= truth - 1e-6
    assert found.proven_optimal
    assert all(is_feasible(problem, lot) for lot in found.lots)


@pytest.mark.parametrize("seed", range(10))
def test_without_time_the_bound_is_still_one(seed: int):
    problem = made(seed, 7)
    found = group_category(problem, time_limit=0.0)
    assert found.upper_bound >= best(problem) - 1e-6


def test_permuting_the_input_changes_nothing():
    problem = made(3, 8)
    turned = Problem(
        tuple(reversed(problem.requirements)),
        problem.categories,
        problem.authorities,
        problem.neighbours,
        problem.exclusions,
    )
    assert group_category(problem, time_limit=20).lots == group_category(turned, time_limit=20).lots


def test_a_grouping_adds_up_its_categories():
    problem = made(4, 6)
    seen: list[Progress] = []
    found = group(problem, time_limit=20, on_progress=seen.append)
    assert found.net_benefit == pytest.approx(best(problem), abs=0.01)
    assert found.lots == found.categories[0].lots
    assert seen[-1].categories_done == seen[-1].categories == 1

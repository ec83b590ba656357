"""Why a requirement is where it is, against every grouping of small problems."""

import random
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from optimiser import category
from optimiser.explaining import explain
from optimiser.insistence import Cost
from optimiser.limits import Relaxation, months_from, relaxations
from optimiser.lots import faults_of, net_benefit
from optimiser.problem import Problem
from tests.optimiser.instances import Lots, best_of, feasible_lot, groupings, made


def case(seed: int, size: int = 6) -> tuple[Problem, Lots, str]:
    # Whoever has no requirement in the category has no exclusion that could matter in it.
    problem = made(seed, size, authorities=3 + seed % 3).of_category("1")
    requirement = random.Random(seed).choice(problem.requirements).id
    return problem, best_of(problem)[1], requirement


@cache
def case_and_rises(seed: int) -> tuple[Problem, Lots, str, list[tuple[Relaxation, float]]]:
    """A case, with each limit relaxed, and by how much the best grouping then is better."""
    problem, lots, requirement = case(seed)
    best = best_of(problem)[0]
    limits = relaxations(problem, requirement)
    rises = [(each, best_of(each.problem)[0] - best) for each in limits]
    return problem, lots, requirement, rises


@cache
def hold_to_brute_force(seed: int) -> tuple[Cost, ...]:
    problem, lots, requirement, rises = case_and_rises(seed)
    found = explain(problem, lots, requirement, seconds=60).insistence
    for cost, (relaxed, rise) in zip(found, rises, strict=True):
        assert (cost.limit, cost.was, cost.becomes) == (relaxed.limit, relaxed.was, relaxed.becomes)
        assert cost.gain == pytest.approx(rise, abs=0.02), cost
        assert cost.gain_at_most == pytest.approx(rise, abs=0.02), cost
    return found


@pytest.mark.parametrize("seed", range(40))
def test_each_limit_costs_what_brute_force_says(seed: int):
    hold_to_brute_force(seed)


@pytest.mark.parametrize("seed", range(20))
def test_each_limit_is_bracketed_where_lots_are_too_many_to_list(
    seed: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(category, "FEW", 0)
    problem, lots, requirement, rises = case_and_rises(seed)
    found = explain(problem, lots, requirement, seconds=2).insistence
    for cost, (_, rise) in zip(found, rises, strict=True):
        assert cost.gain <= rise + 0.02
        assert cost.gain_at_most >= rise - 0.02


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(1000, 2500))
def test_each_limit_of_thousands_costs_what_brute_force_says(seed: int):
    hold_to_brute_force(seed)


def test_the_instances_hold_limits_with_and_without_a_cost():
    costs = [cost for seed in range(40) for cost in hold_to_brute_force(seed)]
    for kind in ("earliest_start", "latest_start", "accepts", "exclusion"):
        gains = [cost.gain for cost in costs if cost.limit.startswith(kind)]
        assert any(gain > 100 for gain in gains), kind
        assert any(gain < 0.01 for gain in gains), kind


def test_a_limit_on_partners_costs_what_the_larger_lot_would_bring():
    problem, lot = feasible_lot(0, 4, authorities=4)
    shy = replace(problem.requirements[1], max_partners=1)
    whole = net_benefit(problem, lot)
    problem = replace(
        problem, requirements=(problem.requirements[0], shy, *problem.requirements[2:])
    )
    best, lots = best_of(problem)
    found = explain(problem, lots, shy.id, seconds=60).insistence
    (cost,) = [each for each in found if each.limit == "max_partners"]
    assert (cost.was, cost.becomes) == ("1", "")
    assert whole - best > 100
    assert cost.gain == pytest.approx(whole - best, abs=0.02)
    assert cost.gain_at_most == pytest.approx(whole - best, abs=0.02)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("seconds", [0.0, 0.02])
def test_without_time_the_brackets_are_wider_and_still_hold(seed: int, seconds: float):
    problem, lots, requirement, rises = case_and_rises(seed)
    found = explain(problem, lots, requirement, seconds=seconds)
    for cost, (_, rise) in zip(found.insistence, rises, strict=True):
        assert cost.gain <= rise + 0.02
        assert cost.gain_at_most >= rise - 0.02


@pytest.mark.parametrize("seed", range(20))
def test_of_a_poor_solution_the_brackets_hold_too(seed: int):
    problem, _, requirement, rises = case_and_rises(seed)
    worth, poor = groupings(problem)[-1]
    assert worth <= 0
    for seconds in (0.0, 60.0):
        found = explain(problem, poor, requirement, seconds=seconds)
        for cost, (_, rise) in zip(found.insistence, rises, strict=True):
            assert cost.gain_at_most >= rise - 0.02
            assert 0 <= cost.gain <= cost.gain_at_most


@pytest.mark.parametrize("seed", range(20))
def test_an_alternative_says_what_the_move_changes_and_each_rule_that_bars_it(seed: int):
    problem, lots, requirement = case(seed)
    found = explain(problem, lots, requirement, seconds=0)
    before = sum(net_benefit(problem, lot) for lot in lots)
    own = next(lot for lot in lots if requirement in lot)
    assert found.lot == own
    assert {each.lot for each in found.alternatives} == set(lots) - {own}
    changes = [each.change for each in found.alternatives]
    assert changes == sorted(changes, reverse=True)
    for each in found.alternatives:
        rest = [lot for lot in lots if lot not in (own, each.lot)]
        left = tuple(one for one in own if one != requirement)
        after = [*rest, (*each.lot, requirement), *([left] if left else [])]
        total = sum(net_benefit(problem, lot) for lot in after)
        assert each.change == pytest.approx(total - before, abs=1e-6)
        assert each.barred_by == faults_of(problem, (*each.lot, requirement))
        assert each.barred_by or each.change <= 0.01


@pytest.mark.parametrize("seed", range(10))
def test_worth_to_the_lot_is_what_the_lot_loses_without_it(seed: int):
    problem, lots, requirement = case(seed)
    found = explain(problem, lots, requirement, seconds=0)
    rest = [each for each in found.lot if each != requirement]
    worth = net_benefit(problem, found.lot) - net_benefit(problem, rest)
    assert found.worth_to_lot == pytest.approx(worth)


def test_lots_of_other_categories_and_of_one_need_not_be_named():
    problem, lots, requirement = case(4)
    joint = [lot for lot in lots if len(lot) > 1]
    assert explain(problem, joint, requirement) == explain(problem, lots, requirement)


def test_a_requirement_nobody_could_join_has_no_limit_that_costs_anything():
    problem = made(1, 1)
    found = explain(problem, [], problem.requirements[0].id)
    assert (found.alternatives, found.worth_to_lot) == ((), 0.0)
    assert all(cost.gain == cost.gain_at_most == 0 for cost in found.insistence)


def test_a_window_opened_further_costs_no_less():
    problem, lots, requirement = case(11)
    found = explain(problem, lots, requirement, seconds=60).insistence
    for end in ("earliest_start", "latest_start"):
        gains = [cost.gain for cost in found if cost.limit == end]
        assert len(gains) == 3
        assert gains == sorted(gains)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2027, 3, 15), -6, date(2026, 9, 15)),
        (date(2027, 1, 1), -1, date(2026, 12, 1)),
        (date(9999, 12, 1), 1, date.max),
        (date(1, 1, 15), -1, date.min),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, then: date):
    assert months_from(day, months) == then


def test_an_exclusion_is_lifted_in_every_form_it_has():
    problem, _, requirement = case(3)
    one = problem.requirement_by_id[requirement]
    other = next(a.code for a in problem.authorities if a.code != one.authority)
    pair = frozenset((one.authority, other))
    twice = replace(problem, exclusions=frozenset({(pair, ""), (pair, "1"), (pair, "2")}))
    (lifted,) = [each for each in relaxations(twice, requirement) if each.limit == "exclusion"]
    assert lifted.problem.exclusions == {(pair, "2")}

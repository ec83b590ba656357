"""How a lot's benefit is divided, against every order, every set and every constraint."""

from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np
import pulp
import pytest

from optimiser import blocking
from optimiser.blocking import most_to_gain
from optimiser.coalitions import game_of
from optimiser.core import nearest_in_core, tolerance_of
from optimiser.lots import net_benefit
from optimiser.problem import Problem
from optimiser.shapley import estimated, exact
from optimiser.sharing import LotShares, share, share_lot
from tests.optimiser.instances import feasible_lot

Worth = dict[frozenset[str], float]


def worth_of_all(problem: Problem, lot: Sequence[str]) -> Worth:
    """w(S) by the words of the definition."""
    owner = {each: problem.requirement_by_id[each].authority for each in lot}
    authorities = sorted(set(owner.values()))
    found = {frozenset[str](): 0.0}
    for size in range(1, len(authorities) + 1):
        for members in combinations(authorities, size):
            part = [each for each in lot if owner[each] in members]
            found[frozenset(members)] = max(0.0, net_benefit(problem, part))
    found[frozenset(authorities)] = net_benefit(problem, lot)
    return found


def shapley_by_orders(worth: Worth) -> dict[str, float]:
    authorities = sorted(max(worth, key=len))
    orders = list(permutations(authorities))
    total = dict.fromkeys(authorities, 0.0)
    for order in orders:
        for place, each in enumerate(order):
            total[each] += worth[frozenset(order[: place + 1])] - worth[frozenset(order[:place])]
    return {each: sum_ / len(orders) for each, sum_ in total.items()}


def by_linear_programme(
    worth: Worth, target: dict[str, float], short: float | None
) -> tuple[float, dict[str, float]] | None:
    """With every constraint: the least distance from target; without `short`: the least short."""
    whole = max(worth, key=len)
    unit = max(1.0, abs(worth[whole]))
    model = pulp.LpProblem("all", pulp.LpMinimize)
    x = {each: model.add_variable(f"x_{each}") for each in sorted(whole)}
    goal = model.add_variable("goal")
    model.setObjective(goal)
    model.addConstraint(pulp.lpSum(x.values()) == worth[whole] / unit)
    for members, value in worth.items():
        if members and members != whole:
            slack = goal if short is None else short / unit
            model.addConstraint(pulp.lpSum(x[k] for k in members) + slack >= value / unit)
    if short is not None:
        for each, share_ in target.items():
            model.addConstraint(x[each] - goal <= share_ / unit)
            model.addConstraint(x[each] + goal >= share_ / unit)
    model.solve(pulp.HiGHS(msg=False, threads=1, primal_feasibility_tolerance=1e-10))
    if model.sol_status != pulp.LpSolutionOptimal:
        return None
    return float(goal.value()) * unit, {each: float(x[each].value()) * unit for each in x}


def most_that_any_set_gains(worth: Worth, division: dict[str, float]) -> float:
    whole = max(worth, key=len)
    return max(
        value - sum(division[each] for each in members)
        for members, value in worth.items()
        if members and members != whole
    )


def hold_to_brute_force(problem: Problem, lot: Sequence[str]) -> LotShares:
    found, worth = share_lot(problem, lot), worth_of_all(problem, lot)
    whole = net_benefit(problem, lot)
    close = max(1e-6, 1e-7 * max(abs(value) for value in worth.values()))
    fair = {each.authority: each.shapley for each in found.authorities}
    stable = {each.authority: each.stable for each in found.authorities}
    assert fair == pytest.approx(shapley_by_orders(worth), abs=close)
    assert sum(fair.values()) == pytest.approx(whole, abs=close)
    assert sum(stable.values()) == pytest.approx(whole, abs=close)
    if len(fair) == 1:
        assert (found.blocking, found.core_is_empty) == (None, False)
        return found
    gain = most_that_any_set_gains(worth, fair)
    if found.blocking is None:
        assert gain <= close
    else:
        leavers = frozenset(found.blocking.authorities)
        assert found.blocking.gain == pytest.approx(gain, abs=close)
        assert worth[leavers] - sum(fair[each] for each in leavers) == pytest.approx(
            gain, abs=close
        )
    least = by_linear_programme(worth, fair, None)
    assert least is not None
    assert found.core_is_empty == (least[0] > close)
    short = max(0.0, least[0]) + close / 10
    assert most_that_any_set_gains(worth, stable) <= short + close
    nearest = by_linear_programme(worth, fair, short if found.core_is_empty else close / 10)
    assert nearest is not None
    apart = max(abs(stable[each] - fair[each]) for each in fair)
    # Where the core is a sliver, a hair more room moves the nearest point by many hairs.
    assert apart <= nearest[0] + 1e3 * close
    return found


@pytest.mark.parametrize("seed", range(150))
def test_each_division_is_that_of_brute_force(seed: int):
    authorities = 1 + seed % 6
    problem, lot = feasible_lot(seed, authorities + 1 + seed % 3, authorities=authorities)
    hold_to_brute_force(problem, lot)


def test_the_instances_hold_every_case():
    found = [
        share_lot(*feasible_lot(seed, 7 + seed % 3, authorities=5 + seed % 2)) for seed in range(60)
    ]
    assert any(each.core_is_empty for each in found)
    assert any(each.blocking and not each.core_is_empty for each in found)
    assert any(each.blocking is None and each.net_benefit > 0 for each in found)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(1000, 4000))
def test_each_of_thousands_of_divisions_is_that_of_brute_force(seed: int):
    authorities = 2 + seed % 5
    problem, lot = feasible_lot(seed, authorities + seed % 4, authorities=authorities)
    if len(lot) > 1:
        hold_to_brute_force(problem, lot)


@pytest.mark.parametrize("seed", range(12))
def test_branch_and_bound_finds_the_set_that_looking_at_all_finds(
    seed: int, monkeypatch: pytest.MonkeyPatch
):
    problem, lot = feasible_lot(seed, 14, authorities=11)
    game = game_of(problem, lot)
    values = exact(game)
    for shares in (values, np.full(game.size, game.whole / game.size), values[::-1].copy()):
        precise = tolerance_of(game)
        looked = most_to_gain(game, shares, precise)
        with monkeypatch.context() as patch:
            patch.setattr(blocking, "ALL_SETS", 0)
            searched = most_to_gain(game, shares, precise)
        if looked is None:
            assert searched is None
        else:
            assert searched is not None
            assert searched.gain <= looked.gain + precise <= searched.gain_at_most + 2 * precise


@pytest.mark.parametrize("seed", range(12))
def test_the_nearest_division_is_the_same_by_branch_and_bound(
    seed: int, monkeypatch: pytest.MonkeyPatch
):
    problem, lot = feasible_lot(seed, 10, authorities=8)
    game = game_of(problem, lot)
    values = exact(game)
    by_all = nearest_in_core(game, values)
    monkeypatch.setattr(blocking, "ALL_SETS", 0)
    by_search = nearest_in_core(game, values)
    close = 20 * tolerance_of(game)
    assert by_search.core_is_empty == by_all.core_is_empty
    assert by_search.short == pytest.approx(by_all.short, abs=close)
    apart = np.abs(by_all.shares - values).max()
    assert np.abs(by_search.shares - values).max() == pytest.approx(apart, abs=1e3 * close)


@pytest.mark.parametrize("seed", range(6))
def test_an_estimate_is_as_near_as_it_says(seed: int):
    problem, lot = feasible_lot(seed, 14, authorities=12)
    game = game_of(problem, lot)
    found = estimated(game)
    # Of six seeds times twelve authorities, none is more than five standard errors off.
    assert np.abs(found.values - exact(game)).max() <= 5 * found.error + 1e-6
    assert found.values.sum() == pytest.approx(game.whole, abs=1e-6 * abs(game.whole))


def test_above_16_authorities_the_error_is_stated_and_small():
    problem, lot = feasible_lot(2, 30, authorities=24)
    found = share_lot(problem, lot)
    assert 0 < found.shapley_error <= 0.005 * found.net_benefit
    assert sum(each.shapley for each in found.authorities) == pytest.approx(found.net_benefit)
    assert sum(each.stable for each in found.authorities) == pytest.approx(found.net_benefit)


def test_the_same_lot_is_divided_in_the_same_way_whatever_the_order():
    problem, lot = feasible_lot(5, 26, authorities=20)
    again = share_lot(problem, lot[::-1])
    assert again.authorities == share_lot(problem, lot).authorities


def test_own_price_savings_are_the_saving_of_the_lot_before_costs():
    problem, lot = feasible_lot(9, 8, authorities=5)
    found = share_lot(problem, lot)
    category = problem.categories[0]
    saving = sum(each.own_price_saving for each in found.authorities)
    costs = category.coordination_cost * 4 - category.tender_cost * 7
    assert saving - costs == pytest.approx(found.net_benefit)


def test_only_joint_lots_are_divided_and_each_is_told():
    problem, lot = feasible_lot(1, 6, authorities=4)
    told: list[tuple[int, int]] = []
    found = share(
        problem,
        [lot[:3], lot[3:4], lot[4:]],
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert [each.lot for each in found] == [lot[:3], lot[4:]]
    assert told == [(1, 2), (2, 2)]

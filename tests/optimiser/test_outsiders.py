"""Who nearly joined a lot and how it would be split, against what says the same by other means."""

from itertools import combinations

import pytest

from optimiser.explaining import explain
from optimiser.lots import members_of, net_benefit
from optimiser.outsiders import outsiders
from optimiser.splitting import Splits, splits
from tests.optimiser.instances import best_of, made


@pytest.mark.parametrize("seed", range(6))
def test_an_outsider_says_what_explaining_it_says(seed):
    problem = made(seed, 7, authorities=5).of_category("1")
    lots = best_of(problem)[1]
    for lot in lots:
        for each in outsiders(problem, lots, lot, 99):
            explained = explain(problem, lots, each.requirement, seconds=0.01)
            (same,) = [other for other in explained.alternatives if set(other.lot) == set(lot)]
            assert each.change == pytest.approx(same.change)
            assert each.barred_by == same.barred_by


def test_the_best_outsiders_come_first_and_no_more_than_asked():
    problem = made(3, 8, authorities=6).of_category("1")
    lot = (problem.requirements[0].id,)
    found = outsiders(problem, [], lot, 3)
    every = outsiders(problem, [], lot, 99)
    assert found == every[:3]
    assert [each.change for each in every] == sorted((e.change for e in every), reverse=True)


def lot_of(count: int, seed: int = 1):
    problem = made(seed, count, authorities=count).of_category("1")
    one_each = {each.authority: each.id for each in problem.requirements}
    return problem, sorted(one_each.values())


def split_of(problem, lot) -> Splits:
    found = splits(problem, lot)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_split_into_two_joint_lots_costs_less_than_the_cheapest(seed):
    problem, lot = lot_of(9, seed)
    owners = {member.id: member.authority for member in members_of(problem, lot)}
    whole, least = net_benefit(problem, lot), float("inf")
    for size in range(2, len(lot) - 1):
        for part in combinations(lot, size):
            rest = [each for each in lot if each not in part]
            worth = max(0.0, net_benefit(problem, part)) + max(0.0, net_benefit(problem, rest))
            least = min(least, whole - worth)
    found = split_of(problem, lot)
    assert found.complete
    assert found.cheapest.cost == pytest.approx(least)
    one, other = found.cheapest.parts
    assert sorted((*one, *other)) == sorted(owners.values())
    assert found.cheapest.values[0] >= found.cheapest.values[1]
    assert found.even.cost >= found.cheapest.cost - 0.01


def test_a_lot_too_large_for_every_split_is_cut_along_its_volume():
    problem, lot = lot_of(30)
    found = split_of(problem, lot)
    assert not found.complete
    assert all(len(part) >= 2 for part in found.cheapest.parts)
    assert found.cheapest.cost <= found.even.cost + 0.01


def test_one_authority_has_nothing_to_split():
    problem = made(1, 8, authorities=3).of_category("1")
    mine = problem.requirements[0].authority
    assert splits(problem, [r.id for r in problem.requirements if r.authority == mine]) is None

"""The sums of a business case: to the penny, and as the formulas say."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from marketplace.cases.sums import (
    Assumptions,
    Part,
    discount_of,
    payback_year,
    present_value,
    spread,
    tornado,
    work_out,
    year_weights,
)

D = Decimal
USUAL = Assumptions(D("0.08"), D("0.3"), D(12_000), D(3_000), D(500))
THREE = (
    Part("Aldgate", D(400_000), 48),
    Part("Barbican", D(150_000), 30),
    Part("Chelsea", D(90_000), 12),
)
ENDS = (D("0.03"), D("0.12"))

pence = some.decimals(min_value="0.01", max_value="9000000", places=2)
parts = some.lists(
    some.builds(Part, some.text(max_size=3), pence, some.integers(1, 120)), min_size=2, max_size=6
)
costs = some.decimals(min_value=0, max_value=200_000, places=2)
shares = some.decimals(min_value="0", max_value="1", places=4)
assumed = some.builds(
    Assumptions,
    elasticity=some.decimals(min_value="0", max_value="0.5", places=4),
    max_discount=some.decimals(min_value="0", max_value="0.9", places=4),
    tender_cost=costs,
    coordination_cost=costs,
    running_cost=costs,
    rate=shares,
    volume=some.decimals(min_value="0", max_value="2", places=3),
    joining=shares,
)


@settings(max_examples=60, deadline=None)
@given(parts, assumed)
def test_what_authorities_gain_adds_up_to_the_penny(members, assumptions):
    case = work_out(members, assumptions)
    assert case.net_present_value == sum(each.present_value for each in case.benefits)
    one_off = assumptions.tender_cost + assumptions.coordination_cost * (len(members) - 1)
    assert sum(each.one_off for each in case.benefits) == one_off
    for each in case.benefits:
        gained = each.saving + each.avoided - each.one_off - each.running
        assert sum(each.flows) == gained
    whole = sum(each.saving + each.avoided - each.one_off - each.running for each in case.benefits)
    assert sum(case.flows) == whole


@settings(max_examples=60, deadline=None)
@given(parts, assumed)
def test_a_stronger_price_effect_never_makes_a_case_worse(members, assumptions):
    stronger = replace(assumptions, elasticity=assumptions.elasticity + D("0.05"))
    weak, strong = work_out(members, assumptions), work_out(members, stronger)
    # Pennies are rounded once for each year of each member.
    assert strong.net_present_value >= weak.net_present_value - D("0.01") * 12 * len(members)


@given(pence, some.lists(some.integers(1, 12).map(D), min_size=1, max_size=10))
def test_what_is_spread_adds_up_to_the_penny(amount, weights):
    found = spread(amount, weights)
    assert sum(found) == amount
    for share, weight in zip(found, weights, strict=True):
        assert abs(share - amount * weight / sum(weights)) < D("0.02")


def test_at_no_rate_the_value_is_the_sum_and_a_pound_in_a_year_is_less_than_one_today():
    flows = [D(-100), D(50), D(60)]
    assert present_value(flows, D(0)) == D(10)
    assert present_value([D(0), D("103.50")], D("0.035")) == D("100.00")


def test_a_price_falls_with_the_volume_together_and_no_further_than_the_deepest_discount():
    assert discount_of(D(100), D(200), replace(USUAL, elasticity=D(1), max_discount=D(1))) == D(
        "0.5"
    )
    assert discount_of(D(1), D(10**9), USUAL) == USUAL.max_discount
    assert discount_of(D(100), D(200), replace(USUAL, joining=D("0.3"))) == 0


def test_a_case_has_paid_for_itself_once_its_flows_stay_above_nothing():
    assert payback_year([D(-100), D(60), D(60)], D(0)) == 2
    assert payback_year([D(5), D(-10), D(10)], D(0)) == 2, "not in year 0, for it falls below again"
    assert payback_year([D(5), D(5)], D(0)) == 0
    assert payback_year([D(-5), D(1)], D(0)) is None


def test_at_the_break_even_discount_the_value_is_nothing():
    dear = replace(USUAL, running_cost=D(9_000))
    found = work_out(THREE, dear).break_even_discount
    assert found is not None
    assert found > 0
    # A deepest discount of just that, which an enormous price effect reaches for everybody.
    at_it = replace(dear, elasticity=D(50), max_discount=found)
    assert abs(work_out(THREE, at_it).net_present_value) < D(1)


def test_the_longest_bar_of_the_tornado_comes_first_and_the_price_effect_helps():
    swings = tornado(THREE, USUAL, ENDS)
    assert [each.spread for each in swings] == sorted((s.spread for s in swings), reverse=True)
    by_name = {each.name: each for each in swings}
    assert set(by_name) == {
        *("Price effect of volume", "Agreeing and running", "Cost of a tender"),
        *("Volume bought", "Share that joins"),
    }
    likely = work_out(THREE, USUAL).net_present_value
    effect = by_name["Price effect of volume"]
    assert effect.at_low < likely < effect.at_high
    assert by_name["Share that joins"].at_high == likely


@pytest.mark.parametrize(
    ("months", "weights"), [(30, [12, 12, 6]), (12, [12]), (7, [7]), (24, [12, 12])]
)
def test_the_last_year_of_a_term_has_the_months_that_are_left(months, weights):
    assert year_weights(months) == weights

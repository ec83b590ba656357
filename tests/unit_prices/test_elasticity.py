"""The elasticity of a category from points: made-up data whose elasticity is known."""

import random
from math import exp, inf, log, nan

import pytest

from marketplace.unit_prices.elasticity import Point, Prior, estimate

GOODS = Prior(0.02, 0.06, 0.10)


def market(rng: random.Random, count: int, beta: float, noise: float) -> list[Point]:
    """Lots of any volume from a hundred to a hundred thousand, at ten pounds for a thousand."""
    volumes = [exp(rng.uniform(log(100), log(100_000))) for _ in range(count)]
    return [
        Point(f"LOT-{n}", volume, 10 * (volume / 1000) ** -beta * exp(rng.gauss(0, noise)))
        for n, volume in enumerate(volumes)
    ]


@pytest.mark.parametrize(("count", "noise"), [(2, 0.25), (4, 0.25), (8, 0.15), (30, 0.3)])
def test_the_interval_holds_the_truth_nine_times_in_ten(count, noise):
    rng = random.Random(count)
    held, times = 0, 1000
    for _ in range(times):
        beta = rng.gauss(GOODS.likely, GOODS.spread)
        found = estimate(market(rng, count, beta, noise), GOODS)
        held += found.low <= beta <= found.high
    assert 0.87 <= held / times <= 0.96


@pytest.mark.parametrize("beta", [0.0, 0.06, 0.2])
def test_many_points_overrule_the_policy(beta):
    rng = random.Random(7)
    held = 0
    for _ in range(200):
        found = estimate(market(rng, 200, beta, 0.1), GOODS)
        assert found.likely == pytest.approx(beta, abs=0.02)
        assert found.weight > 0.8
        held += found.low <= beta <= found.high
    assert held > 150


def test_few_points_hardly_move_the_policy():
    points = [Point("one", 100, 20), Point("two", 120, 10)]
    found = estimate(points, GOODS)
    assert found.from_data == pytest.approx(3.8, abs=0.05)
    assert found.likely == pytest.approx(GOODS.likely, abs=0.01)


def test_more_points_narrow_the_interval():
    widths = []
    for count in (0, 3, 10, 100):
        found = estimate(market(random.Random(1), count, 0.06, 0.2), GOODS)
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == pytest.approx(GOODS.high - GOODS.low)


@pytest.mark.parametrize(
    ("points", "left_out"),
    [
        ([], 0),
        ([Point("one", 500, 9)], 0),
        ([Point("one", 500, 9), Point("two", 500, 12), Point("three", 500, 8)], 0),
        ([Point("one", 0, 9), Point("two", -4, 12), Point("three", 500, 8)], 2),
        ([Point("one", 500, 0), Point("two", 100, -1), Point("three", nan, 8)], 3),
        ([Point("one", inf, 5), Point("two", 100, inf), Point("three", 10, 8)], 2),
    ],
    ids=["none", "one", "one volume", "no volume", "no price", "endless"],
)
def test_points_that_say_nothing_leave_the_policy_as_it_is(points, left_out):
    found = estimate(points, GOODS)
    assert found.from_data is None
    assert found.weight == 0
    assert found.left_out == left_out
    assert (found.low, found.likely, found.high) == pytest.approx((0.02, 0.06, 0.10))


def test_points_in_one_line_are_not_taken_for_certain():
    line = [Point(str(n), volume, 10 * volume**-0.5) for n, volume in enumerate((100, 200, 400))]
    found = estimate(line, GOODS)
    assert found.from_data == pytest.approx(0.5)
    assert found.high > found.likely > found.low
    assert found.weight < 0.5


def test_a_policy_that_is_certain_can_still_be_moved():
    found = estimate(market(random.Random(3), 400, 0.3, 0.1), Prior(0.06, 0.06, 0.06))
    assert found.likely > 0.1


def test_prices_that_rise_with_volume_count_as_no_effect_in_a_policy():
    found = estimate(market(random.Random(5), 300, -0.2, 0.1), GOODS)
    assert found.likely < 0
    assert found.for_policy()[:2] == (0, 0)


def test_the_order_of_the_points_changes_nothing():
    points = market(random.Random(9), 12, 0.08, 0.2)
    assert estimate(points, GOODS) == estimate(points[::-1], GOODS)


def test_the_line_goes_through_the_middle_of_the_points():
    found = estimate([Point("a", 100, 20), Point("b", 400, 5)], GOODS)
    assert found.middle == pytest.approx(200)
    assert found.price_at(200, found.likely) == pytest.approx(10)

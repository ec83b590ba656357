"""An authority’s part of a case rests on its own figures and a coarse volume, and no more."""

from decimal import Decimal

import pytest

from marketplace.cases.baseline import Baseline
from marketplace.cases.own import own_case
from marketplace.cases.sums import Assumptions, Part
from marketplace.lots.volumes import coarse

GIVEN = Assumptions(Decimal("0.05"), Decimal("0.2"), Decimal(9_000), Decimal(2_000), Decimal(500))


def baseline(*values: int) -> Baseline:
    parts = tuple(
        Part(name, Decimal(value), 24) for name, value in zip("ABCD", values, strict=False)
    )
    return Baseline(parts, Decimal("0.02"), Decimal("0.05"), Decimal("0.08"), Decimal("0.2"))


def test_two_lots_whose_others_come_to_the_same_step_look_the_same():
    one = own_case(baseline(100_000, 205_000, 290_000), GIVEN, "A", sees_volume=True)
    two = own_case(baseline(100_000, 250_000, 260_000), GIVEN, "A", sees_volume=True)
    assert one == two
    assert one.volume == coarse(Decimal(495_000))
    assert one.benefit.saving > 0


@pytest.mark.parametrize("other", [1_000, 900_000])
def test_where_no_volume_may_be_shown_nothing_rests_on_it(other):
    own = own_case(baseline(100_000, other), GIVEN, "A", sees_volume=False)
    assert (own.volume, own.swings, own.benefit.saving) == (None, (), 0)
    assert own.benefit.one_off == Decimal(5_500), "an equal share of both"


def test_its_flows_come_to_its_parts_to_the_penny():
    own = own_case(baseline(123_457, 250_000, 77_777), GIVEN, "A", sees_volume=True)
    mine = own.benefit
    assert sum(mine.flows) == mine.saving + mine.avoided - mine.one_off - mine.running
    assert {each.name for each in own.swings} >= {"Volume bought", "Cost of a tender"}


def test_an_authority_outside_the_baseline_has_no_part():
    assert own_case(baseline(1_000, 2_000), GIVEN, "D", sees_volume=True) is None

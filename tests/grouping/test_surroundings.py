"""What a reviewer reads beside a proposal: the law, the market, the risk."""

from decimal import Decimal

import pytest

from marketplace import clock
from marketplace.accounts.models import OrganisationKind, Role, SupplierSize
from marketplace.categories.models import CpvKind, Tier
from marketplace.categories.risk import TABLE, risk_row
from marketplace.categories.thresholds import LIGHT_TOUCH, reached, threshold_for
from marketplace.suppliers import services as suppliers
from tests import factories


def test_parts_that_alone_stay_below_a_threshold_are_lifted_over_it_together():
    goods = threshold_for(CpvKind.SUPPLIES, light_touch=False)
    law = reached(goods, {"a": Decimal(100_000), "b": Decimal(173_100), "c": Decimal(10_000)})
    assert law.is_above
    # £173,100 with VAT is £207,720: exactly at the threshold, so above it alone.
    assert law.lifted == ("a", "c")


def test_below_the_threshold_nobody_is_lifted():
    assert threshold_for(CpvKind.SERVICES, light_touch=True) == LIGHT_TOUCH
    law = reached(LIGHT_TOUCH, {"a": Decimal(100_000), "b": Decimal(200_000)})
    assert not law.is_above
    assert law.lifted == ()


def test_works_have_their_own_threshold_whatever_the_regime():
    assert threshold_for(CpvKind.WORKS, light_touch=True).amount == 5_193_000


def proposal_page(session, sign_in, *values: int, largest=None) -> str:
    """The reviewer's page of a proposal of these values, the first of them of `largest`."""
    requirements = [
        factories.make_requirement(session, largest if place == 0 else None, value=Decimal(value))
        for place, value in enumerate(values)
    ]
    proposal = factories.make_proposal(session, requirements)
    session.commit()
    reviewer = factories.make_person(session, Role.REVIEWER)
    return sign_in(reviewer).get(f"/proposals/{proposal.id}").text


def test_the_page_counts_the_suppliers_able_to_take_the_lot(session, sign_in):
    factories.make_policy(session)
    book_trade = factories.make_cpv(session, "22110000", "Printed books")
    for largest, size in (
        (1_000_000, SupplierSize.SMALL),
        (50_000, SupplierSize.MICRO),
        (None, None),
    ):
        supplier = factories.make_organisation(session, OrganisationKind.SUPPLIER)
        suppliers.look_for_category(session, supplier, book_trade, by=None, at=clock.now())
        suppliers.describe_supplier(
            session,
            supplier,
            size=size,
            location="",
            largest_contract=Decimal(largest) if largest else None,
            by=None,
            at=clock.now(),
        )
    page = proposal_page(session, sign_in, 100_000, 150_000)
    assert "3 registered suppliers in this category" in page
    assert "1 could take it, 1 of them with fewer than 50 people" in page
    assert "1 has not said" in page
    assert "Fewer than three suppliers" in page


def test_the_page_warns_of_a_member_that_carries_the_others(session, sign_in):
    factories.make_policy(session, risk_activity="Staff agency service", tier=Tier.MEDIUM)
    largest = factories.make_organisation(session, name="Southwark")
    page = proposal_page(session, sign_in, 900_000, 50_000, 50_000, largest=largest)
    assert "Southwark brings 90% of the volume" in page
    assert "Somewhat less local give" in page
    even = proposal_page(session, sign_in, 100_000, 100_000, 100_000)
    assert "so it carries the others" not in even


@pytest.mark.shared
def test_the_risk_table_has_every_row_of_the_report_in_its_tier(shared):
    import csv

    with (shared / "report" / "risk-tiers.csv").open(encoding="utf-8") as file:
        report = {row["activity"]: row["tier"] for row in csv.DictReader(file)}
    assert {row.activity: row.tier.value for row in TABLE} == report
    assert risk_row("Something else") is None

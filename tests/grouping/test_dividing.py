"""Who gains from a lot, as the page of a proposal says it."""

import re
from decimal import Decimal

from marketplace.accounts.models import Role
from marketplace.grouping.dividing import division
from marketplace.grouping.snapshots import freeze_these
from marketplace.grouping.translate import worth_of
from tests import factories


def lot_of(session, *values: int, **policy: object):
    factories.make_policy(session, **policy)
    requirements = [
        factories.make_requirement(
            session, factories.make_organisation(session, name=name), value=Decimal(value)
        )
        for name, value in zip(("Barnet", "Brent", "Camden", "Ealing"), values, strict=False)
    ]
    session.flush()
    return requirements, freeze_these(session, requirements)


def test_both_divisions_add_up_to_the_net_benefit_of_the_lot(session):
    requirements, frozen = lot_of(session, 100_000, 200_000, 300_000, 400_000)
    references = [each.reference for each in requirements]
    found = division(frozen, references)
    whole = worth_of(frozen, references).net_benefit_likely
    assert abs(sum(part.fair for part in found.parts) - whole) <= Decimal("0.05")
    assert abs(sum(part.stable for part in found.parts) - whole) <= Decimal("0.05")
    assert found.error == 0
    assert found.parts[0].authority == "Ealing", "the largest part first"
    assert all(part.left_without < whole for part in found.parts)
    pair = min(part.left_without for part in found.parts)
    assert found.left_without_pair < pair


def test_a_group_that_would_gain_by_leaving_is_named(session):
    """Two large ones carry a third whose joining costs more than it brings."""
    requirements, frozen = lot_of(
        session, 900_000, 900_000, 1_000, tender_cost=0, coordination_cost=Decimal(20_000)
    )
    found = division(frozen, [each.reference for each in requirements])
    assert found.leaving == ("Barnet", "Brent")
    assert found.leaving_gain > 0


def test_the_page_shows_each_part_and_says_that_every_group_was_checked(session, sign_in):
    requirements, _ = lot_of(session, 100_000, 200_000, 300_000)
    proposal = factories.make_proposal(session, requirements)
    session.commit()
    reviewer = sign_in(factories.make_person(session, Role.REVIEWER))
    page = reviewer.get(f"/proposals/{proposal.id}").text
    assert "no group of these authorities would gain by leaving" in page
    table = re.search(r"Each authority alone.*?</table>", page, re.S)[0]
    assert [name for name in ("Barnet", "Brent", "Camden") if name in table] == [
        "Barnet",
        "Brent",
        "Camden",
    ]
    assert page.count('<rect class="bar"') == 3

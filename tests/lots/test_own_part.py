"""What an authority reads of its own part: costs, what it gives up, and nothing of others."""

from datetime import timedelta
from decimal import Decimal

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.lots import joining
from marketplace.lots.own_part import own_costs
from tests import factories


def test_costs_are_shared_equally_and_add_up_to_those_of_the_lot(session):
    policy = factories.make_policy(
        session, tender_cost=Decimal(12_000), coordination_cost=Decimal(3_000)
    )
    parts = [own_costs(policy, 3, requirements) for requirements in (1, 2, 1)]
    # κ·(A − 1) for agreeing and one tender, in place of four.
    assert sum(part.agreeing for part in parts) == 6_000
    assert sum(part.tender for part in parts) == 12_000
    assert sum(part.balance for part in parts) == 4 * 12_000 - 6_000 - 12_000


def test_the_page_says_what_an_authority_would_give_up_of_its_specification(session, sign_in):
    factories.make_policy(session)
    choosy, easy = (factories.make_person(session, Role.COMMISSIONER) for _ in range(2))
    members = [
        factories.make_requirement(session, choosy.organisation, accepts={"binding": ["hard"]}),
        factories.make_requirement(
            session, easy.organisation, accepts={"binding": ["hard", "soft"]}
        ),
    ]
    lot = joining.open_joining(
        session,
        factories.make_proposal(session, members),
        closes_at=clock.now() + timedelta(days=9),
        by=factories.make_person(session, Role.REVIEWER),
        at=clock.now(),
    )
    session.commit()
    page = sign_in(easy).get(f"/joining/{lot.id}").text
    assert "hard (you would give up: soft)" in page
    assert "an equal share" in page
    assert "You would give up nothing" in sign_in(choosy).get(f"/joining/{lot.id}").text

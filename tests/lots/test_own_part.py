"""What an authority reads of its own part: costs, what it gives up, and nothing of others."""

import re
from datetime import timedelta
from decimal import Decimal

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.grouping.own_share import breaks_even_at
from marketplace.grouping.snapshots import freeze_these
from marketplace.grouping.translate import savings_at
from marketplace.lots import joining
from marketplace.lots.own_part import own_costs
from tests import factories
from tests.lots.spying import bare


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


def page_beside(session, sign_in, *values: int) -> str:
    """The joining page of an authority with £150,000 beside others of these values."""
    reviewer = factories.make_person(session, Role.REVIEWER)
    person = factories.make_person(session, Role.COMMISSIONER)
    mine = factories.make_requirement(session, person.organisation, value=Decimal(150_000))
    others = [factories.make_requirement(session, value=Decimal(each)) for each in values]
    lot = factories.make_joining(session, [mine, *others], reviewer)
    session.commit()
    return bare(sign_in(person).get(f"/joining/{lot.id}").text)


def test_an_authority_sees_its_part_of_the_gain_in_three_ways_and_why_it_is_fair(session, sign_in):
    factories.make_policy(session)
    page = page_beside(session, sign_in, 200_000, 210_000, 190_000)
    assert "What you add to the lot on average over every order" in page
    assert "Nobody has reason to leave what you may get" in page
    assert "What you keep lies within the range in which nobody has reason to leave" in page
    assert "as though the others brought even parts of theirs" in page


def test_it_sees_what_is_left_if_the_one_that_brings_most_leaves_and_not_who_that_is(
    session, sign_in
):
    factories.make_policy(session)
    even = page_beside(session, sign_in, 200_000, 210_000, 190_000)
    assert "None of the others brings half of their volume" in even
    assert re.search(r"The one that brings most leaves £[\d,]+ to £[\d,]+", even)
    carried = page_beside(session, sign_in, 500_000, 60_000, 40_000)
    assert "One of the others brings at least half of their volume" in carried
    assert re.search(r"The one that brings most leaves at most £[\d,]+", carried)
    assert "Who that is, is not shown." in carried


def test_it_breaks_even_where_the_lower_price_covers_its_part_of_the_costs(session, sign_in):
    factories.make_policy(session, tender_cost=Decimal(0), coordination_cost=Decimal(4_000))
    mine = factories.make_requirement(session, value=Decimal(150_000))
    frozen, references = freeze_these(session, [mine]), [mine.reference]
    needed = breaks_even_at(frozen, references, Decimal(3_000))
    below, above = (
        savings_at(frozen, references, mine.value + needed + step)[1] for step in (-2, 0)
    )
    assert below < 3_000 <= above
    assert breaks_even_at(frozen, references, Decimal(-1)) == 0
    assert breaks_even_at(frozen, references, Decimal(149_000)) is None
    page = page_beside(session, sign_in, 200_000, 210_000, 190_000)
    assert "You break even once the others bring about £" in page

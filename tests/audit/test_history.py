"""Everybody reads what was done to their own things, and nobody what was done to others'."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.audit.chain import present_moment
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.bids.models import Bid
from marketplace.bids.playing import play_opening
from marketplace.bids.services import submit_bid
from marketplace.lots.models import Lot, LotMember, LotStatus
from marketplace.requirements.services import withdraw_requirement
from tests import factories
from tests.conftest import PLAYED, SITE_KEYS


def rows(browser) -> list[list[str]]:
    """The cells of the page's table, row by row."""
    page = browser.get("/history").text
    return [
        [
            " ".join(re.sub("<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)
        ]
        for row in re.findall(r"<tr.*?</tr>", page, re.S)[1:]
    ]


@pytest.fixture
def lot(session) -> Lot:
    """An open lot of one authority."""
    now = clock.now()
    lot = factories.make_lot(
        session,
        status=LotStatus.OPEN,
        published_at=now - timedelta(days=2),
        joining_closed_at=now - timedelta(days=2),
        deadline=now + timedelta(days=1),
    )
    requirement = factories.make_requirement(session)
    factories.name_openers(session, lot)
    session.add(
        LotMember(
            lot_id=lot.id,
            requirement_id=requirement.id,
            authority_id=requirement.authority_id,
            value=requirement.value,
        )
    )
    session.commit()
    return lot


def offer(session, lot, person) -> Bid:
    authority = session.scalars(select(LotMember.authority_id)).one()
    submit_bid(
        session,
        lot,
        prices={authority: Decimal(10)},
        answers={},
        documents=[],
        by=person,
        clock=present_moment,
        gate=SITE_KEYS.gate.public_key(),
    )
    session.commit()
    return session.scalars(select(Bid).where(Bid.supplier_id == person.organisation_id)).one()


def test_a_commissioner_sees_who_did_what_to_the_authoritys_requirements(session, sign_in):
    own = factories.make_requirement(session)
    me = factories.make_person(session, Role.COMMISSIONER, own.authority)
    colleague = factories.make_person(session, Role.COMMISSIONER, own.authority)
    other = factories.make_requirement(session)
    rival = factories.make_person(session, Role.COMMISSIONER, other.authority)
    for requirement, person in ((own, colleague), (other, rival)):
        withdraw_requirement(session, requirement, by=person, at=clock.now())
    seen = [row[1:4] for row in rows(sign_in(me))]
    assert ["Requirement withdrawn", own.reference, colleague.name] in seen
    assert ["Person signed in", me.name, "You"] in seen
    assert not [row for row in seen if other.reference in row or rival.name in row]


def test_nobody_sees_when_a_colleague_signed_in(session, sign_in):
    me = factories.make_person(session, Role.SUPPLIER)
    colleague = factories.make_person(session, Role.SUPPLIER, me.organisation)
    sign_in(colleague)
    assert [row[2] for row in rows(sign_in(me))] == [me.name]


def test_a_supplier_sees_its_own_bids_at_once_and_a_rivals_never(session, sign_in, lot):
    mine, rival = (factories.make_person(session, Role.SUPPLIER) for _ in range(2))
    own, theirs = offer(session, lot, mine), offer(session, lot, rival)
    browser = sign_in(mine)
    assert ["Bid submitted", own.reference, "You"] in [row[1:4] for row in rows(browser)]
    assert theirs.reference not in browser.get("/history").text
    lot.deadline = clock.now() - timedelta(hours=1)
    reviewer = factories.make_person(session, Role.REVIEWER)
    play_opening(session, lot, PLAYED, by=reviewer, at=clock.now(), gate=SITE_KEYS.gate)
    session.commit()
    seen = [row[1:4] for row in rows(browser)]
    by = f"{reviewer.name}, {reviewer.organisation.name}"
    assert ["Bids opened", lot.reference, by] in seen
    page = browser.get("/history").text
    assert theirs.reference not in page
    assert rival.name not in page


def test_an_authority_learns_of_a_lots_bids_when_they_are_opened_and_not_before(
    session, sign_in, lot
):
    authority = session.scalars(select(LotMember)).one().authority_id
    person = factories.make_person(
        session, Role.COMMISSIONER, session.get_one(factories.Organisation, authority)
    )
    offer(session, lot, factories.make_person(session, Role.SUPPLIER))
    record(session, Action.QUALITY_SCORED, lot, by=None, at=clock.now())
    assert [row[1] for row in rows(sign_in(person))] == ["Person signed in"]


def test_each_person_of_a_whole_world_finds_only_their_own_in_it(session, world, sign_in):
    for person in (world.stranger, world.outsider):
        assert [row[1] for row in rows(sign_in(person))] == ["Person signed in"]
    first, second = (
        sign_in(person).get("/history?sort=action&order=up").text for person in world.suppliers[:2]
    )
    bids = {
        person: session.scalars(
            select(Bid.reference).where(Bid.supplier_id == person.organisation_id)
        ).all()
        for person in world.suppliers[:2]
    }
    for page, own, others in (
        (first, *world.suppliers[:2]),
        (second, *reversed(world.suppliers[:2])),
    ):
        assert any(reference in page for reference in bids[own])
        assert not any(reference in page for reference in bids[others])


def test_no_name_or_address_and_nothing_of_a_bid_but_hashes_stands_in_the_record(
    world, command, tmp_path
):
    assert command("record", "export", tmp_path / "record").exit_code == 0
    text = (tmp_path / "record").read_text()
    people = [*world.commissioners, *world.suppliers, *world.reviewers, world.administrator]
    for person in people:
        assert person.email not in text
        assert person.name not in text
    for word in ("By van", "Our plan", "plan.txt"):
        assert word not in text


def test_staff_have_the_whole_record_and_no_history_of_their_own(session, sign_in):
    assert sign_in(factories.make_person(session, Role.REVIEWER)).get("/history").status_code == 403

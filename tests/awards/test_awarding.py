"""Scoring apart, agreeing, awarding once, and what each bidder is told."""

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Role
from marketplace.awards.models import Award
from marketplace.bids.models import Bid, BidAnswer, BidPrice, BidRevision, BidStatus
from marketplace.contracts.models import Contract, ContractSource
from marketplace.lots.models import Lot, LotMember, LotStatus, QualityQuestion
from marketplace.requirements.models import Requirement, RequirementStatus
from tests import factories
from tests.copies import changed
from tests.door.conftest import Door
from tests.pages import FORMS, lot, sheet_of


def marks(door: Door, state: str, score: str, words: str) -> dict[str, object]:
    sheet = sheet_of(door.world, state)
    return {name: score if name.startswith("score_") else words for name in sheet}


def test_neither_reviewer_sees_the_others_scores_before_both_have_scored(door: Door):
    sheet = lot("opened", "/evaluation/scores")(door.world)
    pages = [lot("opened", rest)(door.world) for rest in ("", "/bids", "/evaluation")]
    first, second = (door.of(person) for person in door.world.reviewers)
    administrator = door.of(Role.ADMINISTRATOR)
    secret = secrets.token_hex(12)
    before = [second.get(page).text.count("5: excellent") for page in (sheet, *pages)]
    assert first.send(sheet, marks(door, "opened", "5", secret)).status_code == 303
    for page in (sheet, *pages):
        assert secret not in second.get(page).text
    assert [second.get(p).text.count("5: excellent") for p in (sheet, *pages)] == before
    assert "selected" not in re.sub(r'<option value="" selected', "", second.get(sheet).text)
    assert second.get(lot("opened", "/evaluation/agree")(door.world)).status_code == 409
    for page in ("/record", *pages):
        assert secret not in administrator.get(page).text

    assert second.send(sheet, marks(door, "opened", "1", "Thin")).status_code == 303
    compared = second.get(lot("opened", "/evaluation/agree")(door.world)).text
    assert secret in compared
    assert "Thin" in compared


def test_scores_given_apart_stand_once_both_are_in(door: Door):
    """Otherwise a reviewer could follow the other's scores after seeing them."""
    sheet = lot("scored", "/evaluation/scores")(door.world)
    reviewer = door.of(door.world.reviewers[0])
    assert reviewer.get(sheet).status_code == 409
    token = reviewer.hidden("/")
    before = door.state()
    answer = reviewer.post(sheet, {**token, **FORMS["awards.agree"][0].answers(door.world)})
    assert answer.status_code == 409
    assert changed(before, door.state()) == set()


def test_only_a_reviewer_who_scored_records_what_was_agreed(door: Door):
    session = door.world.session
    third = factories.make_person(session, Role.REVIEWER, door.world.reviewers[0].organisation)
    session.commit()
    page = lot("scored", "/evaluation/agree")(door.world)
    form = FORMS["awards.agree"][0].answers(door.world)
    assert door.of(third).send(page, dict(form)).status_code == 403
    assert door.of(door.world.reviewers[1]).send(page, dict(form)).status_code == 303


def test_a_lot_is_not_awarded_while_a_low_price_is_unexplained(door: Door):
    page = lot("agreed", "/evaluation/award")(door.world)
    reviewer = door.of(door.world.reviewers[0])
    assert "has not been explained" in reviewer.get(page).text
    assert reviewer.post(page, {**reviewer.hidden("/"), "reason": "Now"}).status_code == 409


def test_a_bid_whose_explanation_is_not_accepted_is_out(door: Door):
    reviewer = door.of(door.world.reviewers[0])
    sent = FORMS["awards.explain"][0]
    refused = {**sent.answers(door.world), "accepted": "no"}
    assert reviewer.send(sent.at(door.world), refused).status_code == 303
    page = lot("agreed", "/evaluation/award")(door.world)
    assert reviewer.send(page, {"reason": "The lowest that counts"}).status_code == 303
    confirmed(door, page)
    door.world.session.expire_all()
    award = award_of(door, "agreed")
    winner = door.world.session.get_one(Bid, award.bid_id)
    assert winner.supplier_id == door.world.suppliers[1].organisation_id
    out = door.of(door.world.suppliers[0]).get(lot("agreed", "/result")(door.world)).text
    assert "Your bid was excluded" in out


def confirmed(door: Door, award: str) -> None:
    """The second reviewer confirms the award."""
    second, page = door.of(door.world.reviewers[1]), f"{award}/confirm"
    assert second.post(page, second.hidden(page)).status_code == 303


def award_of(door: Door, state: str) -> Award:
    return door.world.session.scalars(
        select(Award).where(Award.lot_id == door.world.lots[state].id)
    ).one()


def test_an_award_makes_one_contract_for_each_authority_at_the_winning_price(door: Door):
    session = door.world.session
    sent = FORMS["awarding.award"][0]
    reviewer = door.of(door.world.reviewers[0])
    assert reviewer.send(sent.at(door.world), dict(sent.answers(door.world))).status_code == 303
    confirmed(door, sent.at(door.world))
    session.expire_all()
    award = award_of(door, "awardable")
    contracts = session.scalars(select(Contract).where(Contract.award_id == award.id)).all()
    bid = session.scalars(select(BidPrice).where(BidPrice.bid_id == award.bid_id)).all()
    assert {c.authority_id: c.value for c in contracts} == {p.authority_id: p.price for p in bid}
    assert len(contracts) == len(door.world.authorities)
    assert sum(c.value for c in contracts) == sum(p.price for p in bid)
    assert {c.source for c in contracts} == {ContractSource.AWARD}
    members = select(LotMember.requirement_id).where(
        LotMember.lot_id == door.world.lots["awardable"].id
    )
    moved = session.scalars(select(Requirement.status).where(Requirement.id.in_(members)))
    assert set(moved) == {RequirementStatus.CONTRACTED}


@pytest.mark.parametrize("same_person", [True, False], ids=["one reviewer", "two reviewers"])
def test_two_who_award_at_once_give_one_award(door: Door, same_person):
    session = door.world.session
    path = FORMS["awarding.confirm"][0].at(door.world)
    first = door.world.reviewers[0]
    third = factories.make_person(session, Role.REVIEWER, first.organisation)
    posts = []
    for number, person in enumerate([first, first if same_person else third]):
        browser = door.of(person)
        form = browser.hidden(path)
        form["idempotency_key"] = f"window {number}"
        posts.append((browser.client.get_cookie("session").value, form))
    application = door.nobody.client.application
    session.commit()

    def post(given) -> int:
        cookie, form = given
        window = application.test_client()
        window.set_cookie("session", cookie)
        return window.post(path, data=form, content_type="multipart/form-data").status_code

    with ThreadPoolExecutor(2) as side_by_side:
        answers = sorted(side_by_side.map(post, posts))
    assert answers == [303, 409]
    session.expire_all()
    key = door.world.lots["award asked"].id
    assert session.scalar(select(func.count()).where(Award.lot_id == key)) == 1
    contracts = session.scalar(
        select(func.count()).where(Contract.award_id == award_of(door, "award asked").id)
    )
    assert contracts == len(door.world.authorities)
    assert session.get_one(Lot, key).status == LotStatus.AWARDED


def test_each_bidder_reads_its_own_scores_and_the_winners_and_no_others(door: Door):
    """Three bid; each agreed reason is a mark, so that whose is read can be told."""
    world, session = door.world, door.world.session
    third = add_a_third_bid(door)
    reviewer = door.of(world.reviewers[0])
    sheet = lot("opened", "/evaluation/scores")(world)
    form = FORMS["awards.score"][0].answers(world)
    for person in world.reviewers:
        assert door.of(person).send(sheet, dict(form)).status_code == 303
    reasons = {name: secrets.token_hex(8) for name in form if name.startswith("words_")}
    agree = lot("opened", "/evaluation/agree")(world)
    assert reviewer.send(agree, {**form, **reasons}).status_code == 303
    explain = f"/lots/{world.lots['opened'].id}/evaluation/{world.bid('opened').id}/price"
    assert (
        reviewer.send(explain, {"explanation": "Own works", "accepted": "yes"}).status_code == 303
    )
    award = lot("opened", "/evaluation/award")(world)
    assert reviewer.send(award, {"reason": "The lowest"}).status_code == 303
    confirmed(door, award)
    session.expire_all()
    bids = session.scalars(select(Bid).where(Bid.lot_id == world.lots["opened"].id)).all()
    winner = award_of(door, "opened").bid_id
    for person in (*world.suppliers, third):
        own = next(bid.id for bid in bids if bid.supplier_id == person.organisation_id)
        page = door.of(person).get(lot("opened", "/result")(world)).text
        for name, reason in reasons.items():
            may_read = str(own) in name or str(winner) in name
            assert (reason in page) == may_read, (person.email, name)


def add_a_third_bid(door: Door):
    """As if it had been among the bids that were opened."""
    world, session = door.world, door.world.session
    key = world.lots["opened"].id
    bid = Bid(
        reference="BID-2026-THIRD22",
        lot_id=key,
        supplier_id=world.outsider.organisation_id,
        status=BidStatus.OPENED,
    )
    session.add(bid)
    session.flush()
    session.add(
        BidRevision(
            bid_id=bid.id,
            number=1,
            received_at=world.now - timedelta(days=9),
            envelope=b"",
            sha256="0" * 64,
        )
    )
    for buyer in world.authorities:
        session.add(BidPrice(bid_id=bid.id, authority_id=buyer.id, price=Decimal(95_000)))
    for question in session.scalars(
        select(QualityQuestion.id).where(QualityQuestion.lot_id == key)
    ):
        session.add(BidAnswer(bid_id=bid.id, question_id=question, lot_id=key, text="By boat"))
    session.commit()
    return world.outsider

"""From requirements to contracts, through the pages, for all three kinds of user."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select, update

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.contracts.models import Contract
from marketplace.grouping import services as grouping
from marketplace.grouping.models import Proposal
from marketplace.lots.models import Lot, LotMember, QualityQuestion
from marketplace.requirements.models import Requirement, RequirementStatus
from tests import factories


def proposed(session):
    """Three authorities that can share, and the proposal of a run over them."""
    factories.make_policy(session)
    commissioners = [factories.make_person(session, Role.COMMISSIONER) for _ in range(3)]
    for person in commissioners:
        factories.make_requirement(session, person.organisation)
    reviewers = [factories.make_person(session, Role.REVIEWER) for _ in range(2)]
    session.commit()
    run = grouping.start_run(session, ["22113000"], 30, by=reviewers[0], at=clock.now())
    grouping.solve_run_now(session, run, at=clock.now())
    session.commit()
    return commissioners, reviewers, session.scalars(select(Proposal)).one()


def opened_window(session, sign_in):
    commissioners, reviewers, proposal = proposed(session)
    desk = sign_in(reviewers[0])
    day = clock.london_day(clock.now() + timedelta(days=14))
    address = f"/proposals/{proposal.id}/approve"
    closes_on = [str(day.day), str(day.month), str(day.year)]
    answer = desk.send(address, {"closes_on": closes_on, "reason": "It pays for all of them"})
    assert answer.status_code == 303, answer.text
    return commissioners, reviewers, desk, session.scalars(select(Lot)).one()


def published(session, sign_in):
    commissioners, reviewers, desk, lot = opened_window(session, sign_in)
    for person in commissioners:
        browser = sign_in(person)
        page = browser.get(f"/joining/{lot.id}")
        assert "projected price saving" in page.text
        done = browser.send(f"/joining/{lot.id}/commit", {}, page=f"/joining/{lot.id}")
        assert done.status_code == 303, done.text
    closed = desk.send(f"/lots/{lot.id}/close-window", {}, page=f"/lots/{lot.id}")
    assert closed.status_code == 303, closed.text
    openers = factories.make_openers(session)
    day = clock.london_day(clock.now() + timedelta(days=30))
    answer = desk.send(
        f"/lots/{lot.id}/publish",
        {
            "description": "Books for libraries",
            "terms": "Model terms",
            "deadline_day": [str(day.day), str(day.month), str(day.year)],
            "deadline_time": "12",
            "question_1": "How will you deliver?",
            "weight_1": "20",
            "pounds_per_point": "100",
            **{f"opener_{n}": str(key.id) for n, key in enumerate(openers, start=1)},
            "tie_rule": "receipt",
            "undivided_because": "One supplier for all is what the members want",
        },
    )
    assert answer.status_code == 303, answer.text
    session.expire_all()
    assert session.get_one(Lot, lot.id).status == "joining"
    confirmed(sign_in(reviewers[1]), f"/lots/{lot.id}/publish/confirm")
    return commissioners, reviewers, desk, lot


def confirmed(browser, page: str) -> None:
    """A second person confirms what the first asked for."""
    answer = browser.post(page, browser.hidden(page))
    assert answer.status_code == 303, answer.text


def bid(session, browser, lot, price: str):
    authorities = session.scalars(
        select(LotMember.authority_id).where(LotMember.lot_id == lot.id, LotMember.active)
    ).all()
    question = session.scalars(select(QualityQuestion.id)).one()
    form = {f"price_{authority}": price for authority in authorities}
    form |= {f"answer_{question}": "By electric van", "sure": "y"}
    return browser.send(f"/lots/{lot.id}/bid", form)


def test_requirements_become_contracts_of_each_authority(session, sign_in):
    commissioners, reviewers, desk, lot = published(session, sign_in)
    suppliers = [factories.make_person(session, Role.SUPPLIER) for _ in range(2)]
    dear, cheap = (sign_in(person) for person in suppliers)
    assert bid(session, dear, lot, "99,000").status_code == 303
    assert bid(session, cheap, lot, "95,000").status_code == 303

    for browser in (desk, sign_in(commissioners[0])):
        assert "95,000" not in browser.get(f"/lots/{lot.id}").text
        assert browser.get(f"/lots/{lot.id}/bids").status_code in (403, 404)
    assert desk.get(f"/lots/{lot.id}/open").status_code == 409

    session.execute(update(Lot).values(deadline=datetime(2026, 1, 1, tzinfo=UTC)))
    late = bid(session, dear, lot, "1,000")
    assert late.status_code == 409, late.text
    assert desk.send(f"/lots/{lot.id}/open", {}).status_code == 303

    sheet = f"/lots/{lot.id}/evaluation/scores"
    fields = [name for name in _names(desk.get(sheet).text) if name.startswith("score_")]
    assert len(fields) == 2
    marks = dict.fromkeys(fields, "4")
    reasons = {name.replace("score_", "words_"): "Sound" for name in fields}
    for person in reviewers:
        assert sign_in(person).send(sheet, marks).status_code == 303
    agree = f"/lots/{lot.id}/evaluation/agree"
    assert desk.send(agree, marks | reasons).status_code == 303
    award = f"/lots/{lot.id}/evaluation/award"
    assert desk.send(award, {"reason": "The lowest evaluated price"}).status_code == 303
    confirmed(sign_in(reviewers[1]), f"{award}/confirm")
    again = desk.post(award, {"reason": "Once more"})
    assert again.status_code in (400, 409)

    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Contract)) == 3
    assert set(session.scalars(select(Contract.value))) == {Decimal("95000.00")}
    assert set(session.scalars(select(Requirement.status))) == {RequirementStatus.CONTRACTED}
    assert "Your bid won" in cheap.get(f"/lots/{lot.id}/result").text
    lost = dear.get(f"/lots/{lot.id}/result").text
    assert "Your bid did not win" in lost
    assert "£285,000" in lost
    assert sign_in(commissioners[0]).get("/contracts").status_code == 200


def _names(page: str) -> list[str]:
    import re

    return re.findall(r'<select[^>]*name="([^"]+)"', page)


def test_a_window_without_enough_partners_cancels_the_lot(session, sign_in):
    commissioners, _, desk, lot = opened_window(session, sign_in)
    for person in commissioners:
        answer = sign_in(person).send(
            f"/joining/{lot.id}/decline",
            {"barrier": "time", "reason": "We cannot wait"},
            page=f"/joining/{lot.id}",
        )
        assert answer.status_code == 303, answer.text
    desk.send(f"/lots/{lot.id}/close-window", {}, page=f"/lots/{lot.id}")
    session.expire_all()
    assert session.get_one(Lot, lot.id).status == "cancelled"
    assert set(session.scalars(select(Requirement.status))) == {RequirementStatus.POSTED}


def test_another_authority_and_a_missing_lot_answer_alike(session, sign_in):
    _, _, _, lot = opened_window(session, sign_in)
    stranger = sign_in(factories.make_person(session, Role.COMMISSIONER))
    foreign = stranger.get(f"/joining/{lot.id}")
    missing = stranger.get("/joining/00000000-0000-0000-0000-000000000000")
    assert (foreign.status_code, missing.status_code) == (404, 404)


def test_a_requirement_is_posted_by_form(session, sign_in):
    factories.make_policy(session)
    browser = sign_in(factories.make_person(session, Role.COMMISSIONER))
    assert "Library books" in browser.get("/requirements/new?q=books").text
    begun = browser.send(
        "/requirements/new?code=22113000", {"title": "Books for adults", "value": "£120,000"}
    )
    assert begun.status_code == 303, begun.text
    requirement = session.scalars(select(Requirement)).one()
    page = f"/requirements/{requirement.id}"
    wrong = browser.send(f"{page}/edit/when", {"term_months": "never"})
    assert wrong.status_code == 422
    assert browser.send(f"{page}/post", {}, page=page).status_code == 303
    session.expire_all()
    assert session.get_one(Requirement, requirement.id).status == "posted"
    assert browser.get("/requirements?status=posted&q=adults").text.count("Books for adults") == 1

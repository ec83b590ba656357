"""The barrier log: each rejection, decline and cancellation is counted once, in its quarter."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.barriers import Barrier
from marketplace.grouping.models import ProposalStatus
from marketplace.lessons.quarters import Quarter, quarter_of, read_quarter
from marketplace.lots.models import Answer, Lot, LotMember, LotStatus
from tests import factories

PAGE = "/knowledge/barriers"
THEN = datetime(2026, 2, 3, 12, tzinfo=UTC)
QUARTER = "2026-Q1"


@pytest.fixture
def reviewer(session, sign_in):
    return sign_in(factories.make_person(session, Role.REVIEWER))


@pytest.fixture
def decided(session):
    """Two rejections, a lot that one authority declined twice, a cancelled one, and one of old."""
    factories.make_policy(session, None)
    rejected = {"status": ProposalStatus.REJECTED, "decided_at": THEN, "category_code": "22113000"}
    factories.make_cpv(session, "22113000")
    for barrier in (Barrier.TIME, Barrier.LOCK_IN):
        factories.make_proposal(session, **rejected, barrier=barrier, reason="Said why")
    asked = factories.make_lot(session)
    authority = factories.make_organisation(session)
    for _ in range(2):
        session.add(
            LotMember(
                lot_id=asked.id,
                requirement_id=factories.make_requirement(session, authority).id,
                authority_id=authority.id,
                value=1,
                active=False,
                answer=Answer.DECLINED,
                answered_at=THEN,
                barrier=Barrier.TIME,
                reason="We cannot wait",
            )
        )
    gone = {"status": LotStatus.CANCELLED, "cancelled_at": THEN, "cancelled_reason": "Gone"}
    factories.make_lot(session, **gone, cancelled_barrier=Barrier.LACK_OF_TRUST)
    factories.make_lot(session, **gone)
    factories.make_lot(session, **(gone | {"cancelled_at": THEN - timedelta(90)}))
    session.commit()


def test_a_quarter_counts_each_barrier_by_kind_and_category(decided, reviewer):
    page = reviewer.get(f"{PAGE}?quarter={QUARTER}").text
    assert "January to March 2026" in page
    for words, number in (("time", 2), ("lock_in", 1), ("lack_of_trust", 1), ("not_said", 1)):
        assert f"barrier={words}" in page
        found = reviewer.get(f"{PAGE}/rows?quarter={QUARTER}&barrier={words}").text
        assert f"{number} decision" in found
    assert "5 decisions" in reviewer.get(f"{PAGE}/rows?quarter={QUARTER}").text
    assert "5 decisions" in reviewer.get(f"{PAGE}/rows?quarter={QUARTER}&category=22113000").text
    assert "6 decisions" in reviewer.get(f"{PAGE}/rows").text
    assert "1 decision<" in reviewer.get(f"{PAGE}/rows?quarter=2025-Q4").text


def test_an_authority_that_declines_for_two_requirements_declines_once(decided, reviewer):
    found = reviewer.get(f"{PAGE}/rows?quarter={QUARTER}&kind=decline").text
    assert "1 decision<" in found
    assert "We cannot wait" in found


def test_the_rows_and_the_picture_can_be_taken_away(decided, reviewer):
    lines = reviewer.get(f"{PAGE}/rows.csv?quarter={QUARTER}").text.splitlines()
    assert len(lines) == 6
    assert any(line.startswith("2026-02-03,Authority declined,Time,") for line in lines)
    assert "Lack of trust" in reviewer.get(f"{PAGE}/quarter.svg?quarter={QUARTER}").text


def test_an_odd_address_shows_the_present_quarter(reviewer):
    page = reviewer.get(f"{PAGE}?quarter=2026-Q7").text
    assert quarter_of(clock.london_day(clock.now())).name in page
    assert "Nothing was rejected, declined or cancelled" in page


def test_a_cancelled_lot_says_what_stood_in_the_way(session, reviewer):
    lot = factories.make_lot(session)
    session.commit()
    page = f"/lots/{lot.id}/cancel"
    unsaid = reviewer.send(page, {"reason": "Not needed"})
    assert unsaid.status_code == 422
    assert "Choose what stands in the way" in unsaid.text
    answers = {"reason": "Not needed", "barrier": "lack_of_trust"}
    assert reviewer.send(page, answers).status_code == 303
    session.expire_all()
    assert session.get_one(Lot, lot.id).cancelled_barrier == Barrier.LACK_OF_TRUST
    assert "Not needed" in reviewer.get(f"{PAGE}/rows?barrier=lack_of_trust").text


@pytest.mark.parametrize("declines", [["lock_in", "time", "time"], []])
def test_a_window_that_too_few_answer_names_what_most_of_those_who_declined_named(
    session, sign_in, reviewer, declines
):
    factories.make_policy(session)
    people = [factories.make_person(session, Role.COMMISSIONER) for _ in range(3)]
    needs = [factories.make_requirement(session, each.organisation) for each in people]
    by = factories.make_person(session, Role.REVIEWER)
    lot = factories.make_joining(
        session,
        needs,
        by,
        reason="Good",
        closes_at=clock.now() + timedelta(days=1),
    )
    session.commit()
    for person, barrier in zip(people, declines, strict=False):
        answers = {"barrier": barrier, "reason": "No"}
        page = f"/joining/{lot.id}"
        assert sign_in(person).send(f"{page}/decline", answers, page=page).status_code == 303
    if not declines:
        lot = session.get_one(Lot, lot.id)
        lot.joining_closes_at = clock.now() - timedelta(minutes=1)
        lot.joining_opens_at = lot.joining_closes_at - timedelta(days=2)
        session.commit()
    page = f"/lots/{lot.id}"
    assert reviewer.send(f"{page}/close-window", {}, page=page).status_code == 303
    session.expire_all()
    found = session.scalars(select(Lot.cancelled_barrier).where(Lot.id == lot.id)).one()
    assert found == Barrier.TIME


def test_a_quarter_begins_and_ends_by_londons_clock():
    spring = Quarter(2026, 2)
    assert spring.begins == datetime(2026, 3, 31, 23, tzinfo=UTC)
    assert spring.ends == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert spring.after(-2) == Quarter(2025, 4)
    assert quarter_of(date(2026, 12, 31)) == Quarter(2026, 4)
    assert read_quarter("2026-Q2") == spring
    assert [read_quarter(odd) for odd in ("", "2026-Q5", "9999-Q1", "2026")] == [None] * 4

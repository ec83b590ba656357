"""What people are told, once each, on their page and by mail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.barriers import Barrier
from marketplace.jobs.messages import remind_round
from marketplace.lots import joining
from marketplace.lots.closing import cancel_lot, close_joining
from marketplace.lots.models import Lot
from marketplace.mail.models import Mail
from marketplace.messages.models import Message, MessageKind
from tests import factories

DAY = timedelta(days=1)


@pytest.fixture
def commissioners(session: Session):
    factories.make_policy(session)
    return [factories.make_person(session, Role.COMMISSIONER) for _ in range(3)]


@pytest.fixture
def reviewer(session: Session):
    return factories.make_person(session, Role.REVIEWER)


@pytest.fixture
def lot(session: Session, commissioners, reviewer) -> Lot:
    """A window that is open for ten days, and nobody has answered."""
    members = [factories.make_requirement(session, each.organisation) for each in commissioners]
    proposal = factories.make_proposal(session, members)
    return joining.open_joining(
        session, proposal, closes_at=clock.now() + 10 * DAY, by=reviewer, at=clock.now()
    )


def closes_in(session: Session, lot: Lot, left: timedelta) -> None:
    now = clock.now()
    session.execute(
        update(Lot)
        .where(Lot.id == lot.id)
        .values(joining_opens_at=now - 20 * DAY, joining_closes_at=now + left)
    )
    session.commit()
    session.expire_all()


def kinds_to(session: Session, person) -> list[MessageKind]:
    session.rollback()
    query = select(Message.kind).where(Message.person_id == person.id)
    return list(session.scalars(query.order_by(Message.created_at)))


def test_a_window_that_opens_is_told_to_each_authority_asked(
    session, sign_in, commissioners, lot, work
):
    assert work() == [f"{lot.reference}: commit to {lot.title.lower()}, or decline"] * 3
    mail = session.scalars(select(Mail)).first()
    assert f"https://site.example/joining/{lot.id}" in mail.body
    assert "London time" in mail.body
    page = sign_in(commissioners[0]).get("/messages").text
    assert "If you do not answer, you are not in it" in page
    assert f'href="/joining/{lot.id}"' in page


def test_reminders_go_to_who_has_not_answered_and_never_twice(
    session, commissioners, reviewer, lot, work
):
    answered, silent, _ = commissioners
    joining.commit_to_lot(session, lot, answered.organisation, by=answered, at=clock.now())
    work()
    assert kinds_to(session, silent) == [MessageKind.WINDOW_OPENS]
    closes_in(session, lot, 4 * DAY + timedelta(hours=1))
    work()
    assert kinds_to(session, silent) == [MessageKind.WINDOW_OPENS]
    closes_in(session, lot, 2 * DAY)
    before = work()
    assert f"{lot.reference} closes in 2 days: commit or decline" in before
    assert before == work(), "a second round writes no second mail"
    assert kinds_to(session, silent)[1:] == [MessageKind.CLOSES_IN_THREE_DAYS]
    closes_in(session, lot, timedelta(hours=20))
    work()
    assert kinds_to(session, silent)[2:] == [MessageKind.CLOSES_TOMORROW]
    assert kinds_to(session, answered) == [MessageKind.WINDOW_OPENS]
    closes_in(session, lot, -timedelta(minutes=1))
    work()
    assert kinds_to(session, reviewer) == [MessageKind.WINDOW_OVER]
    assert len(kinds_to(session, silent)) == 3


def test_two_workers_at_once_remind_once(session, commissioners, lot, work):
    work()
    closes_in(session, lot, DAY / 2)
    with ThreadPoolExecutor(4) as several:
        for each in [several.submit(remind_round) for _ in range(8)]:
            each.result()
    for person in commissioners:
        assert kinds_to(session, person) == [MessageKind.WINDOW_OPENS, MessageKind.CLOSES_TOMORROW]


def test_everybody_is_told_how_the_window_ended_for_them(session, commissioners, reviewer, lot):
    now = clock.now()
    for person in commissioners[:2]:
        joining.commit_to_lot(session, lot, person.organisation, by=person, at=now)
    closes_in(session, lot, timedelta(0))
    close_joining(session, session.get_one(Lot, lot.id), by=reviewer, at=clock.now())
    session.commit()
    closed = select(Message.body).where(Message.kind == MessageKind.WINDOW_CLOSED)
    bodies = {
        person.id: session.scalar(closed.where(Message.person_id == person.id))
        for person in commissioners
    }
    assert all("You are in the lot" in bodies[person.id] for person in commissioners[:2])
    assert "You are not in the lot" in bodies[commissioners[2].id]


def test_what_broke_a_lot_is_told_to_everybody_asked(session, commissioners, reviewer, lot):
    cancel_lot(
        session,
        lot,
        reason="The budget is gone.",
        barrier=Barrier.TIME,
        by=reviewer,
        at=clock.now(),
    )
    session.commit()
    told = session.scalars(select(Message).where(Message.kind == MessageKind.LOT_CANCELLED)).all()
    assert {each.person_id for each in told} == {each.id for each in commissioners}
    assert all(each.body.startswith("The budget is gone.") for each in told)


def test_messages_are_new_until_they_are_marked_as_read(sign_in, session, commissioners, lot):
    session.commit()
    browser = sign_in(commissioners[0])
    assert "Read 1 new message" in browser.get("/").text
    assert browser.send("/messages/read", {}, page="/messages").status_code == 303
    assert "new message" not in browser.get("/").text
    assert lot.reference in browser.get("/messages").text

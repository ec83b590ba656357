"""Questions about a lot: answered for everybody, asked by nobody in particular."""

from datetime import timedelta

import pytest

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.lots.models import LotStatus
from tests import factories

WORDS, ANSWER = "May we deliver at night?", "Yes, after ten o’clock"


@pytest.fixture
def lot(session):
    now = clock.now()
    return factories.make_lot(
        session,
        status=LotStatus.OPEN,
        published_at=now,
        joining_closed_at=now,
        deadline=now + timedelta(days=9),
    )


def test_a_question_is_seen_by_its_asker_and_staff_and_its_answer_by_all(session, sign_in, lot):
    asker, other = (factories.make_person(session, Role.SUPPLIER) for _ in range(2))
    reviewer = factories.make_person(session, Role.REVIEWER)
    stranger = factories.make_person(session, Role.COMMISSIONER)
    firm, page = asker.organisation.name, f"/lots/{lot.id}"
    mine, theirs, desk, buyer = map(sign_in, (asker, other, reviewer, stranger))

    asked = mine.send(f"{page}/questions", {"question": WORDS}, page=page)
    assert asked.status_code == 303, asked.text
    assert WORDS in mine.get(page).text
    assert WORDS in desk.get(page).text
    for browser in (theirs, buyer):
        assert WORDS not in browser.get(page).text

    link = next(part for part in desk.get(page).text.split('"') if f"{page}/questions/" in part)
    assert desk.send(link, {"answer": ANSWER}).status_code == 303
    for browser in (mine, theirs, desk, buyer):
        shown = browser.get(page).text
        assert WORDS in shown
        assert ANSWER in shown
    for browser in (theirs, desk, buyer):
        assert firm not in browser.get(page).text
    again = desk.post(link, {**desk.hidden("/"), "answer": "No, after all"})
    assert again.status_code == 409


def test_after_the_deadline_no_question_is_taken(session, sign_in, lot):
    page = f"/lots/{lot.id}"
    supplier = sign_in(factories.make_person(session, Role.SUPPLIER))
    token = supplier.hidden(page)
    lot.deadline = clock.now() - timedelta(seconds=1)
    late = supplier.post(f"{page}/questions", {**token, "question": WORDS})
    assert late.status_code == 409
    assert "questions are closed" in late.text


@pytest.mark.parametrize(("days", "status"), [(20, 303), (9, 422), (3, 422), (-1, 422), (400, 422)])
def test_a_deadline_moves_later_only_and_within_a_year(session, sign_in, lot, days, status):
    before = lot.deadline = clock.now().replace(microsecond=0) + timedelta(days=9, hours=12)
    desk = sign_in(factories.make_person(session, Role.REVIEWER))
    day = clock.london_day(clock.now() + timedelta(days=days))
    answer = desk.send(
        f"/lots/{lot.id}/extend",
        {
            "deadline_day": [str(day.day), str(day.month), str(day.year)],
            "deadline_time": "10",
            "reason": "More time was asked for",
        },
    )
    assert answer.status_code == status, answer.text
    session.expire_all()
    assert lot.deadline == before
    if status == 303:
        other = sign_in(factories.make_person(session, Role.REVIEWER))
        page = f"/lots/{lot.id}/extend/confirm"
        assert other.post(page, other.hidden(page)).status_code == 303
        session.expire_all()
        assert lot.deadline > before
        assert "More time was asked for" in desk.get(f"/lots/{lot.id}").text

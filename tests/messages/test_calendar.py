"""The calendar of one's deadlines, read from a secret address."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.lots import joining
from marketplace.lots.models import LotStatus
from tests import factories


@pytest.fixture
def asked(session):
    """Two commissioners whose authorities are asked to join a lot, and the lot."""
    factories.make_policy(session)
    people = [factories.make_person(session, Role.COMMISSIONER) for _ in range(2)]
    members = [factories.make_requirement(session, each.organisation) for each in people]
    lot = joining.open_joining(
        session,
        factories.make_proposal(session, members),
        closes_at=clock.now() + timedelta(days=10),
        by=factories.make_person(session, Role.REVIEWER),
        at=clock.now(),
    )
    session.commit()
    return people, lot


def address_of(browser) -> str:
    page = browser.get("/calendar").text
    return re.search(r"http://[^<]*(/calendar/[^<]*\.ics)", page)[1]


def made(browser) -> str:
    assert browser.send("/calendar/make", {}, page="/calendar").status_code == 303
    return address_of(browser)


def test_a_calendar_reads_the_deadlines_without_a_sign_in(sign_in, browser, asked):
    people, lot = asked
    answer = browser.get(made(sign_in(people[0])))
    assert answer.content_type.startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert lot.reference in event["summary"]
    assert "or decline" in event["summary"]
    assert abs(event.decoded("dtstart") - lot.joining_closes_at) < timedelta(seconds=1)
    assert event["url"].endswith(f"/joining/{lot.id}")
    assert len(event.walk("VALARM")) == 1


def test_an_event_keeps_its_identity_when_its_time_moves(session, sign_in, browser, asked):
    people, lot = asked
    address = made(sign_in(people[0]))
    before = Calendar.from_ical(browser.get(address).data).walk("VEVENT")[0]["uid"]
    lot.joining_closes_at += timedelta(days=2)
    session.commit()
    assert Calendar.from_ical(browser.get(address).data).walk("VEVENT")[0]["uid"] == before


def test_an_address_ends_when_another_is_made_or_it_is_ended(sign_in, browser, asked):
    commissioner = sign_in(asked[0][0])
    first = made(commissioner)
    second = made(commissioner)
    assert first != second
    assert browser.get(first).status_code == 404
    assert browser.get(second).status_code == 200
    assert commissioner.send("/calendar/end", {}, page="/calendar").status_code == 303
    assert browser.get(second).status_code == 404


def test_no_other_signature_opens_a_calendar(session, sign_in, browser, asked):
    one, other = (made(sign_in(person)) for person in asked[0])
    key, signed = one.split("/")[2:]
    mixed = f"/calendar/{key}/{other.split('/')[3]}"
    for wrong in (mixed, f"/calendar/{key}/{'0' * 64}.ics", f"/calendar/{key}/é.ics"):
        assert browser.get(wrong).status_code == 404
    asked[0][0].active = False
    session.commit()
    assert browser.get(f"/calendar/{key}/{signed}").status_code == 404


def test_suppliers_and_reviewers_have_the_deadlines_of_bids(session, sign_in):
    factories.make_policy(session)
    factories.make_lot(
        session,
        status=LotStatus.OPEN,
        published_at=clock.now(),
        deadline=clock.now() + timedelta(days=5),
    )
    session.commit()
    reviewer = sign_in(factories.make_person(session, Role.REVIEWER))
    assert "open the bids for" in reviewer.get("/calendar").text
    # It has chosen no category.
    supplier = sign_in(factories.make_person(session, Role.SUPPLIER))
    assert "No deadline of yours" in supplier.get("/calendar").text

"""An outage is recorded at the restart with its bounds, and shown on lots that closed then."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.audit.models import Action, AuditEntry
from marketplace.lots.models import LotStatus
from marketplace.pulse import LONGEST_GAP, Outage, Pulse, beat
from tests import factories

HOUR = timedelta(hours=1)


@pytest.fixture
def stopped(session):
    """stopped(ago) is a site whose last beat was so long ago; it gives that moment."""

    def at(ago: timedelta):
        last = clock.now() - ago
        session.add(Pulse(id=1, at=last))
        session.commit()
        return last

    return at


def test_a_site_that_lives_has_no_outage(session, stopped):
    assert beat(session) is None
    session.commit()
    for _ in range(3):
        assert beat(session) is None
        session.commit()
    assert session.scalars(select(Outage)).all() == []


def test_an_outage_is_recorded_from_the_last_beat_to_the_first(session, stopped):
    last = stopped(3 * HOUR)
    before = clock.of_database(session)
    outage = beat(session)
    session.commit()
    assert outage is not None
    assert outage.began_at == last
    assert before <= outage.ended_at <= clock.of_database(session)
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.action == Action.OUTAGE_RECORDED
    assert entry.detail["began"] == last.isoformat()
    assert beat(session) is None


def test_a_pause_as_short_as_between_two_beats_is_none(session, stopped):
    stopped(LONGEST_GAP - timedelta(seconds=5))
    assert beat(session) is None


def test_a_lot_shows_the_outages_of_its_last_day_and_no_others(session, sign_in, stopped):
    stopped(3 * HOUR)
    assert beat(session) is not None
    now = clock.now()
    shown = {}
    for name, deadline in {
        "during": now - 2 * HOUR,
        "just before": now - 4 * HOUR,
        "in a day": now + 20 * HOUR,
        "in two days": now + 48 * HOUR,
    }.items():
        lot = factories.make_lot(
            session, status=LotStatus.OPEN, published_at=now - 900 * HOUR, deadline=deadline
        )
        session.flush()
        shown[name] = lot.id
    browser = sign_in(factories.make_person(session, Role.SUPPLIER))
    seen = {
        name: "did not answer from" in browser.get(f"/lots/{key}").text
        for name, key in shown.items()
    }
    assert seen == {"during": True, "just before": False, "in a day": True, "in two days": False}

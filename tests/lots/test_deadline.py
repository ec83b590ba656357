"""A deadline moves later only, while the lot is open, by two people, and bidders are told."""

from datetime import timedelta

import pytest

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.lots.models import Lot, LotStatus
from tests import factories


def day(days: int) -> list[str]:
    then = clock.london_day(clock.now() + timedelta(days=days))
    return [str(then.day), str(then.month), str(then.year)]


@pytest.fixture
def lot(session) -> Lot:
    now = clock.now()
    lot = factories.make_lot(
        session, status=LotStatus.OPEN, published_at=now, deadline=now + timedelta(days=5)
    )
    session.commit()
    return lot


def test_bidders_read_from_when_to_when_the_deadline_moved_and_why(session, sign_in, lot):
    desk, other = (sign_in(factories.make_person(session, Role.REVIEWER)) for _ in range(2))
    supplier = sign_in(factories.make_person(session, Role.SUPPLIER))
    page = f"/lots/{lot.id}/extend"
    sent = {"deadline_time": "12", "reason": "A drawing was missing"}
    earlier = desk.send(page, {**sent, "deadline_day": day(2)})
    assert earlier.status_code == 422
    assert "only moves later" in earlier.text
    assert desk.send(page, {**sent, "deadline_day": day(9)}).status_code == 303
    assert "The deadline moved" not in supplier.get(f"/lots/{lot.id}").text
    confirm = other.hidden(f"{page}/confirm")
    own = {**desk.hidden(f"{page}/confirm"), "asked": confirm["asked"]}
    alone = desk.post(f"{page}/confirm", own)
    assert alone.status_code == 403
    assert "another person has to confirm it" in alone.text
    assert other.post(f"{page}/confirm", confirm).status_code == 303
    seen = supplier.get(f"/lots/{lot.id}").text
    assert "The deadline moved from" in seen
    assert "A drawing was missing" in seen
    assert desk.send(page, {**sent, "deadline_day": day(12)}).status_code == 303
    late = other.hidden(f"{page}/confirm")
    lot = session.get_one(Lot, lot.id, populate_existing=True)
    lot.deadline = clock.now() - timedelta(minutes=1)
    refused = other.post(f"{page}/confirm", late)
    assert refused.status_code == 409
    assert "Only an open lot’s deadline can move" in refused.text
    asked_late = desk.send(page, {**sent, "deadline_day": day(15)})
    assert asked_late.status_code == 422

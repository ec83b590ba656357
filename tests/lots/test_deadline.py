"""A deadline that moves: later only, while the lot is open, and for a reason that bidders read."""

from datetime import timedelta

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.lots.models import Lot, LotStatus
from tests import factories


def day(days: int) -> list[str]:
    then = clock.london_day(clock.now() + timedelta(days=days))
    return [str(then.day), str(then.month), str(then.year)]


def test_bidders_read_from_when_to_when_the_deadline_moved_and_why(session, sign_in):
    now = clock.now()
    lot = factories.make_lot(
        session, status=LotStatus.OPEN, published_at=now, deadline=now + timedelta(days=5)
    )
    session.commit()
    desk = sign_in(factories.make_person(session, Role.REVIEWER))
    supplier = sign_in(factories.make_person(session, Role.SUPPLIER))
    page = f"/lots/{lot.id}/extend"
    sent = {"deadline_time": "12", "reason": "A drawing was missing"}
    earlier = desk.send(page, {**sent, "deadline_day": day(2)})
    assert earlier.status_code == 422
    assert "only moves later" in earlier.text
    assert "The deadline moved" not in supplier.get(f"/lots/{lot.id}").text
    assert desk.send(page, {**sent, "deadline_day": day(9)}).status_code == 303
    seen = supplier.get(f"/lots/{lot.id}").text
    assert "The deadline moved from" in seen
    assert "A drawing was missing" in seen
    lot = session.get_one(Lot, lot.id, populate_existing=True)
    lot.deadline = now - timedelta(minutes=1)
    late = desk.send(page, {**sent, "deadline_day": day(12)})
    assert late.status_code == 422
    assert "Only an open lot’s deadline can move" in late.text

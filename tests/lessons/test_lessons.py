"""A lot that ended joins the precedents, with what it knows of itself."""

from sqlalchemy import select

from marketplace.precedents.models import Precedent
from tests.pages import LESSON


def test_a_lot_that_ended_becomes_a_precedent_with_what_it_knows(session, world, sign_in):
    lot, cancelled = world.lots["awarded"], world.lots["cancelled"]
    desk = sign_in(world.reviewers[0])
    page = f"/lots/{lot.id}/precedent"
    assert "say what it taught" in desk.get("/").text
    shown = desk.get(page).text
    assert "than the authorities had expected to pay alone" in shown
    assert "3 authorities of London" in shown
    assert 'value="contracted" checked' in shown
    assert desk.send(page, LESSON).status_code == 303
    found = session.scalars(select(Precedent).where(Precedent.lot_id == lot.id)).one()
    assert (found.category_code, found.authorities) == (lot.category_code, 3)
    assert found.value == lot.market_value, "what is published, and nothing finer"
    again = desk.get(page)
    assert again.status_code == 409
    assert "in the library already" in again.text

    told = desk.get(f"/lots/{cancelled.id}/precedent").text
    assert "Cancelled. Not needed" in told
    assert 'value="failed" checked' in told
    early = desk.get(f"/lots/{world.lots['open'].id}/precedent")
    assert early.status_code == 409
    assert "has not ended" in early.text

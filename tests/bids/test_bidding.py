"""A bid is replaced and withdrawn until the deadline; the last one in time counts."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from marketplace import clock
from marketplace.bids import services
from marketplace.bids.models import Bid, BidPrice, BidRevision, BidStatus
from marketplace.errors import WrongState
from marketplace.lots.models import Lot
from tests.conftest import SITE_KEYS
from tests.copies import changed
from tests.door.conftest import Door
from tests.pages import FORMS, Sent

SENT = FORMS["bids.submit"][0]


def offer(door: Door, price: str) -> dict[str, object]:
    form = dict(SENT.answers(door.world))
    return {name: price if name.startswith("price_") else value for name, value in form.items()}


def send(door: Door, price: str):
    answer = door.of(door.world.suppliers[0]).send(SENT.at(door.world), offer(door, price))
    door.world.session.commit()
    return answer


def pass_deadline(door: Door) -> None:
    door.world.session.execute(
        update(Lot)
        .where(Lot.id == door.world.lots["unbid"].id)
        .values(deadline=clock.now() - timedelta(seconds=1))
    )
    door.world.session.commit()


def bid_of(door: Door) -> Bid:
    door.world.session.expire_all()
    return door.world.session.scalars(
        select(Bid).where(Bid.lot_id == door.world.lots["unbid"].id)
    ).one()


def open_all(door: Door):
    page = f"/lots/{door.world.lots['unbid'].id}/open"
    return door.of(door.world.reviewers[0]).send(page, {})


def test_the_last_bid_in_time_counts_and_each_has_its_receipt(door: Door):
    supplier = door.of(door.world.suppliers[0])
    for number, price in enumerate(("£90,000", "£80,000", "£85,000"), start=1):
        answer = send(door, price)
        assert answer.location == f"/lots/{door.world.lots['unbid'].id}/bid/receipt/{number}"
        kept = supplier.get(f"{answer.location}.txt")
        assert kept.headers["Content-Disposition"].startswith("attachment")
        assert f"submission {number}" in kept.text
        hashed = door.world.session.scalars(
            select(BidRevision.sha256).where(
                BidRevision.bid_id == bid_of(door).id, BidRevision.number == number
            )
        ).one()
        assert hashed in kept.text
        assert "85,000" not in kept.text
    pass_deadline(door)
    assert open_all(door).status_code == 303
    prices = door.world.session.scalars(
        select(BidPrice.price).where(BidPrice.bid_id == bid_of(door).id)
    ).all()
    assert set(prices) == {Decimal("85000.00")}


def test_a_withdrawn_bid_is_not_opened_and_may_be_sent_again_before_the_deadline(door: Door):
    page = f"/lots/{door.world.lots['unbid'].id}/bid/withdraw"
    supplier = door.of(door.world.suppliers[0])
    send(door, "£90,000")
    assert supplier.send(page, {}).status_code == 303
    assert bid_of(door).status == BidStatus.WITHDRAWN
    assert send(door, "£70,000").status_code == 303
    assert bid_of(door).status == BidStatus.SUBMITTED
    assert supplier.send(page, {}).status_code == 303
    pass_deadline(door)
    assert open_all(door).status_code == 303
    assert bid_of(door).status == BidStatus.WITHDRAWN
    assert (
        "Nobody bid for this lot"
        in door.of(door.world.reviewers[0]).get(f"/lots/{door.world.lots['unbid'].id}/bids").text
    )


def test_after_the_deadline_a_bid_is_neither_taken_nor_changed_nor_withdrawn(door: Door):
    supplier = door.of(door.world.suppliers[0])
    send(door, "£90,000")
    form = {**supplier.hidden(SENT.at(door.world)), **offer(door, "£10,000")}
    pass_deadline(door)
    before = door.state()
    late = supplier.post(SENT.at(door.world), form)
    assert late.status_code == 409
    withdrawn = supplier.post(
        f"/lots/{door.world.lots['unbid'].id}/bid/withdraw",
        {"csrf_token": form["csrf_token"], "idempotency_key": "another"},
    )
    assert withdrawn.status_code == 409
    assert "What you had sent before still counts" in withdrawn.text
    assert changed(before, door.state()) == set()


@pytest.mark.parametrize(("late_by", "taken"), [(-1, True), (0, False), (1, False)])
def test_the_deadline_is_kept_to_the_microsecond_by_a_clock_read_under_the_lock(
    door: Door, late_by, taken
):
    """A bid that waited for the lock is late if the deadline passed while it waited."""
    world = door.world
    lot = world.session.get_one(Lot, world.lots["unbid"].id)
    form = offer(door, "1")
    moment = lot.deadline + timedelta(microseconds=late_by)
    how = {
        "prices": {buyer.id: Decimal(50_000) for buyer in world.authorities},
        "answers": {
            uuid.UUID(name.removeprefix("answer_")): "By van"
            for name in form
            if name.startswith("answer_")
        },
        "documents": [],
        "by": world.suppliers[0],
        "clock": lambda _: moment,
        "gate": SITE_KEYS.gate.public_key(),
    }
    if taken:
        assert services.submit_bid(world.session, lot, **how).received_at == moment
    else:
        with pytest.raises(WrongState):
            services.submit_bid(world.session, lot, **how)


def test_two_bids_of_one_supplier_at_once_become_two_revisions(door: Door):
    supplier = door.of(door.world.suppliers[0])
    hidden = supplier.hidden(SENT.at(door.world))
    forms = [
        {**hidden, **offer(door, price), "idempotency_key": price} for price in ("51000", "52000")
    ]
    answers = at_once(door, SENT, forms)
    assert sorted(answers) == [303, 303]
    numbers = door.world.session.scalars(
        select(BidRevision.number).where(BidRevision.bid_id == bid_of(door).id)
    ).all()
    assert sorted(numbers) == [1, 2]


def test_a_double_click_at_the_same_moment_is_one_bid(door: Door):
    supplier = door.of(door.world.suppliers[0])
    form = {**supplier.hidden(SENT.at(door.world)), **offer(door, "53000")}
    assert at_once(door, SENT, [form, form]) == [303, 303]
    numbers = door.world.session.scalars(
        select(BidRevision.number).where(BidRevision.bid_id == bid_of(door).id)
    ).all()
    assert numbers == [1]


def at_once(door: Door, sent: Sent, forms: list[dict[str, object]]) -> list[int]:
    """Send the forms side by side, from one signed-in browser in several windows."""
    client = door.of(door.world.suppliers[0]).client
    cookie = client.get_cookie("session")
    path = sent.at(door.world)
    door.world.session.commit()

    def post(form):
        window = client.application.test_client()
        window.set_cookie("session", cookie.value)
        return window.post(path, data=form, content_type="multipart/form-data").status_code

    with ThreadPoolExecutor(len(forms)) as side_by_side:
        return list(side_by_side.map(post, forms))

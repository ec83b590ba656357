"""A bid is bound to the terms under which it was made: bidders are told of changes, and confirm."""

import pytest
from sqlalchemy import select, update

from marketplace import clock
from marketplace.bids.models import Bid, BidRevision
from marketplace.lots.models import Lot
from marketplace.messages.models import Message, MessageKind
from tests.door.conftest import Door, with_files


def told(door: Door, person) -> list[str]:
    door.world.session.expire_all()
    return list(
        door.world.session.scalars(
            select(Message.body).where(
                Message.person_id == person.id, Message.kind == MessageKind.LOT_CHANGED
            )
        )
    )


def add_document(door: Door, state: str):
    reviewer = door.of(door.world.reviewers[0])
    page = f"/lots/{door.world.lots[state].id}"
    hidden = reviewer.hidden(page)
    form = {**hidden, "documents": [(b"A correction", "drawing.txt")]}
    return reviewer.post(f"{page}/documents", with_files(form))


def test_a_change_of_terms_asks_each_bidder_to_confirm_and_nobody_else(door: Door):
    first, _ = door.world.suppliers
    page = f"/lots/{door.world.lots['open'].id}"
    supplier = door.of(first)
    assert "The terms have changed" not in supplier.get(page).text
    before = set(told(door, first))
    assert add_document(door, "open").status_code == 303
    (new,) = set(told(door, first)) - before
    assert "confirm that it stands" in new
    assert told(door, door.world.outsider) == []
    assert "The terms have changed" in supplier.get(page).text
    assert "The terms have changed" not in door.of(door.world.outsider).get(page).text
    assert supplier.send(f"{page}/bid/confirm", {}, page=page).status_code == 303
    assert "The terms have changed" not in supplier.get(page).text
    again = supplier.send(f"{page}/bid/confirm", {}, page=page)
    assert again.status_code == 409


def test_reviewers_see_which_bids_were_not_confirmed(door: Door):
    world, lot = door.world, door.world.lots["changed"]
    page = f"/lots/{lot.id}"
    supplier = door.of(world.suppliers[0])
    assert supplier.send(f"{page}/bid/confirm", {}, page=page).status_code == 303
    world.session.execute(update(Lot).where(Lot.id == lot.id).values(deadline=clock.now()))
    world.session.commit()
    reviewer = door.of(world.reviewers[0])
    assert reviewer.send(f"{page}/open", {}).status_code == 303
    shown = reviewer.get(f"{page}/bids").text
    assert shown.count("did not confirm it") == world.size - 1


def test_a_bid_sent_after_the_change_is_made_under_the_new_terms(door: Door):
    assert add_document(door, "unbid").status_code == 303
    from tests.pages import FORMS

    sent = FORMS["bids.submit"][0]
    answer = door.of(door.world.suppliers[0]).send(
        sent.at(door.world), dict(sent.answers(door.world))
    )
    assert answer.status_code == 303
    versions = door.world.session.scalars(
        select(BidRevision.terms_version)
        .join(Bid, Bid.id == BidRevision.bid_id)
        .where(Bid.lot_id == door.world.lots["unbid"].id)
    ).all()
    assert versions == [2]


@pytest.mark.one_database
def test_a_later_deadline_is_told_to_bidders_whose_bids_stand(door: Door):
    first, _ = door.world.suppliers
    page = f"/lots/{door.world.lots['changed'].id}/extend/confirm"
    reviewer = door.of(door.world.reviewers[0])
    before = set(told(door, first))
    assert reviewer.post(page, reviewer.hidden(page)).status_code == 303
    (new,) = set(told(door, first)) - before
    assert "Your bid stands as it is" in new
    assert told(door, door.world.outsider) == []

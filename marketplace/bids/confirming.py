"""A change of terms: whoever has bid is told, and says whether the bid stands under it."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.bids import queries
from marketplace.bids.models import Bid, BidRevision, BidStatus
from marketplace.bids.services import Clock, hold_open_lot
from marketplace.errors import WrongState
from marketplace.lots.changes import add_teller
from marketplace.lots.models import Lot
from marketplace.messages.models import MessageKind
from marketplace.messages.services import Words, tell


def confirm_bid(session: Session, lot: Lot, *, by: Person, clock: Clock) -> Bid:
    """Let the bid stand under the lot's terms as they are now; raises WrongState when it does."""
    at = hold_open_lot(session, lot, by, clock)
    bid = queries.own_bid(session, lot, by)
    if bid is None or not needs_confirming(bid, lot):
        raise WrongState("Your bid stands under the terms as they are, or you have none.")
    bid.confirmed_terms = lot.terms_version
    record(
        session, Action.BID_CONFIRMED, bid, by=by, at=at, lot=lot.reference, terms=lot.terms_version
    )
    return bid


def needs_confirming(bid: Bid, lot: Lot) -> bool:
    """Whether the terms have changed since the bid was sent and last confirmed."""
    return bid.status == BidStatus.SUBMITTED and bid.terms_agreed < lot.terms_version


@add_teller
def tell_bidders(session: Session, lot: Lot, change: uuid.UUID, words: str, at: datetime) -> None:
    """Tell whoever sent the last revision of each bid that stands."""
    newest = (
        select(BidRevision.submitted_by_id)
        .join(Bid, Bid.id == BidRevision.bid_id)
        .where(
            Bid.lot_id == lot.id,
            Bid.status == BidStatus.SUBMITTED,
            BidRevision.number == queries.last_number(),
        )
    )
    people = session.scalars(select(Person).where(Person.id.in_(newest), Person.active)).all()
    said = Words(f"{lot.reference} has changed", words, f"/lots/{lot.id}", lot.deadline)
    tell(session, people, MessageKind.LOT_CHANGED, change, said, at=at)

"""Submitting, withdrawing and opening bids.

A bid counts if it is complete before the deadline by a clock that is read after the lot's lock is
held: `clock` is therefore a function, called inside.
"""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.bids import queries
from marketplace.bids.envelope import (
    Offer,
    OfferedDocument,
    Place,
    Unreadable,
    close_envelope,
    open_envelope,
)
from marketplace.bids.models import (
    BID_MOVES,
    Bid,
    BidAnswer,
    BidDocument,
    BidPrice,
    BidRevision,
    BidStatus,
)
from marketplace.errors import Unacceptable, WrongState
from marketplace.lots.models import LOT_MOVES, Lot, LotMember, LotStatus, QualityQuestion
from marketplace.status import move
from marketplace.web.formatting import moment
from marketplace.web.uploads import Upload

Clock = Callable[[], datetime]

SAYABLE = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Letters and figures that nobody takes for another, and that make no words."""
HIGHEST_PRICE = Decimal(10) ** 11


def submit_bid(
    session: Session,
    lot: Lot,
    *,
    prices: Mapping[uuid.UUID, Decimal],
    answers: Mapping[uuid.UUID, str],
    documents: Sequence[Upload],
    by: Person,
    clock: Clock,
    secret: str,
) -> BidRevision:
    """Keep a complete bid as the supplier's latest revision (bid: → submitted).

    Raises WrongState at or after the deadline, Unacceptable where a price or answer is missing.
    """
    at = _hold_open_lot(session, lot, clock)
    _check_complete(session, lot, prices, answers)
    bid = _bid_of(session, lot, by, at)
    number = len(bid.revisions) + 1
    offer = Offer(
        prices,
        answers,
        tuple(OfferedDocument(each.name, each.content_type, each.content) for each in documents),
    )
    envelope = close_envelope(offer, Place(lot.id, bid.supplier_id, number), secret)
    revision = BidRevision(
        bid_id=bid.id,
        number=number,
        received_at=at,
        submitted_by_id=by.id,
        envelope=envelope,
        sha256=hashlib.sha256(envelope).hexdigest(),
    )
    session.add(revision)
    record(
        session,
        Action.BID_SUBMITTED,
        bid,
        by=by,
        at=at,
        lot=lot.reference,
        revision=number,
        sha256=revision.sha256,
    )
    return revision


def withdraw_bid(session: Session, lot: Lot, *, by: Person, clock: Clock) -> Bid:
    """Take a bid back before the deadline (submitted → withdrawn); it can be sent again."""
    at = _hold_open_lot(session, lot, clock)
    bid = queries.own_bid(session, lot, by)
    if bid is None:
        raise WrongState("You have no bid for this lot.")
    move(bid, BidStatus.WITHDRAWN, BID_MOVES)
    record(session, Action.BID_WITHDRAWN, bid, by=by, at=at, lot=lot.reference)
    return bid


def open_bids(session: Session, lot: Lot, *, by: Person, at: datetime, secret: str) -> int:
    """Make all bids readable at once (lot: open → closed → opened; bids: submitted → opened).

    A bid that cannot be read is marked so and never holds up the others. Raises WrongState before
    the deadline. Returns how many bids there were.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    if lot.status_at(at) != LotStatus.CLOSED:
        raise WrongState("Bids can be opened once, after the deadline.")
    if lot.status == LotStatus.OPEN:
        move(lot, LotStatus.CLOSED, LOT_MOVES)
    bids = queries.sealed_bids(session, lot)
    for bid in bids:
        _open(session, bid, secret)
        move(bid, BidStatus.OPENED, BID_MOVES)
    move(lot, LotStatus.OPENED, LOT_MOVES)
    lot.opened_at = at
    record(
        session,
        Action.BIDS_OPENED,
        lot,
        by=by,
        at=at,
        lot=lot.reference,
        bids=len(bids),
        unreadable=sum(bid.unreadable for bid in bids),
    )
    return len(bids)


def _hold_open_lot(session: Session, lot: Lot, clock: Clock) -> datetime:
    """Lock the lot, then read the clock; raises WrongState unless the lot is open then."""
    session.refresh(lot, with_for_update={"of": Lot})
    at = clock()
    if lot.status_at(at) != LotStatus.OPEN:
        raise WrongState(
            f"The deadline was {moment(lot.deadline)}. Bids can no longer be sent, changed or "
            "withdrawn. What you had sent before still counts."
        )
    return at


def _bid_of(session: Session, lot: Lot, by: Person, at: datetime) -> Bid:
    bid = queries.own_bid(session, lot, by)
    if bid is None:
        bid = Bid(
            reference=_reference(at.year),
            lot_id=lot.id,
            supplier_id=by.organisation_id,
            status=BidStatus.SUBMITTED,
            revisions=[],
        )
        session.add(bid)
        session.flush()
    elif bid.status == BidStatus.WITHDRAWN:
        move(bid, BidStatus.SUBMITTED, BID_MOVES)
    return bid


def _reference(year: int) -> str:
    """Drawn and not counted: a number that follows on would tell how many bids there are."""
    return f"BID-{year}-{''.join(secrets.choice(SAYABLE) for _ in range(7))}"


def _check_complete(
    session: Session,
    lot: Lot,
    prices: Mapping[uuid.UUID, Decimal],
    answers: Mapping[uuid.UUID, str],
) -> None:
    authorities = set(
        session.scalars(
            select(LotMember.authority_id).where(LotMember.lot_id == lot.id, LotMember.active)
        )
    )
    questions = set(
        session.scalars(select(QualityQuestion.id).where(QualityQuestion.lot_id == lot.id))
    )
    if set(prices) != authorities:
        raise Unacceptable("Give one price for each authority of the lot, and no other.")
    if not all(price.is_finite() and 0 < price <= HIGHEST_PRICE for price in prices.values()):
        raise Unacceptable("Give each price in pounds, above nothing and under £100 billion.")
    if set(answers) != questions or not all(text.strip() for text in answers.values()):
        raise Unacceptable("Answer each quality question of the lot, and no other.")


def _open(session: Session, bid: Bid, secret: str) -> None:
    last = bid.revisions[-1]
    place = Place(bid.lot_id, bid.supplier_id, last.number)
    try:
        offer = open_envelope(last.envelope, place, secret)
    except Unreadable:
        bid.unreadable = True
        return
    session.add_all(
        BidPrice(bid_id=bid.id, authority_id=authority, price=price)
        for authority, price in offer.prices.items()
    )
    session.add_all(
        BidAnswer(bid_id=bid.id, question_id=question, lot_id=bid.lot_id, text=text)
        for question, text in offer.answers.items()
    )
    session.add_all(
        BidDocument(
            bid_id=bid.id,
            name=each.name,
            content_type=each.content_type,
            size=len(each.content),
            sha256=hashlib.sha256(each.content).hexdigest(),
            content=each.content,
        )
        for each in offer.documents
    )

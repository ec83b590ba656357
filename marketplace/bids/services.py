"""Submitting and withdrawing bids.

A bid counts if it is complete before the deadline by a clock that is read after the lot's lock is
held: `clock` is therefore a function, called inside.
"""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.bids import queries
from marketplace.bids.asked import Asked
from marketplace.bids.envelope import Offer, OfferedDocument, write_offer
from marketplace.bids.models import BID_MOVES, Bid, BidRevision, BidStatus
from marketplace.errors import WrongState
from marketplace.keyfiles import read_public_line
from marketplace.lots import queries as lots
from marketplace.lots.models import Lot, LotStatus
from marketplace.lots.naming import OPENERS
from marketplace.sealing import Place, Readers, seal
from marketplace.status import move
from marketplace.web.formatting import moment
from marketplace.web.uploads import Upload

Clock = Callable[[Session], datetime]
"""The site passes the database's; only a history that is made up passes another."""

LOCKED = Lot.__table__.columns.keys()
"""What is read anew under the lot's lock: its own row and no more."""

SAYABLE = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Letters and figures that nobody takes for another, and that make no words."""


def submit_bid(
    session: Session,
    lot: Lot,
    *,
    prices: Mapping[uuid.UUID, Decimal],
    answers: Mapping[uuid.UUID, str],
    documents: Sequence[Upload],
    by: Person,
    clock: Clock,
    gate: X25519PublicKey,
) -> BidRevision:
    """Keep a complete bid as the supplier's latest revision (bid: → submitted).

    Raises WrongState at or after the deadline, Unacceptable where a price or answer is missing.
    """
    openers = lots.opener_keys(session, lot)  # they never change once the lot is published
    at = hold_open_lot(session, lot, by, clock)
    Asked.of(session, lot).check(prices, answers)
    bid = _bid_of(session, lot, by, at)
    number = queries.revisions_so_far(session, bid) + 1
    offer = Offer(
        prices,
        answers,
        tuple(OfferedDocument(each.name, each.content_type, each.content) for each in documents),
    )
    place = Place(lot.id, lot.terms_version, bid.supplier_id, number)
    envelope = seal(write_offer(offer), place, _readers(openers, gate))
    revision = BidRevision(
        bid_id=bid.id,
        number=number,
        terms_version=lot.terms_version,
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
        terms=lot.terms_version,
        sha256=revision.sha256,
    )
    return revision


def withdraw_bid(session: Session, lot: Lot, *, by: Person, clock: Clock) -> Bid:
    """Take a bid back before the deadline (submitted → withdrawn); it can be sent again."""
    at = hold_open_lot(session, lot, by, clock)
    bid = queries.own_bid(session, lot, by)
    if bid is None:
        raise WrongState("You have no bid for this lot.")
    move(bid, BidStatus.WITHDRAWN, BID_MOVES)
    record(session, Action.BID_WITHDRAWN, bid, by=by, at=at, lot=lot.reference)
    return bid


def hold_open_lot(session: Session, lot: Lot, by: Person, clock: Clock) -> datetime:
    """Hold the lot as it is, then read the clock; raises WrongState unless the lot is open then.

    Bidders hold the lot together: they wait for whoever changes it, and whoever changes it for
    them, but not for each other. What one supplier sends comes one after the other.
    """
    queries.hold_own_bids(session, by)
    session.refresh(lot, LOCKED, with_for_update={"of": Lot, "read": True})
    at = clock(session)
    if lot.status_at(at) != LotStatus.OPEN:
        raise WrongState(
            f"The deadline was {moment(lot.deadline)}. Bids can no longer be sent, changed or "
            "withdrawn. What you had sent before still counts."
        )
    return at


def _readers(openers: Sequence[str], gate: X25519PublicKey) -> Readers:
    """For whom the lot's bids are sealed; raises WrongState where it names no openers."""
    keys = [read_public_line(each) for each in openers]
    if len(keys) != OPENERS:
        raise WrongState(
            "This lot was published before lots named their openers, so it takes no bids. "
            "The Centre can cancel it and publish it anew."
        )
    first, second, third = keys
    return Readers(gate, (first, second, third))


def _bid_of(session: Session, lot: Lot, by: Person, at: datetime) -> Bid:
    bid = queries.own_bid_to_change(session, lot, by)
    if bid is None:
        bid = Bid(
            reference=_reference(at.year),
            lot_id=lot.id,
            supplier_id=by.organisation_id,
            status=BidStatus.SUBMITTED,
        )
        session.add(bid)
        session.flush()
    elif bid.status == BidStatus.WITHDRAWN:
        move(bid, BidStatus.SUBMITTED, BID_MOVES)
    return bid


def _reference(year: int) -> str:
    """Drawn and not counted: a number that follows on would tell how many bids there are."""
    return f"BID-{year}-{''.join(secrets.choice(SAYABLE) for _ in range(7))}"

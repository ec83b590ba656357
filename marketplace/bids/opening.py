"""From the close to the opening: the seal root, the openers' parts, and all bids at once.

The root, which is the number of bids and the hash of all, is published first. Then two of the
three openers give their parts, the one with the lower position first: the second part opens, unless
somebody gave a wrong share. Then the third opener is waited for.
"""

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.bids import queries
from marketplace.bids.asked import Asked
from marketplace.bids.envelope import Offer, read_offer
from marketplace.bids.models import (
    BID_MOVES,
    Bid,
    BidAnswer,
    BidDocument,
    BidPrice,
    BidStatus,
    OpeningPart,
)
from marketplace.bids.shares import SealedBid, Shares, place_of
from marketplace.errors import NotAllowed, Unacceptable, WrongState
from marketplace.keyfiles import public_line
from marketplace.lots import queries as lots
from marketplace.lots.models import LOT_MOVES, Lot, LotOpener, LotStatus
from marketplace.openers.parts import LotKeys, Part, WrappedKey
from marketplace.sealing import PAIRS, Unreadable, open_envelope, seal_root
from marketplace.status import move

log = logging.getLogger(__name__)

LAST = max(max(pair) for pair in PAIRS)
NOTHING = "Not one bid can be read with this part. Download the keys once more."


def publish_root(session: Session, lot: Lot, *, by: Person | None, at: datetime) -> None:
    """Close a lot whose deadline has passed and publish its root (lot: open → closed).

    Raises WrongState before the deadline and where it is published already.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    if lot.status_at(at) != LotStatus.CLOSED or lot.seal_root is not None:
        raise WrongState("The seal root is published once, after the deadline.")
    if lot.status == LotStatus.OPEN:
        move(lot, LotStatus.CLOSED, LOT_MOVES)
    hashes = queries.sealed_hashes(session, lot)
    lot.seal_root, lot.sealed_bids = seal_root(lot.id, hashes), len(hashes)
    lot.sealed_at = at
    record(
        session,
        Action.BIDS_SEALED,
        lot,
        by=by,
        at=at,
        lot=lot.reference,
        lot_id=str(lot.id),
        bids=lot.sealed_bids,
        root=lot.seal_root,
    )


def keys_for(session: Session, lot: Lot, opener: LotOpener, gate: X25519PrivateKey) -> LotKeys:
    """What an opener unwraps now: the gate's layer is off, and those of who acted before.

    Raises WrongState before the root is published.
    """
    if lot.status != LotStatus.CLOSED or lot.seal_root is None:
        raise WrongState("The keys can be unwrapped once the seal root is published.")
    shares = _shares(session, lot, gate)
    keys = [
        WrappedKey(bid.sha256, bid.place.binding, pair, inside)
        for bid in shares.bids
        for pair in bid.behind_gate
        if opener.position in pair
        and (inside := shares.next_for(opener.position, bid, pair)) is not None
    ]
    return LotKeys(
        lot.id,
        lot.reference,
        lot.seal_root,
        opener.position,
        opener.key.public_key,
        public_line(gate.public_key()),
        tuple(sorted(queries.sealed_hashes(session, lot))),
        tuple(keys),
    )


def give_part(
    session: Session,
    lot: Lot,
    part: Part,
    *,
    by: Person,
    at: datetime,
    gate: X25519PrivateKey,
    played: bool = False,
) -> OpeningPart:
    """Take an opener's part; the second of a pair opens all bids, if it holds for each of them.

    Shares that do not hold are counted and named in the record, and the opening waits for the
    third opener. `played`: one person acts for all openers, as in the demo. Raises NotAllowed for
    anybody but the opener, WrongState before the root or out of turn, Unacceptable for another
    lot's part or one that brings nothing.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    opener = _whose(session, lot, part)
    if opener.key.person_id != by.id and not played:
        raise NotAllowed("This part belongs to another opener.")
    inside = part.unwrapped(gate)
    shares = _shares(session, lot, gate)
    _check_turn(session, lot, part, shares)
    second_of = {(first, part.position) for first in shares.given if first < part.position}
    if shares.bids and second_of and not second_of & {pair for _, pair in inside}:
        raise Unacceptable(NOTHING)
    wrong = shares.take(part.position, inside)
    if wrong and len(wrong) == sum(bool(bid.behind_gate) for bid in shares.bids):
        raise Unacceptable(NOTHING)
    kept = OpeningPart(lot_id=lot.id, position=part.position, part=part.text(), wrong=len(wrong))
    kept.given_at, kept.given_by_id = at, by.id
    session.add(kept)
    told = {"opener": opener.key.public_key, "root": part.root}
    named = {"wrong": sorted(wrong)} if wrong else {}
    record(session, Action.PART_GIVEN, lot, by=by, at=at, lot=lot.reference, **told, **named)
    if shares.may_open:
        _open_all(session, lot, shares.keys, by=by, at=at)
    return kept


def _check_turn(session: Session, lot: Lot, part: Part, shares: Shares) -> None:
    """Raises WrongState where another opener goes first, or nothing is left to give."""
    if any(position < part.position for position in shares.given):
        return
    if part.position == LAST:
        raise WrongState("One of the other two openers gives a part first.")
    earlier = [each for each in queries.parts_given(session, lot) if each.position == part.position]
    if earlier and not earlier[-1].wrong:
        raise WrongState("This part is given already. Another opener goes next.")


def _shares(session: Session, lot: Lot, gate: X25519PrivateKey) -> Shares:
    bids = [SealedBid.of(bid, gate) for bid in queries.sealed_bids(session, lot)]
    return Shares.of(bids, queries.parts_given(session, lot), gate)


def _whose(session: Session, lot: Lot, part: Part) -> LotOpener:
    """The opener whose part it is; raises WrongState and Unacceptable as `give_part` says."""
    if lot.status != LotStatus.CLOSED or lot.seal_root is None:
        raise WrongState("Parts are taken between the seal root and the opening.")
    if (part.lot_id, part.root) != (lot.id, lot.seal_root):
        raise Unacceptable("This part was made for another lot.")
    return next(each for each in lots.openers(session, lot) if each.position == part.position)


def _open_all(
    session: Session, lot: Lot, keys: Mapping[str, bytes], *, by: Person, at: datetime
) -> None:
    """Make all bids readable at once (lot: closed → opened; bids: submitted → opened).

    A bid that cannot be read is marked so and never holds up the others; only where not a single
    one can be read is the part refused.
    """
    bids = queries.sealed_bids(session, lot)
    asked = Asked.of(session, lot)
    offers = {bid.id: _offer(bid, keys, asked) for bid in bids}
    if bids and not any(offers.values()):
        raise Unacceptable(NOTHING)
    if seal_root(lot.id, [bid.revisions[-1].sha256 for bid in bids]) != lot.seal_root:
        log.error("The bids of %s are not those of its seal root.", lot.reference)
    for bid in bids:
        offer = offers[bid.id]
        if offer is None:
            bid.unreadable = True
        else:
            _keep(session, bid, offer)
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


def _offer(bid: Bid, keys: Mapping[str, bytes], asked: Asked) -> Offer | None:
    """What a bid says; None where no key reads it, or it is not what the lot asks for."""
    last = bid.revisions[-1]
    if last.sha256 not in keys or hashlib.sha256(last.envelope).hexdigest() != last.sha256:
        return None
    try:
        offer = read_offer(open_envelope(last.envelope, keys[last.sha256], place_of(bid, last)))
        asked.check(offer.prices, offer.answers)
    except (Unreadable, Unacceptable):
        return None
    return offer


def _keep(session: Session, bid: Bid, offer: Offer) -> None:
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

"""From the close to the opening: the seal root, the openers' parts, and all bids at once.

The root, which is the number of bids and the hash of all, is published first. Then two of the
three openers give their parts, the one with the lower position first: the second part opens.
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
    BidRevision,
    BidStatus,
    OpeningPart,
)
from marketplace.errors import NotAllowed, Unacceptable, WrongState
from marketplace.keyfiles import public_line
from marketplace.lots import queries as lots
from marketplace.lots.models import LOT_MOVES, Lot, LotOpener, LotStatus
from marketplace.openers.parts import LotKeys, Pair, Part, WrappedKey
from marketplace.sealing import (
    GATE,
    KEY_BYTES,
    PAIRS,
    Layer,
    Place,
    Unreadable,
    open_envelope,
    seal_root,
    unwrap,
    wrapped_keys,
)
from marketplace.status import move

log = logging.getLogger(__name__)

LAST = max(max(pair) for pair in PAIRS)
Inside = Mapping[tuple[str, Pair], bytes]


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
    given = _parts(session, lot, gate)
    keys = [
        WrappedKey(last.sha256, place.binding, pair, inside)
        for bid in queries.sealed_bids(session, lot)
        for last, place in [(bid.revisions[-1], place_of(bid, bid.revisions[-1]))]
        for pair, wrapped in _wrapped(last).items()
        if opener.position in pair
        and (inside := _next(wrapped, place, pair, opener, last, given, gate)) is not None
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
) -> bool:
    """Take an opener's part; the second of a pair opens all bids. Returns whether it did.

    `played`: one person acts for all openers, as in the demo. Raises NotAllowed for anybody but
    the opener, WrongState before the root or out of turn, Unacceptable for another lot's part.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    opener = _whose(session, lot, part)
    if opener.key.person_id != by.id and not played:
        raise NotAllowed("This part belongs to another opener.")
    inside, before = part.unwrapped(gate), _parts(session, lot, gate)
    opens = any(position < part.position for position in before)
    if part.position == LAST and not opens:
        raise WrongState("One of the other two openers gives a part first.")
    if part.position in before and not opens:
        raise WrongState("This part is given already. Another opener goes next.")
    kept = OpeningPart(lot_id=lot.id, position=part.position, part=part.text())
    kept.given_at, kept.given_by_id = at, by.id
    session.add(kept)
    told = {"opener": opener.key.public_key, "root": part.root}
    record(session, Action.PART_GIVEN, lot, by=by, at=at, lot=lot.reference, **told)
    if opens:
        keys = {sealed: key for sealed, key in inside.items() if sealed[1][1] == part.position}
        _open_all(session, lot, keys, by=by, at=at)
    return opens


def _whose(session: Session, lot: Lot, part: Part) -> LotOpener:
    """The opener whose part it is; raises WrongState and Unacceptable as `give_part` says."""
    if lot.status != LotStatus.CLOSED or lot.seal_root is None:
        raise WrongState("Parts are taken between the seal root and the opening.")
    if (part.lot_id, part.root) != (lot.id, lot.seal_root):
        raise Unacceptable("This part was made for another lot.")
    return next(each for each in lots.openers(session, lot) if each.position == part.position)


def place_of(bid: Bid, revision: BidRevision) -> Place:
    return Place(bid.lot_id, revision.terms_version, bid.supplier_id, revision.number)


def _open_all(session: Session, lot: Lot, keys: Inside, *, by: Person, at: datetime) -> None:
    """Make all bids readable at once (lot: closed → opened; bids: submitted → opened).

    A bid that cannot be read is marked so and never holds up the others; only where not a single
    one can be read is the part refused, for then the part is wrong and not the bids.
    """
    bids = queries.sealed_bids(session, lot)
    asked = Asked.of(session, lot)
    offers = {bid.id: _offer(bid, keys, asked) for bid in bids}
    if bids and not any(offers.values()):
        raise Unacceptable("Not one bid can be read with this part. Download the keys once more.")
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


def _offer(bid: Bid, keys: Inside, asked: Asked) -> Offer | None:
    """What a bid says; None where no key reads it, or it is not what the lot asks for."""
    last = bid.revisions[-1]
    if hashlib.sha256(last.envelope).hexdigest() != last.sha256:
        return None
    place = place_of(bid, last)
    for (sealed, _), key in keys.items():
        if sealed == last.sha256 and len(key) == KEY_BYTES:
            try:
                offer = read_offer(open_envelope(last.envelope, key, place))
                asked.check(offer.prices, offer.answers)
            except (Unreadable, Unacceptable):
                continue
            return offer
    return None


def _parts(session: Session, lot: Lot, gate: X25519PrivateKey) -> dict[int, Inside]:
    """What each opener found so far, by position; the latest part counts."""
    return {
        each.position: Part.read(each.part).unwrapped(gate)
        for each in queries.parts_given(session, lot)
    }


def _wrapped(revision: BidRevision) -> Mapping[Pair, bytes]:
    try:
        return wrapped_keys(revision.envelope)
    except Unreadable:
        return {}


def _next(
    wrapped: bytes,
    place: Place,
    pair: Pair,
    opener: LotOpener,
    revision: BidRevision,
    given: Mapping[int, Inside],
    gate: X25519PrivateKey,
) -> bytes | None:
    """The key as the opener gets it: after the gate, or after the first of the pair."""
    if opener.position == pair[1]:
        return given.get(pair[0], {}).get((revision.sha256, pair))
    try:
        return unwrap(wrapped, Layer(place.lot_id, place.binding, pair, GATE), gate)
    except Unreadable:
        return None


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

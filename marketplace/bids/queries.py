"""Looking up bids. Before the opening nobody but its own supplier learns that a bid exists."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from marketplace.accounts.models import Organisation, Person
from marketplace.bids.models import (
    Bid,
    BidDocument,
    BidPrice,
    BidRevision,
    BidStatus,
    OpeningPart,
)
from marketplace.db import AnyColumns, remembered
from marketplace.errors import NotFound
from marketplace.finding import each_word_in
from marketplace.lots.models import Lot, LotStatus

READABLE = (LotStatus.OPENED, LotStatus.AWARDED)


@remembered
def bids_of(
    supplier_id: uuid.UUID, words: str = "", status: BidStatus | None = None
) -> Select[Bid]:
    """A supplier's own bids (for lots with the words, of a status), for a list."""
    query = select(Bid).join(Lot, Lot.id == Bid.lot_id).where(Bid.supplier_id == supplier_id)
    query = query.where(*each_word_in(words, Lot.title, Lot.reference, Bid.reference))
    return query if status is None else query.where(Bid.status == status)


def shown(bids: Select[Bid]) -> AnyColumns:
    """What a row of the list of one's own bids shows."""
    last = select(func.max(BidRevision.number)).where(BidRevision.bid_id == Bid.id)
    return bids.join(Lot, Lot.id == Bid.lot_id).with_only_columns(
        *(Bid.reference, Bid.lot_id, Bid.status, last.scalar_subquery().label("last_revision")),
        Lot.reference.label("lot_reference"),
        Lot.title.label("lot_title"),
        Lot.status.label("lot_status"),
        Lot.deadline,
    )


def own_bid(session: Session, lot: Lot, person: Person) -> Bid | None:
    """What the person's own organisation has sent for the lot."""
    return session.scalar(
        select(Bid)
        .where(Bid.lot_id == lot.id, Bid.supplier_id == person.organisation_id)
        .options(selectinload(Bid.revisions))
    )


def own_bid_to_change(session: Session, lot: Lot, person: Person) -> Bid | None:
    """The same without its revisions, of which there may be hundreds."""
    return session.scalar(
        select(Bid).where(Bid.lot_id == lot.id, Bid.supplier_id == person.organisation_id)
    )


def hold_own_bids(session: Session, person: Person) -> None:
    """Wait until nobody else of the person's organisation sends a bid, and keep it so."""
    own = select(Organisation.id).where(Organisation.id == person.organisation_id)
    # The bids of a supplier refer to it, which this lock allows.
    session.execute(own.with_for_update(key_share=True))


def revisions_so_far(session: Session, bid: Bid) -> int:
    """How many times it was sent."""
    numbers = select(func.max(BidRevision.number)).where(BidRevision.bid_id == bid.id)
    return session.scalar(numbers) or 0


def own_revision(session: Session, lot: Lot, person: Person, number: int) -> BidRevision:
    """One submission of the person's own organisation; raises NotFound."""
    found = session.scalar(
        select(BidRevision)
        .join(Bid, Bid.id == BidRevision.bid_id)
        .where(
            Bid.lot_id == lot.id,
            Bid.supplier_id == person.organisation_id,
            BidRevision.number == number,
        )
    )
    if found is None:
        raise NotFound()
    return found


def sealed_bids(session: Session, lot: Lot) -> Sequence[Bid]:
    """The lot's bids that count, with their envelopes: for the opening alone."""
    return session.scalars(
        select(Bid)
        .where(Bid.lot_id == lot.id, Bid.status == BidStatus.SUBMITTED)
        .options(selectinload(Bid.revisions).undefer(BidRevision.envelope))
        .order_by(Bid.reference)
    ).all()


def last_number() -> ScalarSelect[int]:
    """The number of the last revision of the bid that the query around it speaks of."""
    other = aliased(BidRevision)
    return (
        select(func.max(other.number))
        .where(other.bid_id == Bid.id)
        .correlate(Bid)
        .scalar_subquery()
    )


def sealed_hashes(session: Session, lot: Lot) -> Sequence[str]:
    """The hashes of the lot's bids that count, each of its last revision."""
    return session.scalars(
        select(BidRevision.sha256)
        .join(Bid, Bid.id == BidRevision.bid_id)
        .where(
            Bid.lot_id == lot.id,
            Bid.status == BidStatus.SUBMITTED,
            BidRevision.number == last_number(),
        )
    ).all()


def parts_given(session: Session, lot: Lot) -> Sequence[OpeningPart]:
    """What openers gave so far, the first first."""
    return session.scalars(
        select(OpeningPart)
        .where(OpeningPart.lot_id == lot.id)
        .order_by(OpeningPart.given_at, OpeningPart.id)
    ).all()


def opened_bids(session: Session, lot: Lot) -> Sequence[Bid]:
    """The lot's bids once it is opened; none before."""
    if lot.status not in READABLE:
        return []
    return session.scalars(
        select(Bid)
        .where(Bid.lot_id == lot.id, Bid.status.in_([BidStatus.OPENED, BidStatus.RANKED]))
        .options(
            joinedload(Bid.supplier),
            selectinload(Bid.prices).joinedload(BidPrice.authority),
            selectinload(Bid.answers),
            selectinload(Bid.revisions),
        )
        .order_by(Bid.reference)
    ).all()


def opened_bid(session: Session, lot: Lot, bid_id: uuid.UUID) -> Bid:
    """One opened bid of the lot; raises NotFound."""
    for bid in opened_bids(session, lot):
        if bid.id == bid_id:
            return bid
    raise NotFound()


def documents(session: Session, lot: Lot) -> Sequence[BidDocument]:
    """The documents of the lot's opened bids, without their content."""
    return session.scalars(
        select(BidDocument)
        .join(Bid, Bid.id == BidDocument.bid_id)
        .where(Bid.lot_id == lot.id)
        .order_by(BidDocument.name, BidDocument.id)
    ).all()


def document(session: Session, lot: Lot, document_id: uuid.UUID) -> BidDocument:
    """One document of an opened bid of the lot; raises NotFound."""
    found = session.scalar(
        select(BidDocument)
        .join(Bid, Bid.id == BidDocument.bid_id)
        .where(BidDocument.id == document_id, Bid.lot_id == lot.id)
    )
    if found is None:
        raise NotFound()
    return found

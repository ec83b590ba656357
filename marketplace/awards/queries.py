"""Looking up scores and awards."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.awards.models import (
    AgreedScore,
    Award,
    PriceExplanation,
    QualityScore,
    RankedBid,
)
from marketplace.bids.models import Bid
from marketplace.errors import NotFound
from marketplace.lots.models import Lot

REVIEWERS_NEEDED = 2


def scores(session: Session, lot: Lot) -> Sequence[QualityScore]:
    """Every score given for the lot, with who gave it."""
    return session.scalars(
        select(QualityScore)
        .where(QualityScore.lot_id == lot.id)
        .options(joinedload(QualityScore.reviewer))
        .order_by(
            *(QualityScore.scored_at, QualityScore.bid_id, QualityScore.question_id),
            QualityScore.reviewer_id,
        )
    ).all()


def agreed(session: Session, lot: Lot) -> dict[tuple[uuid.UUID, uuid.UUID], AgreedScore]:
    """The agreed scores, by bid and question."""
    rows = session.scalars(select(AgreedScore).where(AgreedScore.lot_id == lot.id))
    return {(row.bid_id, row.question_id): row for row in rows}


def explanations(session: Session, bids: Sequence[Bid]) -> dict[uuid.UUID, PriceExplanation]:
    """What was made of prices far under the others, by bid."""
    rows = session.scalars(
        select(PriceExplanation).where(PriceExplanation.bid_id.in_([bid.id for bid in bids]))
    )
    return {row.bid_id: row for row in rows}


def award_of(session: Session, lot: Lot) -> Award:
    """The lot's award with its ranking and suppliers; raises NotFound before there is one."""
    found = session.scalar(
        select(Award)
        .where(Award.lot_id == lot.id)
        .options(
            joinedload(Award.bid).joinedload(Bid.supplier),
            joinedload(Award.bid).selectinload(Bid.prices),
            selectinload(Award.ranking).joinedload(RankedBid.bid).joinedload(Bid.supplier),
        )
    )
    if found is None:
        raise NotFound()
    return found

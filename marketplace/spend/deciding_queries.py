"""Reading what people decide about spending: doubtful matches, and labels with their categories."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from marketplace.errors import NotFound
from marketplace.spend.models import (
    Grain,
    MatchStatus,
    SpendCell,
    SpendLabel,
    SpendMatch,
    SpendTotal,
)
from marketplace.spend.preparing import ALL_YEARS


def matches(status: MatchStatus) -> Select[SpendMatch]:
    """Pairs of suppliers with that decision, for a list."""
    return (
        select(SpendMatch)
        .where(SpendMatch.status == status)
        .options(
            joinedload(SpendMatch.first),
            joinedload(SpendMatch.second),
            joinedload(SpendMatch.decided_by),
        )
    )


def match(session: Session, match_id: uuid.UUID) -> SpendMatch:
    """One pair, locked for the decision; raises NotFound."""
    found = session.scalar(
        select(SpendMatch).where(SpendMatch.id == match_id).with_for_update(of=SpendMatch)
    )
    if found is None:
        raise NotFound()
    return found


def paid(session: Session, rows: Sequence[SpendMatch]) -> dict[int, Decimal]:
    """What each supplier of these pairs was paid in all."""
    numbers = {number for row in rows for number in (row.first_id, row.second_id)}
    query = select(SpendTotal.supplier_id, SpendTotal.amount).where(
        SpendTotal.supplier_id.in_(numbers),
        SpendTotal.grain == Grain.SUPPLIER,
        SpendTotal.year == ALL_YEARS,
        SpendTotal.authority_id.is_(None),
    )
    return {number: amount for number, amount in session.execute(query) if number}


def labels(words: str, only: str) -> Select[SpendLabel]:
    """What files call kinds of spending, for a list."""
    query = select(SpendLabel).options(joinedload(SpendLabel.category))
    if words:
        query = query.where(SpendLabel.words.icontains(words, autoescape=True))
    if only == "decided":
        query = query.where(SpendLabel.decided_at.is_not(None))
    if only == "unknown":
        query = query.where(SpendLabel.confidence.is_(None))
    return query


def label(session: Session, label_id: int, *, to_decide: bool = False) -> SpendLabel:
    """One label, locked where it is about to be decided; raises NotFound."""
    query = (
        select(SpendLabel)
        .where(SpendLabel.id == min(label_id, 2**62))
        .options(joinedload(SpendLabel.category))
    )
    found = session.scalar(query.with_for_update(of=SpendLabel) if to_decide else query)
    if found is None:
        raise NotFound()
    return found


def amount_of(session: Session, found: SpendLabel) -> Decimal:
    """What was spent under the label in all."""
    query = select(func.sum(SpendCell.amount)).where(SpendCell.label_id == found.id)
    return session.scalar(query) or Decimal(0)

"""What the people of a joining window are told: that it opens, and how it ended."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.lots.models import Lot, LotMember, LotStatus
from marketplace.messages.models import MessageKind
from marketplace.messages.queries import commissioners_of
from marketplace.messages.services import Words, tell
from marketplace.web.formatting import in_a_sentence


def tell_window_opens(session: Session, lot: Lot, authorities: Collection[uuid.UUID]) -> None:
    """Ask the authorities to answer."""
    words = Words(
        f"{lot.reference}: commit to {in_a_sentence(lot.title)}, or decline",
        "Your authority is asked to join this lot. See what joining would bring you, then commit, "
        "commit under a condition, or decline with a reason. If you do not answer, you are not "
        "in it.",
        f"/joining/{lot.id}",
        lot.joining_closes_at,
    )
    people = commissioners_of(session, authorities)
    tell(session, people, MessageKind.WINDOW_OPENS, lot.id, words, at=lot.joining_opens_at)


def tell_window_closed(session: Session, lot: Lot, *, at: datetime) -> None:
    """Tell each authority that was asked how the window ended for it."""
    if lot.status == LotStatus.CANCELLED:
        tell_cancelled(session, lot, at=at)
        return
    inside = authorities_of(session, lot, LotMember.active.is_(True))
    outside = authorities_of(session, lot, ~LotMember.active)
    _tell_closed(
        session,
        lot,
        inside,
        "You are in the lot and bound by it. Nothing is to do for you until its award.",
        at,
    )
    _tell_closed(
        session,
        lot,
        outside,
        "You are not in the lot. What you need is free for the next grouping run; if you had set "
        "a condition, the lot’s page says why it did not hold.",
        at,
    )


def tell_cancelled(session: Session, lot: Lot, *, at: datetime) -> None:
    """Tell everybody who was asked what broke the lot."""
    words = Words(
        f"{lot.reference} is cancelled",
        f"{lot.cancelled_reason} What you need is free for the next grouping run; nothing is to "
        "do for you.",
        f"/joining/{lot.id}",
    )
    people = commissioners_of(session, authorities_of(session, lot))
    tell(session, people, MessageKind.LOT_CANCELLED, lot.id, words, at=at)


def _tell_closed(
    session: Session, lot: Lot, authorities: Collection[uuid.UUID], body: str, at: datetime
) -> None:
    words = Words(f"{lot.reference}: the joining window is closed", body, f"/joining/{lot.id}")
    people = commissioners_of(session, authorities)
    tell(session, people, MessageKind.WINDOW_CLOSED, lot.id, words, at=at)


def authorities_of(session: Session, lot: Lot, *which: ColumnElement[bool]) -> Sequence[uuid.UUID]:
    """The authorities asked to join, or those of them whose row fits."""
    query = select(LotMember.authority_id).where(LotMember.lot_id == lot.id).distinct()
    return session.scalars(query.where(*which)).all()

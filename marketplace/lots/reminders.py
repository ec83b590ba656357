"""Reminders of joining windows: before the end to who has not answered, after it to reviewers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.clock import london_day
from marketplace.lots.models import Answer, Lot, LotMember, LotStatus
from marketplace.lots.telling import authorities_of
from marketplace.messages.models import MessageKind
from marketplace.messages.queries import commissioners_of, reviewers
from marketplace.messages.reminding import Reminder, add_reminder
from marketplace.messages.services import Words, tell

REMINDERS = ((1, MessageKind.CLOSES_TOMORROW), (3, MessageKind.CLOSES_IN_THREE_DAYS))
"""So many days before the last one whoever has not answered is reminded; the nearest that holds."""
IN_WORDS = {0: "closes today", 1: "closes tomorrow"}
NEAR = timedelta(days=5)
"""Looked at more closely: the last day is a day of London, whatever the hour of the end."""


def are_to_remind(session: Session, at: datetime) -> bool:
    """Whether a window is near its end or over; most of them are done with at once."""
    return bool(_near_their_end(session, at))


def remind(session: Session, at: datetime) -> None:
    """Remind whoever has not answered, and the reviewers of windows that are over; once each."""
    for lot in _near_their_end(session, at):
        if lot.joining_closes_at <= at:
            _tell_window_over(session, lot, at)
            continue
        days = _days_left(lot, at)
        kind = next((kind for left, kind in REMINDERS if days <= left), None)
        if kind is None:
            continue
        text = IN_WORDS.get(days, f"closes in {days} days")
        words = Words(
            f"{lot.reference} {text}: commit or decline",
            "Your authority has not answered yet. Commit, commit under a condition, or decline. "
            "If you do not answer, you are not in the lot.",
            f"/joining/{lot.id}",
            lot.joining_closes_at,
        )
        awaited = authorities_of(session, lot, LotMember.answer == Answer.AWAITED)
        tell(session, commissioners_of(session, awaited), kind, lot.id, words, at=at)


def _days_left(lot: Lot, at: datetime) -> int:
    """From today to the last day on which somebody can answer, in London."""
    last = london_day(lot.joining_closes_at - timedelta(seconds=1))
    return (last - london_day(at)).days


def _tell_window_over(session: Session, lot: Lot, at: datetime) -> None:
    words = Words(
        f"{lot.reference}: close the joining window",
        "Its time is over, so no answer changes any more. Close the window: the lot is worked out "
        "from those who committed, and everybody is told.",
        f"/lots/{lot.id}",
    )
    tell(session, reviewers(session), MessageKind.WINDOW_OVER, lot.id, words, at=at)


def _near_their_end(session: Session, at: datetime) -> Sequence[Lot]:
    """Windows that are not closed and end within days, or should have ended."""
    return session.scalars(
        select(Lot)
        .where(
            Lot.status == LotStatus.JOINING,
            Lot.joining_closed_at.is_(None),
            Lot.joining_closes_at <= at + NEAR,
        )
        .order_by(Lot.joining_closes_at, Lot.id)
    ).all()


add_reminder(Reminder(are_to_remind, remind))

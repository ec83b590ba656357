"""Reminders of joining windows: before the end to who has not answered, after it to reviewers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.lots.models import Answer, Lot, LotMember, LotStatus
from marketplace.lots.telling import authorities_of
from marketplace.messages.models import MessageKind
from marketplace.messages.queries import commissioners_of, reviewers
from marketplace.messages.reminding import Reminder, add_reminder
from marketplace.messages.services import Words, tell

DAY = timedelta(days=1)
REMINDERS = (
    (DAY, MessageKind.CLOSES_TOMORROW, "closes tomorrow"),
    (3 * DAY, MessageKind.CLOSES_IN_THREE_DAYS, "closes in 3 days"),
)
"""So long before the end whoever has not answered is reminded; the nearest that holds."""


def are_to_remind(session: Session, at: datetime) -> bool:
    """Whether a window is near its end or over; most of them are done with at once."""
    return bool(_near_their_end(session, at))


def remind(session: Session, at: datetime) -> None:
    """Remind whoever has not answered, and the reviewers of windows that are over; once each."""
    for lot in _near_their_end(session, at):
        if lot.joining_closes_at <= at:
            _tell_window_over(session, lot, at)
            continue
        kind, text = next(
            (kind, text) for left, kind, text in REMINDERS if lot.joining_closes_at - at <= left
        )
        words = Words(
            f"{lot.reference} {text}: commit or decline",
            "Your authority has not answered yet. Commit, commit under a condition, or decline. "
            "If you do not answer, you are not in the lot.",
            f"/joining/{lot.id}",
            lot.joining_closes_at,
        )
        awaited = authorities_of(session, lot, LotMember.answer == Answer.AWAITED)
        tell(session, commissioners_of(session, awaited), kind, lot.id, words, at=at)


def _tell_window_over(session: Session, lot: Lot, at: datetime) -> None:
    words = Words(
        f"{lot.reference}: close the joining window",
        "Its time is over, so no answer changes any more. Close the window: the lot is worked out "
        "from those who committed, and everybody is told.",
        f"/lots/{lot.id}",
    )
    tell(session, reviewers(session), MessageKind.WINDOW_OVER, lot.id, words, at=at)


def _near_their_end(session: Session, at: datetime) -> Sequence[Lot]:
    """Windows that are not closed and end within three days, or should have ended."""
    return session.scalars(
        select(Lot)
        .where(
            Lot.status == LotStatus.JOINING,
            Lot.joining_closed_at.is_(None),
            Lot.joining_closes_at <= at + max(left for left, _, _ in REMINDERS),
        )
        .order_by(Lot.joining_closes_at, Lot.id)
    ).all()


add_reminder(Reminder(are_to_remind, remind))

"""The worker makes the release of each quarter, and tells the others once they may look."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.messages.reminding import Reminder, add_reminder
from marketplace.unit_prices.releasing import due_release, make_release, tell_others, to_tell


def are_due(session: Session, at: datetime) -> bool:
    return due_release(session, at) is not None or bool(to_tell(session, at))


def write(session: Session, at: datetime) -> None:
    """Make the release that is due; tell the others of figures that all may see."""
    due = due_release(session, at)
    if due is not None:
        make_release(session, due, at=at)
    tell_others(session, at)


add_reminder(Reminder(are_due, write))

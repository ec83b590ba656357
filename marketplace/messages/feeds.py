"""The address of a person's calendar: secret, without a sign-in, and ended by one press."""

import hashlib
import hmac
import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.messages import queries
from marketplace.messages.models import CalendarFeed


def make_feed(session: Session, person: Person, *, at: datetime) -> CalendarFeed:
    """Give the person a new address; the one before, if any, ends."""
    end_feed(session, person, at=at)
    feed = CalendarFeed(person_id=person.id, made_at=at)
    session.add(feed)
    record(session, Action.CALENDAR_MADE, person, by=person, at=at)
    return feed


def end_feed(session: Session, person: Person, *, at: datetime) -> None:
    """Nobody reads the calendar any more; nothing to end changes nothing."""
    feed = queries.feed_of(session, person)
    if feed is not None:
        session.delete(feed)
        session.flush()
        record(session, Action.CALENDAR_ENDED, person, by=person, at=at)


def signature(feed_id: uuid.UUID, *, key: str) -> str:
    """The second half of the address, which a copy of the database alone does not give away."""
    return hmac.new(key.encode(), b"calendar:" + feed_id.bytes, hashlib.sha256).hexdigest()


def person_of(session: Session, feed_id: uuid.UUID, signed: str, *, key: str) -> Person | None:
    """Whose calendar is at the address; None for an address that is wrong or has ended."""
    if not hmac.compare_digest(signature(feed_id, key=key).encode(), signed.encode()):
        return None
    return session.scalar(
        select(Person)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(CalendarFeed.id == feed_id, Person.active)
    )

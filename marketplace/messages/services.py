"""Telling people something, once each, on their page and by mail."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.mail.services import post_mail
from marketplace.messages.models import Message, MessageKind
from marketplace.web.formatting import moment

AT_A_TIME = 100


@dataclass(frozen=True)
class Words:
    """What a message says, and where on the site to do what it asks, and until when."""

    subject: str
    body: str
    path: str
    due_at: datetime | None = None


def tell(
    session: Session,
    people: Iterable[Person],
    kind: MessageKind,
    about: uuid.UUID,
    words: Words,
    *,
    at: datetime,
) -> None:
    """Tell people something; whoever was told the same of the same matter is not told again.

    Two who tell at the same moment still tell once: the database refuses the second.
    """
    rows = [
        {
            "id": uuid.uuid4(),
            "person_id": person.id,
            "kind": kind,
            "about_id": about,
            "subject": words.subject[:255],
            "body": words.body,
            "path": words.path,
            "due_at": words.due_at,
            "created_at": at,
        }
        for person in people
    ]
    if rows:
        session.flush()
        session.execute(_once(session), rows)


def _once(session: Session) -> Insert:
    """An insertion that leaves out what is there already."""
    keys = ["person_id", "kind", "about_id"]
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(Message).on_conflict_do_nothing(index_elements=keys)
    return sqlite.insert(Message).on_conflict_do_nothing(index_elements=keys)


def are_to_mail(session: Session) -> bool:
    """Whether a message has no mail yet."""
    return (
        session.scalar(select(Message.id).where(Message.mailed_at.is_(None)).limit(1)) is not None
    )


def mail_messages(session: Session, *, public_url: str, at: datetime) -> None:
    """Write the mail of each message that has none, in the transaction that notes it."""
    rows = session.execute(
        select(Message, Person)
        .join(Person, Person.id == Message.person_id)
        .where(Message.mailed_at.is_(None))
        .order_by(Message.created_at, Message.id)
        .limit(AT_A_TIME)
        .with_for_update(of=Message, skip_locked=True)
    ).all()
    for message, person in rows:
        message.mailed_at = at
        if person.active:
            post_mail(session, person.email, message.subject, _letter(message, public_url), at=at)


def read_all(session: Session, person: Person, *, at: datetime) -> None:
    """Note that the person has read everything so far."""
    session.execute(
        update(Message)
        .where(Message.person_id == person.id, Message.read_at.is_(None))
        .values(read_at=at)
    )
    record(session, Action.MESSAGES_READ, person, by=person, at=at)


def settle(session: Session, *, unread_from: datetime, at: datetime) -> None:
    """What was told in a made-up past has been mailed, and long ago it was read: for the demo."""
    mailed: dict[str, Any] = {"mailed_at": at}
    session.execute(update(Message).where(Message.mailed_at.is_(None)).values(mailed))
    old = Message.created_at < unread_from
    session.execute(update(Message).where(old).values(read_at=Message.created_at))


def _letter(message: Message, public_url: str) -> str:
    by_when = f"\n\nBy {moment(message.due_at)}, London time." if message.due_at else ""
    return f"{message.body}{by_when}\n\n{public_url.rstrip('/')}{message.path}\n"

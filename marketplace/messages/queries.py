"""Looking up messages, and whom to tell."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.finding import each_word_in
from marketplace.messages.models import CalendarFeed, Message


def messages_of(person: Person, words: str = "", *, is_read: bool | None = None) -> Select[Message]:
    """What the person was told (with the words, read or not), for a list."""
    query = select(Message).where(
        Message.person_id == person.id, *each_word_in(words, Message.subject, Message.body)
    )
    return query if is_read is None else query.where(Message.read_at.is_not(None) == is_read)


def unread(session: Session, person: Person) -> int:
    """How many of the person's messages are not read."""
    query = select(func.count()).where(Message.person_id == person.id, Message.read_at.is_(None))
    return session.scalar(query) or 0


def reviewers(session: Session) -> Sequence[Person]:
    """Everybody who decides on proposals."""
    return session.scalars(
        select(Person).where(Person.role == Role.REVIEWER, Person.active).order_by(Person.email)
    ).all()


def commissioners_of(session: Session, authorities: Collection[uuid.UUID]) -> Sequence[Person]:
    """Everybody who answers for one of these authorities."""
    return session.scalars(
        select(Person)
        .where(
            Person.role == Role.COMMISSIONER,
            Person.active,
            Person.organisation_id.in_(authorities),
        )
        .order_by(Person.email)
    ).all()


def feed_of(session: Session, person: Person) -> CalendarFeed | None:
    """The person's calendar address, if there is one."""
    return session.scalar(select(CalendarFeed).where(CalendarFeed.person_id == person.id))

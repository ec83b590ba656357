"""Looking up messages, and whom to tell."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.messages.models import CalendarFeed, Message


def messages_of(person: Person) -> Select[Message]:
    """Everything the person was told, for a list."""
    return select(Message).where(Message.person_id == person.id)


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

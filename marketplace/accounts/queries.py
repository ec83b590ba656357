"""Looking up people and organisations."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    OneTimeCodes,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    SignIn,
)
from marketplace.db import AnyColumns, AnyRow, remembered
from marketplace.errors import NotFound
from marketplace.finding import each_word_in


def organisations(session: Session, kind: OrganisationKind | None = None) -> Sequence[Organisation]:
    """Every organisation (of a kind), by name."""
    query = select(Organisation).order_by(Organisation.name, Organisation.id)
    return session.scalars(query.where(Organisation.kind == kind) if kind else query).all()


def authorities(session: Session) -> Sequence[Organisation]:
    """Every authority, by name."""
    return organisations(session, OrganisationKind.AUTHORITY)


def authority(session: Session, code: str) -> Organisation:
    """The authority of a code; raises NotFound."""
    found = session.scalar(
        select(Organisation).where(
            Organisation.kind == OrganisationKind.AUTHORITY, Organisation.code == code
        )
    )
    if found is None:
        raise NotFound(f"No authority has the code {code}.")
    return found


def authorities_listed(words: str = "") -> Select[Organisation]:
    """The authorities whose name, code or sub-region has each of the words, for a list."""
    parts = (Organisation.name, Organisation.code, Organisation.subregion)
    return select(Organisation).where(
        Organisation.kind == OrganisationKind.AUTHORITY, *each_word_in(words, *parts)
    )


def organisation_named(session: Session, name: str) -> Organisation | None:
    """The organisation of that name, if there is one."""
    return session.scalars(
        select(Organisation).where(Organisation.name == name).order_by(Organisation.id)
    ).first()


def authority_names(session: Session) -> Sequence[Row[uuid.UUID, str]]:
    """The id and name of every authority, by name: all that a list to choose from needs."""
    return session.connection().execute(AUTHORITY_NAMES).all()


AUTHORITY_NAMES = (
    select(Organisation.id, Organisation.name)
    .where(Organisation.kind == OrganisationKind.AUTHORITY)
    .order_by(Organisation.name, Organisation.id)
)


@remembered
def people(words: str = "", role: Role | None = None) -> Select[Person]:
    """Everybody with the words (and the role), for a list."""
    parts = (Person.name, Person.email, Organisation.name)
    query = select(Person).join(Person.organisation).where(*each_word_in(words, *parts))
    return query if role is None else query.where(Person.role == role)


def shown_person(people: Select[Person]) -> AnyColumns:
    """What a row of the list of people shows."""
    return people.join(Person.organisation).with_only_columns(
        *(Person.id, Person.name, Person.role, Person.email, Person.active),
        Organisation.name.label("organisation"),
    )


def with_codes(session: Session, people: Iterable[AnyRow]) -> set[uuid.UUID]:
    """Which of these people have one-time codes."""
    keys = [person.id for person in people]
    query = select(OneTimeCodes.person_id).where(
        OneTimeCodes.person_id.in_(keys), OneTimeCodes.confirmed_at.is_not(None)
    )
    return set(session.scalars(query))


def sign_ins_of(session: Session, person: Person, *, since: datetime) -> Sequence[SignIn]:
    """Where the person is signed in, the newest first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.created_at > since)
        .order_by(SignIn.created_at.desc(), SignIn.id)
    ).all()


def signed_in_people(session: Session) -> Sequence[Person]:
    """Everybody who has a sign-in that is not ended."""
    signed_in = select(SignIn.person_id).where(SignIn.ended_at.is_(None))
    return session.scalars(
        select(Person).where(Person.id.in_(signed_in)).order_by(Person.email)
    ).all()


def own_sign_in(session: Session, person: Person, sign_in_id: uuid.UUID) -> SignIn:
    """One of the person's own sign-ins; raises NotFound."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.person_id != person.id or found.ended_at is not None:
        raise NotFound()
    return found


def person_called(session: Session, email: str) -> Person | None:
    """The person with this address, however it is written."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def person(session: Session, person_id: uuid.UUID) -> Person:
    """One person; raises NotFound."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound()
    return found


def names_of_people(session: Session, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """The name of each; nobody for None, which is what the system did by itself."""
    rows = session.execute(
        select(Person.id, Person.name).where(Person.id.in_({each for each in ids if each}))
    )
    return {row.id: row.name for row in rows}

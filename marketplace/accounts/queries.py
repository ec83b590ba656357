"""Looking up people and organisations."""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, OrganisationKind, Person
from marketplace.errors import NotFound


def organisations(session: Session, kind: OrganisationKind | None = None) -> Sequence[Organisation]:
    """Every organisation (of a kind), by name."""
    query = select(Organisation).order_by(Organisation.name)
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
    query = select(Organisation).where(Organisation.kind == OrganisationKind.AUTHORITY)
    for word in words.split():
        parts = (Organisation.name, Organisation.code, Organisation.subregion)
        query = query.where(or_(*(part.icontains(word, autoescape=True) for part in parts)))
    return query


def organisation_named(session: Session, name: str) -> Organisation | None:
    """The organisation of that name, if there is one."""
    return session.scalars(
        select(Organisation).where(Organisation.name == name).order_by(Organisation.id)
    ).first()


def people() -> Select[Person]:
    """Everybody, for a list."""
    return select(Person).join(Person.organisation)


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

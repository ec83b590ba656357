"""Looking up roles: a list for everybody in authorities and the Centre, and those of a purchase."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Organisation, OrganisationKind, Person
from marketplace.categories.codes import covered_by
from marketplace.categories.models import CALLED, CpvCode
from marketplace.db import AnyColumns
from marketplace.directory.models import DirectoryRole
from marketplace.errors import NotFound
from marketplace.finding import each_word_in

STALE_AFTER = timedelta(days=365)


def is_stale(confirmed_at: datetime, at: datetime) -> bool:
    """Whether nobody has confirmed it for over twelve months."""
    return at - confirmed_at > STALE_AFTER


def stale(at: datetime) -> ColumnElement[bool]:
    """The same for the database."""
    return DirectoryRole.confirmed_at < at - STALE_AFTER


def roles(
    words: str = "", authority_id: uuid.UUID | None = None, stale_at: datetime | None = None
) -> Select[DirectoryRole]:
    """Roles, for a list."""
    query = (
        select(DirectoryRole)
        .join(Organisation, Organisation.id == DirectoryRole.authority_id)
        .outerjoin(CpvCode, CpvCode.code == DirectoryRole.category_code)
        .where(*each_word_in(words, DirectoryRole.title, Organisation.name, CALLED))
    )
    if authority_id is not None:
        query = query.where(DirectoryRole.authority_id == authority_id)
    return query if stale_at is None else query.where(stale(stale_at))


def shown(query: Select[DirectoryRole]) -> AnyColumns:
    """What a row of the list shows."""
    named = query.join(Organisation, Organisation.id == DirectoryRole.authority_id).outerjoin(
        CpvCode, CpvCode.code == DirectoryRole.category_code
    )
    return named.with_only_columns(
        *(DirectoryRole.id, DirectoryRole.title, DirectoryRole.mailbox),
        *(DirectoryRole.authority_id, DirectoryRole.confirmed_at),
        Organisation.name.label("authority"),
        CALLED.label("category"),
    )


def own_role(session: Session, person: Person, role_id: uuid.UUID) -> DirectoryRole:
    """A role of the person's own authority; raises NotFound."""
    found = session.scalar(
        select(DirectoryRole)
        .where(DirectoryRole.id == role_id, DirectoryRole.authority_id == person.organisation_id)
        .options(joinedload(DirectoryRole.category))
    )
    if found is None:
        raise NotFound()
    return found


def same_role(
    session: Session, authority_id: uuid.UUID, code: str, title: str
) -> DirectoryRole | None:
    """The role that stands there under this title, whatever its letters' case."""
    return session.scalar(
        select(DirectoryRole).where(
            DirectoryRole.authority_id == authority_id,
            DirectoryRole.category_key == code,
            func.lower(DirectoryRole.title) == title.lower(),
        )
    )


def is_a_persons(session: Session, address: str) -> bool:
    """Whether somebody signs in with the address."""
    return (
        session.scalar(select(Person.id).where(func.lower(Person.email) == address.lower()))
        is not None
    )


def count_stale(session: Session, authority_id: uuid.UUID, at: datetime) -> int:
    """How many of an authority's roles want confirming."""
    return (
        session.scalar(
            select(func.count()).where(DirectoryRole.authority_id == authority_id, stale(at))
        )
        or 0
    )


def authorities(session: Session) -> Sequence[tuple[str, str]]:
    """Key and name of each authority, for a filter."""
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind == OrganisationKind.AUTHORITY)
        .order_by(Organisation.name, Organisation.id)
    )
    return [(str(key), name) for key, name in rows]


def for_purchase(
    session: Session, code: str, authority_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[DirectoryRole]]:
    """The roles of these authorities for a category, the nearest first: by authority."""
    near = or_(
        DirectoryRole.category_code.is_(None),
        covered_by(DirectoryRole.category_code, literal(code)),
    )
    rows = session.scalars(
        select(DirectoryRole)
        .where(DirectoryRole.authority_id.in_(authority_ids), near)
        .options(joinedload(DirectoryRole.category))
        .order_by(DirectoryRole.category_key.desc(), DirectoryRole.title, DirectoryRole.id)
    )
    found: dict[uuid.UUID, list[DirectoryRole]] = {}
    for row in rows:
        found.setdefault(row.authority_id, []).append(row)
    return found

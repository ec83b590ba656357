"""Reading the record, without what is still closed.

An entry about a bid is shown only once its lot's bids have been opened: before that even the
number of such entries would tell. The tables of the later nouns are read by name, because this
noun knows people only.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    Table,
    cast,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Person
from marketplace.audit.models import Action, AuditEntry
from marketplace.db import Base

CLOSED_ACTIONS = (Action.BID_SUBMITTED, Action.BID_WITHDRAWN)
NAMES = ("reference", "title", "name", "file_name", "email")
"""The columns that name a thing, the best first."""


@dataclass(frozen=True)
class EntryFilter:
    """What a reader of the record asks for; an empty part asks for nothing."""

    action: Action | None = None
    person: str = ""
    thing: str = ""


def entries(session: Session, asked: EntryFilter) -> Select[AuditEntry]:
    """The entries that may be seen and that were asked for."""
    query = select(AuditEntry).options(joinedload(AuditEntry.actor)).where(_may_be_seen())
    if asked.action:
        query = query.where(AuditEntry.action == asked.action)
    if asked.person:
        words = f"%{_plain(asked.person)}%"
        query = query.join(Person, Person.id == AuditEntry.actor_id).where(
            or_(
                func.lower(Person.name).like(words, escape="\\"),
                func.lower(Person.email).like(words, escape="\\"),
            )
        )
    if asked.thing:
        query = query.where(_about(session, asked.thing))
    return query


def names_of(session: Session, shown: Iterable[AuditEntry]) -> Mapping[int, str]:
    """What the thing of each entry is called: one query for each kind of thing on the page."""
    shown = list(shown)
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for entry in shown:
        key = _key(entry.object_id)
        if key is not None and entry.object_type in Base.metadata.tables:
            wanted[entry.object_type].add(key)
    found: dict[tuple[str, str], str] = {}
    for kind, keys in wanted.items():
        table = Base.metadata.tables[kind]
        naming = next((table.c[name] for name in NAMES if name in table.c), None)
        if naming is not None and "id" in table.c:
            rows = session.execute(select(table.c.id, naming).where(table.c.id.in_(keys)))
            found |= {(kind, str(key)): name for key, name in rows}
    return {
        entry.sequence: found[entry.object_type, entry.object_id]
        for entry in shown
        if (entry.object_type, entry.object_id) in found
    }


def _may_be_seen() -> ColumnElement[bool]:
    """Everything but bids that nobody has opened. What is about a bid unknown here is hidden."""
    about_a_bid = or_(AuditEntry.object_type.like("bid%"), AuditEntry.action.in_(CLOSED_ACTIONS))
    return or_(
        ~about_a_bid,
        func.replace(AuditEntry.object_id, "-", "").in_(select(_opened_ids().c.id)),
    )


def _opened_ids() -> Subquery:
    """The keys of opened lots and of their bids, as the plain figures that both databases hold."""
    lot, bid = Base.metadata.tables["lot"], Base.metadata.tables["bid"]
    opened = lot.c.opened_at.is_not(None)
    bids = select(_plain_key(bid)).select_from(bid.join(lot)).where(opened)
    return bids.union_all(select(_plain_key(lot)).where(opened)).subquery()


def _plain_key(table: Table) -> ColumnElement[str]:
    return func.replace(cast(table.c.id, String(40)), "-", "").label("id")


def _about(session: Session, thing: str) -> ColumnElement[bool]:
    """Entries about the thing with this reference or key."""
    if (key := _key(thing)) is not None:
        return AuditEntry.object_id == str(key)
    keys = [str(key) for key in _keys_of_reference(session, thing)]
    return AuditEntry.object_id.in_(keys) if keys else false()


def _keys_of_reference(session: Session, reference: str) -> Sequence[uuid.UUID]:
    tables = [
        table for table in Base.metadata.sorted_tables if "reference" in table.c and "id" in table.c
    ]
    return [
        key
        for table in tables
        for key in session.scalars(
            select(table.c.id).where(table.c.reference == reference.strip().upper())
        )
    ]


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


def _plain(words: str) -> str:
    """Words to look for, in which % and _ mean themselves."""
    return words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

"""Reading the record, without what is still closed.

An entry about a bid is shown only once its lot's bids have been opened: before that even the
number of such entries would tell.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Subquery, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Organisation, Person
from marketplace.audit.models import Action, AuditEntry
from marketplace.audit.things import as_key, key_of, keys_of_reference, table_of
from marketplace.db import AnyColumns, remembered

ACTOR = aliased(Person)

CLOSED_ACTIONS = (Action.BID_SUBMITTED, Action.BID_CONFIRMED, Action.BID_WITHDRAWN)


@dataclass(frozen=True)
class EntryFilter:
    """What a reader of the record asks for; an empty part asks for nothing."""

    action: Action | None = None
    person: str = ""
    thing: str = ""


@remembered
def entries(asked: EntryFilter, about: frozenset[uuid.UUID]) -> Select[AuditEntry]:
    """The entries that may be seen and were asked for; `about` are the keys of the thing."""
    query = select(AuditEntry).where(_may_be_seen())
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
        query = query.where(AuditEntry.object_id.in_([str(key) for key in about]))
    return query


def shown(entries: Select[AuditEntry]) -> AnyColumns:
    """What a row of the record shows."""
    return (
        entries.outerjoin(ACTOR, ACTOR.id == AuditEntry.actor_id)
        .outerjoin(Organisation, Organisation.id == ACTOR.organisation_id)
        .with_only_columns(
            *(AuditEntry.sequence, AuditEntry.at, AuditEntry.action, AuditEntry.detail),
            *(AuditEntry.object_type, AuditEntry.object_id),
            ACTOR.name.label("actor"),
            Organisation.name.label("organisation"),
        )
    )


def keys_of(session: Session, thing: str) -> frozenset[uuid.UUID]:
    """The keys of whatever has this reference or key; none for no thing."""
    if not thing:
        return frozenset()
    key = as_key(thing)
    return frozenset([key] if key else keys_of_reference(session, thing))


def _may_be_seen() -> ColumnElement[bool]:
    """Everything but bids that nobody has opened. What is about a bid unknown here is hidden."""
    about_a_bid = or_(AuditEntry.object_type.like("bid%"), AuditEntry.action.in_(CLOSED_ACTIONS))
    return or_(~about_a_bid, AuditEntry.object_id.in_(select(_opened_keys().c.key)))


def _opened_keys() -> Subquery:
    """The keys of opened lots and of their bids."""
    lot, bid = table_of("lot"), table_of("bid")
    opened = lot.c.opened_at.is_not(None)
    bids = select(key_of(bid)).select_from(bid.join(lot)).where(opened)
    return bids.union_all(select(key_of(lot)).where(opened)).subquery()


def _plain(words: str) -> str:
    """Words to look for, in which % and _ mean themselves."""
    return words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

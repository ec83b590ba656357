"""Reading the record, without what is still closed.

An entry about a bid is shown only once its lot's bids have been opened: before that even the
number of such entries would tell.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Subquery, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Person
from marketplace.audit.models import Action, AuditEntry
from marketplace.audit.things import as_key, key_of, keys_of_reference, table_of

CLOSED_ACTIONS = (Action.BID_SUBMITTED, Action.BID_WITHDRAWN)


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


def _about(session: Session, thing: str) -> ColumnElement[bool]:
    """Entries about the thing with this reference or key."""
    if (key := as_key(thing)) is not None:
        return AuditEntry.object_id == str(key)
    keys = [str(key) for key in keys_of_reference(session, thing)]
    return AuditEntry.object_id.in_(keys) if keys else false()


def _plain(words: str) -> str:
    """Words to look for, in which % and _ mean themselves."""
    return words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

"""What was done to one's own things, and by whom: an organisation reads its part of the record.

Its own are its requirements, contracts, bids and questions, the organisation itself, and what its
people answered in joining windows. Of a lot that it was asked to join or bid for it sees the
steps that all concerned are told of. Sign-ins and the like are shown to that person alone.
"""

from sqlalchemy import Select, Subquery, exists, literal, select, union_all
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Person
from marketplace.audit.models import Action, AuditEntry
from marketplace.audit.things import key_of, table_of

OWNERS = (
    ("requirement", "authority_id"),
    ("contract", "authority_id"),
    ("requirement_import", "authority_id"),
    ("contract_import", "authority_id"),
    ("bid", "supplier_id"),
    ("clarification", "supplier_id"),
)
"""The kinds of thing that belong to one organisation, and the column that says to which."""

STEPS_OF_A_LOT = (
    Action.JOINING_CLOSED,
    Action.LOT_PUBLISHED,
    Action.LOT_CHANGED,
    Action.DEADLINE_EXTENDED,
    Action.LOT_CANCELLED,
    Action.BIDS_SEALED,
    Action.BIDS_OPENED,
    Action.LOT_AWARDED,
)
ANSWERS = (
    Action.JOINING_COMMITTED,
    Action.JOINING_COMMITTED_IF,
    Action.JOINING_DECLINED,
    Action.JOINING_WITHDRAWN,
)


def own_entries(person: Person) -> Select[AuditEntry]:
    """The entries about what belongs to the person or the person's organisation."""
    shown = union_all(
        _about(_own_things(person)),
        _about(_own_lots(person)).where(AuditEntry.action.in_(STEPS_OF_A_LOT)),
        select(AuditEntry.sequence)
        .join(Person, Person.id == AuditEntry.actor_id)
        .where(Person.organisation_id == person.organisation_id, AuditEntry.action.in_(ANSWERS)),
    )
    return (
        select(AuditEntry)
        .where(AuditEntry.sequence.in_(shown))
        .options(joinedload(AuditEntry.actor))
    )


def _about(things: Subquery) -> Select[int]:
    return select(AuditEntry.sequence).join(
        things,
        (AuditEntry.object_type == things.c.kind) & (AuditEntry.object_id == things.c.key),
    )


def _own_things(person: Person) -> Subquery:
    owned = [
        select(literal(kind).label("kind"), key_of(table_of(kind))).where(
            table_of(kind).c[owner] == person.organisation_id
        )
        for kind, owner in OWNERS
    ]
    themselves = [
        select(literal(kind).label("kind"), literal(str(key)).label("key"))
        for kind, key in (("organisation", person.organisation_id), ("person", person.id))
    ]
    return union_all(*owned, *themselves).subquery()


def _own_lots(person: Person) -> Subquery:
    """The lots that the organisation was asked to join or has bid for, and their awards."""
    lot, award, member, bid = map(table_of, ("lot", "award", "lot_member", "bid"))
    concerned = exists().where(
        member.c.lot_id == lot.c.id, member.c.authority_id == person.organisation_id
    ) | exists().where(bid.c.lot_id == lot.c.id, bid.c.supplier_id == person.organisation_id)
    lots = select(literal("lot").label("kind"), key_of(lot)).where(concerned)
    awards = (
        select(literal("award").label("kind"), key_of(award))
        .select_from(award.join(lot, lot.c.id == award.c.lot_id))
        .where(concerned)
    )
    return union_all(lots, awards).subquery()

"""The deadlines of lots: answers in windows, bids, closings and openings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.home.deadlines import Deadline, add_deadlines
from marketplace.lots.models import Lot, LotStatus
from marketplace.lots.queries import is_joining, windows_of
from marketplace.suppliers.queries import looks_for
from marketplace.web.formatting import in_a_sentence

MOST = 200


@add_deadlines
def windows(session: Session, person: Person, at: datetime) -> Sequence[Deadline]:
    """The end of each open window: for the authorities asked, and for reviewers."""
    if person.role not in (Role.COMMISSIONER, Role.REVIEWER):
        return []
    asked = person.role == Role.COMMISSIONER
    windows_seen = windows_of(person.organisation_id) if asked else select(Lot)
    lots = session.scalars(
        windows_seen.where(is_joining(at)).order_by(Lot.joining_closes_at, Lot.id).limit(MOST)
    )
    return [
        Deadline(
            lot.id,
            lot.joining_closes_at,
            f"{lot.reference}: commit to {in_a_sentence(lot.title)}, or decline"
            if asked
            else f"{lot.reference}: the joining window ends",
            f"/joining/{lot.id}" if asked else f"/lots/{lot.id}",
        )
        for lot in lots
    ]


@add_deadlines
def tenders(session: Session, person: Person, at: datetime) -> Sequence[Deadline]:
    """The deadline for bids: for suppliers of the category, and for reviewers, who then open."""
    if person.role not in (Role.SUPPLIER, Role.REVIEWER):
        return []
    lots = select(Lot).where(Lot.status == LotStatus.OPEN, Lot.deadline > at)
    if person.role == Role.SUPPLIER:
        lots = lots.where(looks_for(person.organisation_id, Lot.category_code))
    verb = "bid for" if person.role == Role.SUPPLIER else "open the bids for"
    return [
        Deadline(
            lot.id,
            lot.deadline,
            f"{lot.reference}: {verb} {in_a_sentence(lot.title)}",
            f"/lots/{lot.id}",
        )
        for lot in session.scalars(lots.order_by(Lot.deadline, Lot.id).limit(MOST))
        if lot.deadline is not None
    ]

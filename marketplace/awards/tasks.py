"""What awards ask of people: lots whose bids wait to be scored or awarded; results to read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.awards.models import Award
from marketplace.bids.models import Bid
from marketplace.home.tasks import Task, add_source
from marketplace.lots.models import Lot, LotStatus
from marketplace.security.two_people import lots_waiting
from marketplace.web.formatting import in_a_sentence

MOST = 10
RECENT = timedelta(days=30)


@add_source
def lots_to_award(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """A reviewer's lots between opening and award."""
    if person.role != Role.REVIEWER:
        return []
    lots = session.scalars(
        select(Lot)
        .where(Lot.status == LotStatus.OPENED, Lot.id.not_in(lots_waiting()))
        .order_by(Lot.opened_at, Lot.id)
        .limit(MOST)
    )
    return [
        Task(
            f"{lot.reference}: score and award {in_a_sentence(lot.title)}",
            url_for("awards.evaluate", lot_id=lot.id),
            "Opened",
        )
        for lot in lots
    ]


@add_source
def results_to_read(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """A supplier's results of the last 30 days."""
    if person.role != Role.SUPPLIER:
        return []
    lots = session.scalars(
        select(Lot)
        .join(Bid, Bid.lot_id == Lot.id)
        .join(Award, Award.lot_id == Lot.id)
        .where(Bid.supplier_id == person.organisation_id, Award.awarded_at >= at - RECENT)
        .order_by(Award.awarded_at.desc(), Award.id)
        .limit(MOST)
    )
    return [
        Task(
            f"{lot.reference}: read the result of your bid for {in_a_sentence(lot.title)}",
            url_for("awards.result", lot_id=lot.id),
            "Awarded",
        )
        for lot in lots
    ]

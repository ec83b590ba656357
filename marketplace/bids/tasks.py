"""What bids ask of people: lots whose bids wait to be opened."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.home.tasks import Task, add_source
from marketplace.lots.models import Lot, LotStatus
from marketplace.lots.queries import status_filter
from marketplace.web.formatting import from_now, in_a_sentence

MOST = 10


@add_source
def lots_to_open(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """A reviewer's lots past their deadline. Whether there are bids is not known before."""
    if person.role != Role.REVIEWER:
        return []
    lots = session.scalars(
        select(Lot)
        .where(status_filter(LotStatus.CLOSED, at))
        .order_by(Lot.deadline, Lot.id)
        .limit(MOST)
    )
    return [
        Task(
            f"{lot.reference}: open the bids for {in_a_sentence(lot.title)}",
            url_for("opening.show", lot_id=lot.id),
            f"closed {from_now(lot.deadline)}",
        )
        for lot in lots
    ]

"""The worker publishes the seal root of each lot soon after its deadline.

Nothing depends on it: a lot is closed by the clock, and who opens it first can publish the root.
"""

import logging

from sqlalchemy import select

from marketplace.audit.chain import present_moment
from marketplace.bids.opening import publish_root
from marketplace.errors import WrongState
from marketplace.jobs.database import database
from marketplace.lots.models import Lot, LotOpener, LotStatus
from marketplace.lots.queries import status_filter

log = logging.getLogger(__name__)

AT_A_TIME = 20


def seal_round() -> None:
    """Publish the roots that are due. It looks first, so that idle rounds hold no lock."""
    with database.looking() as session:
        named = select(LotOpener.lot_id)
        closed = status_filter(LotStatus.CLOSED, present_moment(session))
        due = session.scalars(
            select(Lot.id)
            .where(closed, Lot.seal_root.is_(None), Lot.id.in_(named))
            .order_by(Lot.deadline, Lot.id)
            .limit(AT_A_TIME)
        ).all()
    for lot_id in due:
        try:
            with database.changing() as session:
                lot = session.get_one(Lot, lot_id)
                publish_root(session, lot, by=None, at=present_moment(session))
        except WrongState as fault:
            log.info("The root of lot %s: %s", lot_id, fault)


ROUNDS = (seal_round,)

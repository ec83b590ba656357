"""More than a page of what there is less of: policies, people, runs, bids, and the record."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.bulk import NOW
from marketplace.accounts.models import Person, Role
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.bids.models import Bid, BidRevision, BidStatus
from marketplace.categories.models import CpvCode
from marketplace.lots.models import Lot, LotStatus
from tests.factories import make_person, make_policy, make_proposal

ROWS = 60


def fill_small_lists(session: Session) -> None:
    """Fill them; the lists of requirements, lots and contracts are full already."""
    make_policy(session, None)
    for code in session.scalars(select(CpvCode).limit(ROWS)).all():
        make_policy(session, code.code, title=code.name)
    for _ in range(ROWS):
        make_person(session, Role.SUPPLIER)
        make_proposal(session, category_code=code.code)
    supplier = session.scalars(select(Person).where(Person.role == Role.SUPPLIER)).first()
    lots = session.scalars(select(Lot).where(Lot.status == LotStatus.OPEN).limit(ROWS)).all()
    for number, lot in enumerate(lots):
        assert supplier
        bid = Bid(
            reference=f"BID-2026-{number:06d}",
            lot_id=lot.id,
            supplier_id=supplier.organisation_id,
            status=BidStatus.SUBMITTED,
        )
        session.add(bid)
        session.flush()
        received = NOW - timedelta(minutes=number)
        session.add(
            BidRevision(
                bid_id=bid.id, number=1, received_at=received, envelope=b"", sha256="0" * 64
            )
        )
        record(session, Action.LOT_PUBLISHED, lot, by=supplier, at=received)
    session.commit()

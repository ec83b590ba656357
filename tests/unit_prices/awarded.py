"""Lots that were opened or awarded, by their rows alone: what they are worth, and for how many."""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from marketplace.accounts.models import OrganisationKind, Person, Role
from marketplace.awards.models import Award
from marketplace.bids.models import Bid, BidPrice, BidStatus
from marketplace.contracts.models import Contract, ContractSource
from marketplace.lots.models import Lot, LotStatus
from tests import factories

BOOKS = "22113000"
_numbers = itertools.count(1)


def opened_lot(session, quantity: Decimal, prices: Sequence[Decimal], **facts) -> Lot:
    """A lot of one buyer for so many units whose bids, opened, come to these prices."""
    number = next(_numbers)
    buyer = facts.pop("buyer", None) or factories.make_organisation(session)
    need = factories.make_requirement(
        session, buyer, **{"quantity": quantity, "unit": "books", **facts}
    )
    reviewer = factories.make_person(session, Role.REVIEWER)
    lot = factories.make_joining(session, [need], reviewer)
    session.flush()
    at = factories.NOW - timedelta(days=30)
    lot.status, lot.published_at, lot.deadline = LotStatus.OPENED, at, at
    for place, price in enumerate(prices):
        supplier = factories.make_organisation(session, OrganisationKind.SUPPLIER)
        bid = Bid(
            reference=f"BID-2026-{number:03d}{place}",
            lot_id=lot.id,
            supplier_id=supplier.id,
            status=BidStatus.OPENED,
        )
        session.add(bid)
        session.flush()
        session.add(BidPrice(bid_id=bid.id, authority_id=buyer.id, price=price))
    session.flush()
    return lot


def contract_of_books(session, **facts) -> tuple[Person, Contract]:
    """A commissioner whose authority has a contract for 400 books at £5,000 from a lot."""
    factories.make_policy(session, BOOKS).unit = "books"
    person = factories.make_person(session, Role.COMMISSIONER)
    lot = opened_lot(
        session,
        **{"quantity": Decimal(400), "prices": [Decimal(5_000)], **facts},
        buyer=person.organisation,
    )
    bid = session.query(Bid).filter_by(lot_id=lot.id).one()
    number = next(_numbers)
    award = Award(
        reference=f"AWD-2026-{number:04d}",
        lot_id=lot.id,
        bid_id=bid.id,
        reason="The only bid",
        awarded_at=factories.NOW,
    )
    session.add(award)
    session.flush()
    contract = Contract(
        reference=f"CON-2026-9{number:03d}",
        authority_id=person.organisation_id,
        source=ContractSource.AWARD,
        award_id=award.id,
        source_key=award.reference,
        title="Library books",
        description="",
        supplier_name="Made-up Books",
        supplier_id=bid.supplier_id,
        category_code=BOOKS,
        value=Decimal(5_000),
        start_date=date(2026, 5, 1),
        end_date=date(2028, 4, 30),
        status="active",
        created_at=factories.NOW,
    )
    session.add(contract)
    session.flush()
    return person, contract

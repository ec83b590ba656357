"""The points from which a category's elasticity is estimated: lots whose bids were opened."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import exp, fsum, log

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit.models import Action, AuditEntry
from marketplace.bids.models import Bid, BidPrice
from marketplace.categories.models import CategoryPolicy
from marketplace.categories.queries import policies_for
from marketplace.lots.models import Lot, LotMember, LotStatus
from marketplace.requirements.models import Requirement
from marketplace.unit_prices.contract_prices import plain_unit
from marketplace.unit_prices.elasticity import Estimate, Point, Prior, estimate

OPENED = (LotStatus.OPENED, LotStatus.AWARDED)
LATEST = 5


def estimate_for(session: Session, policy: CategoryPolicy) -> Estimate:
    """What the category's lots say of its price effect, shrunk towards the policy's."""
    points = points_by_policy(session).get(policy.id, [])
    return estimate(points, prior_of(policy))


def prior_of(policy: CategoryPolicy) -> Prior:
    return Prior(
        float(policy.elasticity_low),
        float(policy.elasticity_likely),
        float(policy.elasticity_high),
    )


def points_by_policy(session: Session) -> Mapping[uuid.UUID, list[Point]]:
    """A point for each lot that was opened and whose quantity is known, under its policy.

    The bids for a lot are for one volume and have much in common, so they make one point, at the
    middle of their prices; the winning bid, which became the contracts, is one of them.
    """
    bids = _bids(session)
    lots = session.execute(
        select(Lot.id, Lot.reference, Lot.category_code).where(Lot.id.in_(bids))
    ).all()
    policies = policies_for(session, [lot.category_code for lot in lots])
    volumes = _volumes(session)
    found: dict[uuid.UUID, list[Point]] = defaultdict(list)
    for lot in lots:
        policy, (units, volume) = policies[lot.category_code], volumes.get(lot.id, (set(), None))
        if volume and policy.unit and units == {plain_unit(policy.unit)}:
            prices = [float(price / volume) for price in bids[lot.id]]
            middle = exp(fsum(map(log, prices)) / len(prices))
            found[policy.id].append(Point(lot.reference, float(volume), middle, len(prices)))
    return found


def _bids(session: Session) -> Mapping[uuid.UUID, list[Decimal]]:
    """What each opened bid for each lot asks of all authorities together."""
    rows = session.execute(
        select(Bid.lot_id, func.sum(BidPrice.price))
        .join(BidPrice, BidPrice.bid_id == Bid.id)
        .join(Lot, Lot.id == Bid.lot_id)
        .where(Lot.status.in_(OPENED))
        .group_by(Bid.lot_id, Bid.id)
        .order_by(Bid.lot_id, Bid.id)
    )
    found: dict[uuid.UUID, list[Decimal]] = defaultdict(list)
    for lot_id, price in rows:
        found[lot_id].append(price)
    return found


def _volumes(session: Session) -> Mapping[uuid.UUID, tuple[set[str], Decimal | None]]:
    """The units that its requirements are in, and how many; None where one says nothing."""
    rows = session.execute(
        select(LotMember.lot_id, Requirement.unit, Requirement.quantity)
        .join(Requirement, Requirement.id == LotMember.requirement_id)
        .join(Lot, Lot.id == LotMember.lot_id)
        .where(LotMember.active, Lot.status.in_(OPENED))
    )
    needs: dict[uuid.UUID, list[tuple[str, Decimal | None]]] = defaultdict(list)
    for lot_id, unit, quantity in rows:
        needs[lot_id].append((plain_unit(unit), quantity))
    return {
        lot_id: (
            {unit for unit, _ in several},
            sum((quantity for _, quantity in several if quantity), Decimal(0))
            if all(quantity for _, quantity in several)
            else None,
        )
        for lot_id, several in needs.items()
    }


def applied_before(session: Session, policy: CategoryPolicy) -> Sequence[AuditEntry]:
    """When estimates became the policy, the latest first, as the record has it."""
    return session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == CategoryPolicy.__tablename__,
            AuditEntry.object_id == str(policy.id),
            AuditEntry.action == Action.ELASTICITY_APPLIED,
        )
        .order_by(AuditEntry.sequence.desc())
        .limit(LATEST)
    ).all()

"""From an award to one contract for each authority, in one transaction."""

import uuid
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.awards.models import Award
from marketplace.awards.services import award_lot
from marketplace.bids import queries as bids
from marketplace.contracts.models import Contract, ContractSource, ContractStatus, Sureness
from marketplace.contracts.months import months_after
from marketplace.lots import queries as lots
from marketplace.lots.models import Lot, LotMember
from marketplace.references import next_references
from marketplace.requirements.models import RequirementStatus
from marketplace.requirements.services import move_requirements


def award_and_register(
    session: Session, lot: Lot, asked_id: uuid.UUID, *, by: Person, at: datetime
) -> Award:
    """Confirm an award and register its contracts (requirements: in tender → contracted)."""
    award = award_lot(session, lot, asked_id, by=by, at=at)
    winner = bids.opened_bid(session, lot, award.bid_id)
    parts: dict[object, list[LotMember]] = defaultdict(list)
    for member in lots.parts(session, lot):
        parts[member.authority_id].append(member)
    references = next_references(session, "CON", at.year, len(winner.prices))
    for reference, price in zip(
        references, sorted(winner.prices, key=lambda p: p.authority.name), strict=True
    ):
        months = max(m.requirement.term_months for m in parts[price.authority_id])
        contract = Contract(
            reference=reference,
            authority_id=price.authority_id,
            source=ContractSource.AWARD,
            award_id=award.id,
            source_key=award.reference,
            source_reference=lot.reference,
            title=lot.title,
            description=lot.description,
            supplier_name=winner.supplier.name,
            supplier_id=winner.supplier_id,
            category_code=lot.category_code,
            value=price.price,
            yearly_value=(price.price * 12 / months).quantize(Decimal("0.01")),
            start_date=lot.start_from,
            end_date=months_after(lot.start_from, months) - timedelta(days=1),
            end_is_estimate=False,
            sureness=Sureness.AWARDED,
            is_public=True,
            status=ContractStatus.ACTIVE,
            created_at=at,
        )
        session.add(contract)
    requirements = lots.committed_requirements(session, lot)
    move_requirements(session, requirements, RequirementStatus.CONTRACTED, by=by, at=at)
    record(session, Action.CONTRACTS_REGISTERED, award, by=by, at=at, number=len(references))
    return award

"""What the prices of an authority's own awarded contracts are: value by quantity."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.awards.models import Award
from marketplace.categories.models import CategoryPolicy
from marketplace.categories.queries import policies_for
from marketplace.contracts.models import Contract
from marketplace.lots.models import LotMember
from marketplace.requirements.models import Requirement
from marketplace.unit_prices.models import GivenPrice
from marketplace.unit_prices.quarters import financial_year


@dataclass(frozen=True)
class ContractPrice:
    """A contract whose quantity is known, as a price of a unit."""

    contract_id: uuid.UUID
    reference: str
    title: str
    category_code: str
    category_title: str
    unit: str
    year: int
    quantity: Decimal
    price: Decimal


def contract_prices(session: Session, authority_id: uuid.UUID) -> list[ContractPrice]:
    """The authority's contracts from lots that could be given and are not, the newest first.

    The quantity is that of its requirements in the lot, which must all be in the category's unit.
    """
    given = select(GivenPrice.contract_id).where(
        GivenPrice.authority_id == authority_id,
        GivenPrice.withdrawn_at.is_(None),
        GivenPrice.contract_id.is_not(None),
    )
    rows = session.execute(
        select(Contract, Requirement)
        .join(Award, Award.id == Contract.award_id)
        .join(LotMember, LotMember.lot_id == Award.lot_id)
        .join(Requirement, Requirement.id == LotMember.requirement_id)
        .where(
            Contract.authority_id == authority_id,
            LotMember.authority_id == authority_id,
            LotMember.active,
            Contract.id.not_in(given),
        )
        .order_by(Contract.start_date.desc(), Contract.reference)
    )
    needs: dict[Contract, list[Requirement]] = defaultdict(list)
    for contract, requirement in rows:
        needs[contract].append(requirement)
    policies = policies_for(session, [str(c.category_code) for c in needs if c.category_code])
    return [
        found
        for contract, bought in needs.items()
        if contract.category_code
        and (found := _as_price(contract, bought, policies[contract.category_code]))
    ]


def _as_price(
    contract: Contract, bought: Sequence[Requirement], policy: CategoryPolicy
) -> ContractPrice | None:
    quantities = [need.quantity for need in bought if need.quantity]
    same_unit = {plain_unit(need.unit) for need in bought} == {plain_unit(policy.unit)}
    if not (policy.cpv_code and policy.unit and same_unit and contract.start_date):
        return None
    if len(quantities) < len(bought) or not contract.value or contract.value < 0:
        return None
    quantity = sum(quantities, Decimal(0))
    return ContractPrice(
        contract_id=contract.id,
        reference=contract.reference,
        title=contract.title,
        category_code=policy.cpv_code,
        category_title=policy.title,
        unit=policy.unit,
        year=financial_year(contract.start_date),
        quantity=quantity,
        price=(contract.value / quantity).quantize(Decimal("0.000001")),
    )


def plain_unit(unit: str | None) -> str:
    """A unit without what says nothing: how it is capitalised and spaced."""
    return " ".join((unit or "").casefold().split())

"""Making a business case in one step, changing what it assumes, completing its risks."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.barriers import Barrier
from marketplace.cases import queries
from marketplace.cases.baseline import Baseline, digest, freeze, read
from marketplace.cases.models import BusinessCase, CaseRisk
from marketplace.cases.risks import ANSWERS, WHAT
from marketplace.cases.sums import GREEN_BOOK_RATE, Assumptions, work_out
from marketplace.categories.queries import policy_for
from marketplace.errors import StaleEdit, WrongState
from marketplace.lots.models import Lot, LotStatus
from marketplace.lots.queries import parts
from marketplace.references import next_reference


@dataclass(frozen=True)
class Costs:
    """What a reviewer assumes upon the baseline."""

    rate: Decimal
    tender_cost: Decimal
    coordination_cost: Decimal
    running_cost: Decimal


@dataclass(frozen=True)
class RiskTold:
    """What people add to a line of the risk register."""

    what: str
    likelihood: int | None
    impact: int | None
    answer: str
    owner: str


def make_case(session: Session, lot: Lot, *, by: Person, at: datetime) -> BusinessCase:
    """Freeze the baseline of a lot and fill in its case; a lot that has one keeps it.

    Raises WrongState for a cancelled lot and for one of fewer than two authorities.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    there = queries.case_of(session, lot.id)
    if there is not None:
        return there
    members = parts(session, lot)
    if lot.status == LotStatus.CANCELLED or len({each.authority_id for each in members}) < 2:
        raise WrongState("A case is made for a lot of two authorities or more that goes on.")
    policy = policy_for(session, lot.category_code)
    frozen = freeze(lot, members, policy)
    case = BusinessCase(
        reference=next_reference(session, "CASE", at.year),
        lot_id=lot.id,
        baseline=frozen,
        baseline_sha256=digest(frozen),
        frozen_at=at,
        frozen_by_id=by.id,
        rate=GREEN_BOOK_RATE,
        tender_cost=policy.tender_cost,
        coordination_cost=policy.coordination_cost,
        running_cost=Decimal(0),
    )
    case.net_present_value = work_out(read(frozen).parts, assumed(case)).net_present_value
    case.risks = [
        CaseRisk(position=place, barrier=each, what=WHAT[each], answer=ANSWERS[each])
        for place, each in enumerate(Barrier, start=1)
    ]
    session.add(case)
    record(
        session, Action.CASE_MADE, case, by=by, at=at, lot=lot.reference, baseline=digest(frozen)
    )
    return case


def change_costs(
    session: Session, case: BusinessCase, costs: Costs, *, version: int, by: Person, at: datetime
) -> None:
    """Assume other costs or another rate; the baseline stays. Raises StaleEdit."""
    if case.version != version:
        raise StaleEdit("Somebody else changed this since you opened it. Check it and save again.")
    for name, value in vars(costs).items():
        setattr(case, name, value)
    case.net_present_value = work_out(read(case.baseline).parts, assumed(case)).net_present_value
    detail = {name: str(value) for name, value in vars(costs).items()}
    record(session, Action.CASE_CHANGED, case, by=by, at=at, **detail)


def complete_risk(
    session: Session, risk: CaseRisk, told: RiskTold, *, version: int, by: Person, at: datetime
) -> None:
    """Fill in a line of the risk register; raises StaleEdit."""
    if risk.version != version:
        raise StaleEdit("Somebody else changed this since you opened it. Check it and save again.")
    for name, value in vars(told).items():
        setattr(risk, name, value)
    record(session, Action.CASE_RISK_COMPLETED, risk, by=by, at=at, barrier=risk.barrier.value)


def assumed(case: BusinessCase) -> Assumptions:
    """What the case's sums rest on, at the likely price effect."""
    frozen: Baseline = read(case.baseline)
    return Assumptions(
        elasticity=frozen.elasticity_likely,
        max_discount=frozen.max_discount,
        tender_cost=case.tender_cost,
        coordination_cost=case.coordination_cost,
        running_cost=case.running_cost,
        rate=case.rate,
    )

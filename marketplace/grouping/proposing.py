"""From what a run found to rows that people can decide on."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.models import CategoryPolicy, CpvCode
from marketplace.grouping.models import (
    PROPOSAL_MOVES,
    GroupingRun,
    LeftAlone,
    Proposal,
    ProposalMember,
    ProposalStatus,
    RunCategory,
)
from marketplace.grouping.translate import Conclusion, Worth
from marketplace.references import next_references
from marketplace.requirements.models import Requirement
from marketplace.status import move


def add_findings(
    session: Session,
    run: GroupingRun,
    conclusion: Conclusion,
    *,
    at: datetime,
    scenario: uuid.UUID | None = None,
    apart: Collection[Collection[str]] = (),
) -> None:
    """One proposal for each joint lot (→ proposed), one row for each requirement left alone.

    `scenario` names what a reviewer made of the run's answer, where it is not the run's own, and
    `apart` the pairs of authorities that were kept apart there, by code.
    """
    lots = sorted(conclusion.lots, key=lambda lot: (-lot.net_benefit_likely, _first(lot)))
    names = _names(session, run)
    buyers = _buyers(session, lots)
    references = next_references(session, "PROP", at.year, len(lots)) if lots else []
    for reference, lot in zip(references, lots, strict=True):
        authorities = len({buyers[member.requirement_id] for member in lot.members})
        proposal = _proposal(run, reference, lot, names[lot.category_code], authorities, at)
        proposal.scenario_id = scenario
        proposal.kept_apart = sorted(sorted(pair) for pair in apart)
        session.add(proposal)
    session.add_all(
        LeftAlone(
            run_id=run.id,
            requirement_id=each.requirement_id,
            reason=each.reason,
            change=each.change,
        )
        for each in conclusion.alone
    )


def supersede_earlier(session: Session, run: GroupingRun, *, at: datetime) -> None:
    """Undecided proposals of other runs in the run's categories (proposed → superseded).

    A run weighs everything that is free in its categories, so an older proposal there either
    shares a requirement with it or rests on requirements that are gone.
    """
    codes = select(RunCategory.category_code).where(RunCategory.run_id == run.id)
    earlier = select(Proposal).where(
        Proposal.status == ProposalStatus.PROPOSED,
        Proposal.run_id != run.id,
        Proposal.category_code.in_(codes),
    )
    supersede(session, earlier, run, at=at)


def supersede(
    session: Session, earlier: Select[Proposal], run: GroupingRun, *, at: datetime
) -> None:
    """These undecided proposals give way to what the run now proposes (proposed → superseded)."""
    for proposal in session.scalars(earlier.order_by(Proposal.id).with_for_update()).all():
        move(proposal, ProposalStatus.SUPERSEDED, PROPOSAL_MOVES)
        proposal.decided_at = at
        record(session, Action.PROPOSAL_SUPERSEDED, proposal, by=None, at=at, run=run.reference)


def _proposal(
    run: GroupingRun, reference: str, lot: Worth, name: str, authorities: int, at: datetime
) -> Proposal:
    return Proposal(
        reference=reference,
        run_id=run.id,
        category_code=lot.category_code,
        title=f"{name[:200]} for {_counted(authorities)}",
        status=ProposalStatus.PROPOSED,
        value=lot.value,
        net_benefit_low=lot.net_benefit_low,
        net_benefit_likely=lot.net_benefit_likely,
        net_benefit_high=lot.net_benefit_high,
        net_benefit_expected=lot.net_benefit_expected,
        saving=lot.saving,
        coordination_cost=lot.coordination_cost,
        tender_saving=lot.tender_saving,
        start_from=lot.start_from,
        start_to=lot.start_to,
        specification=dict(lot.specification),
        leverage=lot.leverage,
        created_at=at,
        members=[
            ProposalMember(
                requirement_id=member.requirement_id,
                value=member.value,
                price_saving=member.price_saving,
            )
            for member in lot.members
        ],
    )


def _first(lot: Worth) -> str:
    return min(member.reference for member in lot.members)


def _names(session: Session, run: GroupingRun) -> dict[str, str]:
    """What people call each category: the title of its own policy, else the code's name."""
    rows = session.execute(
        select(CpvCode.code, func.coalesce(CategoryPolicy.title, CpvCode.name).label("name"))
        .join(RunCategory, RunCategory.category_code == CpvCode.code)
        .outerjoin(CategoryPolicy, CategoryPolicy.cpv_code == CpvCode.code)
        .where(RunCategory.run_id == run.id)
    )
    return {row.code: row.name for row in rows}


def _counted(authorities: int) -> str:
    return "1 authority" if authorities == 1 else f"{authorities} authorities"


def _buyers(session: Session, lots: list[Worth]) -> dict[object, object]:
    ids = [member.requirement_id for lot in lots for member in lot.members]
    found: dict[object, object] = {}
    for start in range(0, len(ids), 500):  # databases cap the number of parameters
        rows = session.execute(
            select(Requirement.id, Requirement.authority_id).where(
                Requirement.id.in_(ids[start : start + 500])
            )
        )
        found.update((key, buyer) for key, buyer in rows)
    return found

"""What stands beside a proposal in its run's answer."""

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.grouping.models import Proposal, ProposalMember
from marketplace.grouping.narrowing import narrowed
from marketplace.grouping.translate import HasSnapshot
from marketplace.requirements.models import Requirement


def lots_beside(session: Session, proposal: Proposal) -> list[list[str]]:
    """The joint lots of the answer that the proposal is part of, its own among them."""
    rows = session.execute(
        select(ProposalMember.proposal_id, Requirement.reference)
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .join(Requirement, Requirement.id == ProposalMember.requirement_id)
        .where(
            Proposal.run_id == proposal.run_id,
            Proposal.category_code == proposal.category_code,
            Proposal.scenario_id.is_not_distinct_from(proposal.scenario_id),
        )
        .order_by(Requirement.reference)
    )
    lots: dict[uuid.UUID, list[str]] = {}
    for key, reference in rows:
        lots.setdefault(key, []).append(reference)
    return sorted(lots.values())


def titles(session: Session, references: Iterable[str]) -> dict[str, tuple[uuid.UUID, str]]:
    """The key and the title of each of these requirements."""
    rows = session.execute(
        select(Requirement.reference, Requirement.id, Requirement.title).where(
            Requirement.reference.in_(sorted(references))
        )
    )
    return {reference: (key, title) for reference, key, title in rows}


def given_to(proposal: Proposal) -> HasSnapshot:
    """What the proposal rests on: its run's snapshot, with whom the reviewer kept apart."""
    if not proposal.kept_apart:
        return proposal.run
    return narrowed(proposal.run, proposal.category_code, apart=proposal.kept_apart)

"""Conflicts of interest: whoever has declared one does not decide."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import NotAllowed, Unacceptable
from marketplace.grouping.models import ConflictOfInterest, Proposal


def declare_conflict(
    session: Session, proposal: Proposal, *, reason: str, by: Person, at: datetime
) -> ConflictOfInterest:
    """Bar oneself from deciding on a proposal, for good; again changes nothing."""
    if not reason.strip():
        raise Unacceptable("Say what the conflict of interest is.")
    found = session.get(ConflictOfInterest, (proposal.id, by.id))
    if found is not None:
        return found
    declared = ConflictOfInterest(
        proposal_id=proposal.id, person_id=by.id, reason=reason.strip(), declared_at=at
    )
    session.add(declared)
    record(session, Action.CONFLICT_DECLARED, proposal, by=by, at=at)
    return declared


def check_no_conflict(session: Session, proposal: Proposal, by: Person | None) -> None:
    """Raises NotAllowed where the person has declared a conflict of interest."""
    declared = session.get(ConflictOfInterest, (proposal.id, by.id)) if by else None
    if declared is not None:
        raise NotAllowed(
            "You have declared a conflict of interest here, so another reviewer decides."
        )


def conflicts(session: Session, proposal: Proposal) -> Sequence[ConflictOfInterest]:
    """Who has declared a conflict, the first first."""
    return session.scalars(
        select(ConflictOfInterest)
        .where(ConflictOfInterest.proposal_id == proposal.id)
        .options(joinedload(ConflictOfInterest.person))
        .order_by(ConflictOfInterest.declared_at, ConflictOfInterest.person_id)
    ).all()

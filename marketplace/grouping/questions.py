"""Sending a proposal back with a question to one of its authorities, and its answer."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from marketplace.accounts.models import Organisation, Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import NotFound, Unacceptable, WrongState
from marketplace.finding import each_word_in
from marketplace.grouping.conflicts import check_no_conflict
from marketplace.grouping.models import (
    Barrier,
    Proposal,
    ProposalMember,
    ProposalQuestion,
    ProposalStatus,
)
from marketplace.grouping.telling import tell_answer, tell_question
from marketplace.requirements.models import Requirement


def ask_authority(
    session: Session,
    proposal: Proposal,
    authority_id: uuid.UUID,
    *,
    question: str,
    barrier: Barrier,
    by: Person,
    at: datetime,
) -> ProposalQuestion:
    """Send an undecided proposal back: it is not approved until the member has answered.

    Raises Unacceptable for an authority that is not a member, WrongState where it was decided,
    NotAllowed for somebody with a conflict of interest.
    """
    check_no_conflict(session, proposal, by)
    _lock(session, proposal)
    if proposal.status != ProposalStatus.PROPOSED:
        raise WrongState(f"{proposal.reference} was decided on, so there is nothing to ask.")
    if authority_id not in {member.requirement.authority_id for member in proposal.members}:
        raise Unacceptable("Choose one of the authorities in the proposal.")
    if not question.strip():
        raise Unacceptable("Enter your question.")
    asked = ProposalQuestion(
        proposal_id=proposal.id,
        authority_id=authority_id,
        barrier=barrier,
        question=question.strip(),
        asked_at=at,
        asked_by_id=by.id,
    )
    session.add(asked)
    record(session, Action.PROPOSAL_QUESTIONED, proposal, by=by, at=at, barrier=barrier.value)
    session.flush()
    tell_question(session, proposal, asked)
    return asked


def answer_question(
    session: Session, asked: ProposalQuestion, *, answer: str, by: Person, at: datetime
) -> None:
    """Answer for one's authority; the proposal is with the reviewers again.

    Raises WrongState where it was answered or taken back, or the proposal decided on.
    """
    _check_open(session, asked)
    if asked.proposal.status != ProposalStatus.PROPOSED:
        raise WrongState("The proposal was decided on meanwhile, so no answer is needed.")
    asked.answer, asked.answered_at, asked.answered_by_id = answer.strip(), at, by.id
    record(session, Action.PROPOSAL_ANSWERED, asked.proposal, by=by, at=at)
    tell_answer(session, asked.proposal, asked, at=at)


def take_back(session: Session, asked: ProposalQuestion, *, by: Person, at: datetime) -> None:
    """Go on without the answer. Raises WrongState where there is one."""
    _check_open(session, asked)
    asked.taken_back_at = at
    record(session, Action.PROPOSAL_QUESTION_TAKEN_BACK, asked.proposal, by=by, at=at)


def check_answered(session: Session, proposal: Proposal) -> None:
    """Raises WrongState while a question about the proposal is open."""
    name = session.scalar(
        select(Organisation.name)
        .join(ProposalQuestion, ProposalQuestion.authority_id == Organisation.id)
        .where(
            ProposalQuestion.proposal_id == proposal.id,
            ProposalQuestion.answered_at.is_(None),
            ProposalQuestion.taken_back_at.is_(None),
        )
        .limit(1)
    )
    if name:
        raise WrongState(
            f"{name} has still to answer your question. Wait for it, or take the question back."
        )


def questions_to(
    authority: Organisation, words: str = "", *, is_answered: bool | None = None
) -> Select[ProposalQuestion]:
    """What an authority was asked (with the words, answered or not), for a list.

    What was taken back is not shown.
    """
    query = (
        select(ProposalQuestion)
        .join(ProposalQuestion.proposal)
        .options(
            contains_eager(ProposalQuestion.proposal).joinedload(Proposal.category),
        )
        .where(
            ProposalQuestion.authority_id == authority.id,
            ProposalQuestion.taken_back_at.is_(None),
            *each_word_in(words, ProposalQuestion.question),
        )
    )
    if is_answered is None:
        return query
    return query.where(ProposalQuestion.answered_at.is_not(None) == is_answered)


def question_to(session: Session, authority: Organisation, key: uuid.UUID) -> ProposalQuestion:
    """One question to the authority; raises NotFound."""
    found = session.scalar(questions_to(authority).where(ProposalQuestion.id == key))
    if found is None:
        raise NotFound()
    return found


def question_about(proposal: Proposal, key: uuid.UUID) -> ProposalQuestion:
    """One question about a proposal whose questions are loaded; raises NotFound."""
    found = next((each for each in proposal.questions if each.id == key), None)
    if found is None:
        raise NotFound()
    return found


def own_requirements(session: Session, asked: ProposalQuestion) -> Sequence[Requirement]:
    """The asked authority's requirements in the proposal, and nobody else's."""
    return session.scalars(
        select(Requirement)
        .join(ProposalMember, ProposalMember.requirement_id == Requirement.id)
        .where(
            ProposalMember.proposal_id == asked.proposal_id,
            Requirement.authority_id == asked.authority_id,
        )
        .options(joinedload(Requirement.category))
        .order_by(Requirement.reference)
    ).all()


def open_questions_to(session: Session, authority: Organisation) -> Sequence[ProposalQuestion]:
    """What an authority has still to answer, the oldest first."""
    return session.scalars(
        questions_to(authority)
        .where(ProposalQuestion.answered_at.is_(None), Proposal.status == ProposalStatus.PROPOSED)
        .order_by(ProposalQuestion.asked_at, ProposalQuestion.id)
    ).all()


def _check_open(session: Session, asked: ProposalQuestion) -> None:
    _lock(session, asked.proposal)
    session.refresh(asked, ["answered_at", "taken_back_at"])
    if not asked.is_open:
        raise WrongState("This question was answered or taken back a moment ago.")


def _lock(session: Session, proposal: Proposal) -> None:
    session.flush()
    session.refresh(proposal, ["status", "version"], with_for_update={"of": Proposal})

"""The joining window: an approved proposal's authorities commit, under a condition or without.

How it ends is in `closing.py`, what each authority may see of the others in `sight.py`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable, WrongState
from marketplace.grouping import services as grouping
from marketplace.grouping.models import Barrier, Proposal, ProposalMember
from marketplace.lots import queries
from marketplace.lots.closing import outlook
from marketplace.lots.conditions import Condition
from marketplace.lots.models import Answer, Lot, LotMember, LotStatus
from marketplace.lots.sight import own_view, parties_for
from marketplace.lots.telling import tell_window_opens
from marketplace.references import next_reference
from marketplace.requirements.models import Requirement, RequirementStatus
from marketplace.web.formatting import counted

SHORTEST_WINDOW = timedelta(hours=1)
LONGEST_WINDOW = timedelta(days=180)


def open_joining(
    session: Session,
    proposal: Proposal,
    *,
    closes_at: datetime,
    reason: str = "",
    barrier: Barrier | None = None,
    by: Person,
    at: datetime,
) -> Lot:
    """Approve a proposal and ask its authorities (proposal: proposed → approved; lot: joining).

    Raises Unacceptable for a window of the wrong length, WrongState where the proposal was decided
    already or a member is no longer free.
    """
    if not at + SHORTEST_WINDOW <= closes_at <= at + LONGEST_WINDOW:
        raise Unacceptable("Choose a closing day between tomorrow and six months from now.")
    members = _free_members(session, proposal)
    grouping.approve(session, proposal, reason=reason, barrier=barrier, by=by, at=at)
    lot = Lot(
        reference=next_reference(session, "LOT", at.year),
        proposal_id=proposal.id,
        category_code=proposal.category_code,
        title=proposal.title,
        status=LotStatus.JOINING,
        created_at=at,
        approved_by_id=by.id,
        joining_opens_at=at,
        joining_closes_at=closes_at,
        value=proposal.value,
        net_benefit_low=proposal.net_benefit_low,
        net_benefit_likely=proposal.net_benefit_likely,
        net_benefit_high=proposal.net_benefit_high,
        start_from=proposal.start_from,
        start_to=proposal.start_to,
        specification=proposal.specification,
    )
    session.add(lot)
    session.flush()
    session.add_all(_asked(lot, members))
    session.add_all(parties_for(session, lot, members))
    tell_window_opens(session, lot, {requirement.authority_id for requirement in members})
    return lot


def _asked(lot: Lot, requirements: Sequence[Requirement]) -> list[LotMember]:
    """A row for each requirement, whose authority has not answered yet."""
    return [
        LotMember(
            lot_id=lot.id,
            requirement_id=requirement.id,
            authority_id=requirement.authority_id,
            value=requirement.value,
            answer=Answer.AWAITED,
            active=True,
        )
        for requirement in requirements
    ]


def _free_members(session: Session, proposal: Proposal) -> Sequence[Requirement]:
    """The proposal's requirements, locked; raises WrongState where one is not free."""
    requirements = session.scalars(
        select(Requirement)
        .join(ProposalMember, ProposalMember.requirement_id == Requirement.id)
        .where(ProposalMember.proposal_id == proposal.id)
        .order_by(Requirement.reference)
        .with_for_update(of=Requirement)
    ).all()
    for requirement in requirements:
        if requirement.status != RequirementStatus.POSTED:
            raise WrongState(
                f"{requirement.reference} is {requirement.status.value.replace('_', ' ')} by now. "
                "Start a new grouping run: its proposals rest on what is posted today."
            )
    ids = [requirement.id for requirement in requirements]
    taken = session.scalar(
        select(Requirement.reference)
        .join(LotMember, LotMember.requirement_id == Requirement.id)
        .where(LotMember.requirement_id.in_(ids), LotMember.active)
        .limit(1)
    )
    if taken:
        raise WrongState(f"{taken} is in another lot by now. Start a new grouping run.")
    return requirements


def commit_to_lot(
    session: Session, lot: Lot, authority: Organisation, *, by: Person, at: datetime
) -> None:
    """The authority joins, with each of its requirements in the lot, whoever else does."""
    _answer(session, lot, authority, Answer.COMMITTED, Condition(), by=by, at=at)
    record(session, Action.JOINING_COMMITTED, lot, by=by, at=at, authority=authority.code)


def commit_if(
    session: Session,
    lot: Lot,
    authority: Organisation,
    condition: Condition,
    *,
    by: Person,
    at: datetime,
) -> None:
    """The authority joins if the condition holds for those who join.

    Raises Unacceptable for a condition that asks for nothing, can never hold here, or rests on
    figures that the authority may not see.
    """
    _check_condition(session, lot, authority, condition)
    _answer(session, lot, authority, Answer.CONDITIONAL, condition, by=by, at=at)
    record(session, Action.JOINING_COMMITTED_IF, lot, by=by, at=at, authority=authority.code)


def decline_lot(
    session: Session,
    lot: Lot,
    authority: Organisation,
    *,
    reason: str,
    barrier: Barrier,
    by: Person,
    at: datetime,
) -> None:
    """The authority stays out, and says why; after it had committed, that is a withdrawal."""
    if not reason.strip():
        raise Unacceptable("Say why your authority declines.")
    before = queries.member_answer(session, lot, authority)
    members = _answer(session, lot, authority, Answer.DECLINED, Condition(), by=by, at=at)
    for member in members:
        member.reason, member.barrier = reason, barrier
    withdrawn = before in (Answer.COMMITTED, Answer.CONDITIONAL)
    effect = {"effect": _note_withdrawal(session, lot, authority, at)} if withdrawn else {}
    record(
        session,
        Action.JOINING_WITHDRAWN if withdrawn else Action.JOINING_DECLINED,
        lot,
        by=by,
        at=at,
        authority=authority.code,
        barrier=barrier.value,
        **effect,
    )


def _note_withdrawal(session: Session, lot: Lot, authority: Organisation, at: datetime) -> str:
    """Keep what the change of mind does to those who have committed so far, and say it."""
    session.flush()
    left = outlook(session, lot)
    others = counted(len(left.settled.authorities), "other authority", "other authorities")
    effect = (
        "The lot could not go on with those who had committed."
        if left.why_not
        else f"The lot could go on with the {others} committed."
    )
    party = queries.party(session, lot, authority)
    party.withdrawn_at, party.withdrawal_effect = at, effect
    return effect


def agree_to_show(
    session: Session, lot: Lot, authority: Organisation, *, by: Person, at: datetime
) -> None:
    """Let the only other authority see figures that give one's own value away, if it agrees too."""
    party = queries.party(session, lot, authority)
    if lot.status == LotStatus.CANCELLED:
        raise WrongState("This lot was cancelled, so there is nothing to show any more.")
    party.agrees_to_show = True
    record(session, Action.VOLUME_SHOWN, lot, by=by, at=at, authority=authority.code)


def window_is_open(lot: Lot, at: datetime) -> bool:
    """Whether authorities can answer: by the clock, until somebody closes it."""
    return (
        lot.status == LotStatus.JOINING
        and lot.joining_closed_at is None
        and at < lot.joining_closes_at
    )


def _answer(
    session: Session,
    lot: Lot,
    authority: Organisation,
    answer: Answer,
    condition: Condition,
    *,
    by: Person,
    at: datetime,
) -> Sequence[LotMember]:
    session.refresh(lot, with_for_update={"of": Lot})
    if not window_is_open(lot, at):
        raise WrongState("The joining window is closed, so answers can no longer change.")
    party = queries.party(session, lot, authority)
    party.at_least_members = condition.at_least_members
    party.at_least_volume = condition.at_least_volume
    party.at_least_saving = condition.at_least_saving
    party.with_authority_id = condition.with_authority
    party.withdrawn_at = party.withdrawal_effect = None
    members = queries.members_of(session, lot, authority)
    for member in members:
        member.answer, member.answered_at, member.answered_by_id = answer, at, by.id
        member.reason = member.barrier = None
    return members


def _check_condition(
    session: Session, lot: Lot, authority: Organisation, condition: Condition
) -> None:
    if condition.asks_nothing:
        raise Unacceptable("Say under which condition you commit, or commit without one.")
    rests_on_volume = condition.at_least_volume or condition.at_least_saving
    if rests_on_volume and own_view(session, lot, authority).gain is None:
        raise Unacceptable(
            "What the others bring is not shown to you here, so your answer cannot rest on it. "
            "Ask for a number of authorities, or for a partner."
        )
    asked = {party.authority_id for party in queries.parties(session, lot)}
    members = condition.at_least_members
    if members is not None and not 2 <= members <= len(asked):
        raise Unacceptable(f"Ask for 2 to {len(asked)} authorities: no more than that are asked.")
    partner = condition.with_authority
    if partner is not None and (partner == authority.id or partner not in asked):
        raise Unacceptable("Choose a partner among the other authorities that are asked.")

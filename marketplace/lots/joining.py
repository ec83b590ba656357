"""The joining window: an approved proposal becomes a lot of those who commit to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import NotFound, Unacceptable, WrongState
from marketplace.grouping import services as grouping
from marketplace.grouping.models import Barrier, Proposal, ProposalMember
from marketplace.grouping.snapshots import freeze_these
from marketplace.grouping.translate import MemberWorth, Worth, worth_of
from marketplace.lots import queries
from marketplace.lots.models import LOT_MOVES, Answer, Lot, LotMember, LotStatus
from marketplace.references import next_reference
from marketplace.requirements.models import Requirement, RequirementStatus
from marketplace.requirements.services import move_requirements
from marketplace.status import move

SHORTEST_WINDOW = timedelta(hours=1)
LONGEST_WINDOW = timedelta(days=180)


def open_joining(
    session: Session, proposal: Proposal, *, closes_at: datetime, by: Person, at: datetime
) -> Lot:
    """Approve a proposal and ask its authorities (proposal: proposed → approved; lot: joining).

    Raises Unacceptable for a window of the wrong length, WrongState where the proposal was decided
    already or a member is no longer free.
    """
    if not at + SHORTEST_WINDOW <= closes_at <= at + LONGEST_WINDOW:
        raise Unacceptable("Choose a closing day between tomorrow and six months from now.")
    members = _free_members(session, proposal)
    grouping.approve(session, proposal, by=by, at=at)
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
    session.add_all(
        LotMember(
            lot_id=lot.id,
            requirement_id=requirement.id,
            authority_id=requirement.authority_id,
            value=requirement.value,
            answer=Answer.AWAITED,
            active=True,
        )
        for requirement in members
    )
    return lot


@dataclass(frozen=True)
class OwnGain:
    """What a lot would bring one authority, at its low, likely and high price effect."""

    value: Decimal
    low: Decimal
    likely: Decimal
    high: Decimal
    share: Decimal
    """Its part of the lot's volume."""

    @classmethod
    def of(cls, members: Sequence[MemberWorth], volume: Decimal) -> "OwnGain":
        value = sum((member.value for member in members), Decimal(0))
        return cls(
            value=value,
            low=sum((member.price_saving_low for member in members), Decimal(0)),
            likely=sum((member.price_saving for member in members), Decimal(0)),
            high=sum((member.price_saving_high for member in members), Decimal(0)),
            share=value / volume,
        )


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
    """The authority joins, with each of its requirements in the lot."""
    _answer(session, lot, authority, Answer.COMMITTED, by=by, at=at)
    record(session, Action.JOINING_COMMITTED, lot, by=by, at=at, authority=authority.code)


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
    """The authority stays out, and says why."""
    if not reason.strip():
        raise Unacceptable("Say why your authority declines.")
    members = _answer(session, lot, authority, Answer.DECLINED, by=by, at=at)
    for member in members:
        member.reason, member.barrier = reason, barrier
    record(
        session,
        Action.JOINING_DECLINED,
        lot,
        by=by,
        at=at,
        authority=authority.code,
        barrier=barrier.value,
    )


def _answer(
    session: Session, lot: Lot, authority: Organisation, answer: Answer, *, by: Person, at: datetime
) -> Sequence[LotMember]:
    session.refresh(lot, with_for_update={"of": Lot})
    if not window_is_open(lot, at):
        raise WrongState("The joining window is closed, so answers can no longer change.")
    members = session.scalars(
        select(LotMember).where(LotMember.lot_id == lot.id, LotMember.authority_id == authority.id)
    ).all()
    if not members:
        raise NotFound()
    for member in members:
        member.answer, member.answered_at, member.answered_by_id = answer, at, by.id
        member.reason = member.barrier = None
    return members


def window_is_open(lot: Lot, at: datetime) -> bool:
    """Whether authorities can answer: by the clock, until somebody closes it."""
    return (
        lot.status == LotStatus.JOINING
        and lot.joining_closed_at is None
        and at < lot.joining_closes_at
    )


def window_can_close(session: Session, lot: Lot, at: datetime) -> bool:
    """Once its time is over, or everybody has answered."""
    if lot.status != LotStatus.JOINING or lot.joining_closed_at is not None:
        return False
    awaited = session.scalar(
        select(func.count())
        .select_from(LotMember)
        .where(LotMember.lot_id == lot.id, LotMember.answer == Answer.AWAITED)
    )
    return at >= lot.joining_closes_at or not awaited


def joint_worth(session: Session, requirements: Sequence[Requirement]) -> Worth:
    """What these requirements are worth bought together, as they stand today."""
    references = [requirement.reference for requirement in requirements]
    return worth_of(freeze_these(session, requirements), references)


@dataclass(frozen=True)
class WindowResult:
    """How a window ended: the lot goes on, or why it does not."""

    goes_on: bool
    reason: str


def close_joining(session: Session, lot: Lot, *, by: Person, at: datetime) -> WindowResult:
    """Work the lot out again from those who committed.

    It goes on (requirements: posted → joined) where two authorities or more remain and joining is
    still worth it; otherwise lot: joining → cancelled, and its requirements are free.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    if not window_can_close(session, lot, at):
        raise WrongState("The window is still open, and not everybody has answered.")
    committed = queries.committed_requirements(session, lot)
    figures = joint_worth(session, committed) if committed else None
    reason = _why_not(committed, figures)
    if reason or figures is None:
        _end(session, lot, reason, at=at)
        record(session, Action.LOT_CANCELLED, lot, by=by, at=at, reason=reason)
        return WindowResult(False, reason)
    _keep_committed(session, lot, figures)
    lot.joining_closed_at = at
    move_requirements(session, committed, RequirementStatus.JOINED, by=by, at=at)
    record(session, Action.JOINING_CLOSED, lot, by=by, at=at, members=len(committed))
    return WindowResult(True, "")


def _why_not(committed: Sequence[Requirement], figures: Worth | None) -> str:
    """Why the lot cannot go on, in words; empty where it can."""
    authorities = {requirement.authority_id for requirement in committed}
    if len(authorities) < 2 or figures is None:
        who = "nobody" if not authorities else "only one authority"
        return f"The joining window closed and {who} had committed."
    if figures.faults:
        return "Those who committed cannot share a lot: " + "; ".join(figures.faults) + "."
    if figures.net_benefit_likely <= Decimal(0):
        return "With those who committed, buying together no longer costs less than buying alone."
    return ""


def _keep_committed(session: Session, lot: Lot, figures: Worth) -> None:
    lot.value = figures.value
    lot.net_benefit_low = figures.net_benefit_low
    lot.net_benefit_likely = figures.net_benefit_likely
    lot.net_benefit_high = figures.net_benefit_high
    lot.start_from, lot.start_to = figures.start_from, figures.start_to
    lot.specification = dict(figures.specification)
    for member in queries.members_for_update(session, lot):
        member.active = member.answer == Answer.COMMITTED


def cancel_lot(session: Session, lot: Lot, *, reason: str, by: Person, at: datetime) -> None:
    """Abandon a lot before its award (lot: → cancelled); its requirements are posted again."""
    session.refresh(lot, with_for_update={"of": Lot})
    if not reason.strip():
        raise Unacceptable("Say why the lot is cancelled. Everybody concerned will read it.")
    if lot.status == LotStatus.OPEN and lot.status_at(at) == LotStatus.CLOSED:
        move(lot, LotStatus.CLOSED, LOT_MOVES)
    _end(session, lot, reason, at=at)
    back = [
        requirement
        for requirement in queries.committed_requirements(session, lot)
        if requirement.status in (RequirementStatus.JOINED, RequirementStatus.IN_TENDER)
    ]
    move_requirements(session, back, RequirementStatus.POSTED, by=by, at=at)
    record(session, Action.LOT_CANCELLED, lot, by=by, at=at, reason=reason)


def _end(session: Session, lot: Lot, reason: str, *, at: datetime) -> None:
    move(lot, LotStatus.CANCELLED, LOT_MOVES)
    lot.cancelled_at, lot.cancelled_reason = at, reason
    for member in queries.members_for_update(session, lot):
        member.active = False

"""The close of a joining window: who joins, and whether the lot goes on with them."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.barriers import Barrier
from marketplace.errors import Unacceptable, WrongState
from marketplace.grouping.snapshots import freeze_these
from marketplace.grouping.translate import Worth, savings_at, worth_of
from marketplace.lots import queries
from marketplace.lots.conditions import Authorities, Facts, Settled, settle
from marketplace.lots.models import LOT_MOVES, Answer, Lot, LotMember, LotStatus
from marketplace.lots.telling import tell_cancelled, tell_window_closed
from marketplace.lots.volumes import coarse
from marketplace.requirements.models import Requirement, RequirementStatus
from marketplace.requirements.services import move_requirements
from marketplace.security import two_people
from marketplace.status import move


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


@dataclass(frozen=True)
class WindowResult:
    """How a window ended: the lot goes on, or why it does not."""

    goes_on: bool
    reason: str


@dataclass(frozen=True)
class Outlook:
    """Who would join if the window closed now, what they are worth, and what stands against it."""

    settled: Settled
    joining: Sequence[Requirement]
    worth: Worth | None
    why_not: str


def outlook(
    session: Session, lot: Lot, *, without: uuid.UUID | None = None, undecided: bool = False
) -> Outlook:
    """What the answers given so far would come to.

    `without` leaves one authority out; `undecided` counts those who have not answered as joining.
    """
    willing = [
        requirement
        for requirement in queries.willing_requirements(session, lot, undecided=undecided)
        if requirement.authority_id != without
    ]
    settled = _settle(session, lot, willing)
    joining = [each for each in willing if each.authority_id in settled.authorities]
    worth = joint_worth(session, joining) if joining else None
    return Outlook(settled, joining, worth, _why_not(joining, worth))


def joint_worth(session: Session, requirements: Sequence[Requirement]) -> Worth:
    """What these requirements are worth bought together, as they stand today."""
    references = [requirement.reference for requirement in requirements]
    return worth_of(freeze_these(session, requirements), references)


def close_joining(session: Session, lot: Lot, *, by: Person, at: datetime) -> WindowResult:
    """Find the largest set of authorities whose conditions hold, and work the lot out for it.

    It goes on (requirements: posted → joined) where two authorities or more remain and joining is
    still worth it; otherwise lot: joining → cancelled, and its requirements are free.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    if not window_can_close(session, lot, at):
        raise WrongState("The window is still open, and not everybody has answered.")
    end = outlook(session, lot)
    _note_unsatisfied(session, lot, end.settled)
    if end.why_not or end.worth is None:
        reason = f"The joining window closed. {end.why_not}"
        barrier = _barrier(session, lot, end)
        _end(session, lot, reason, barrier, at=at)
        _record_end(session, lot, reason, barrier, by=by, at=at)
        tell_window_closed(session, lot, at=at)
        return WindowResult(False, reason)
    _keep(session, lot, end.settled.authorities, end.worth)
    lot.joining_closed_at = at
    move_requirements(session, end.joining, RequirementStatus.JOINED, by=by, at=at)
    record(session, Action.JOINING_CLOSED, lot, by=by, at=at, members=len(end.joining))
    tell_window_closed(session, lot, at=at)
    return WindowResult(True, "")


def cancel_lot(
    session: Session, lot: Lot, *, reason: str, barrier: Barrier, by: Person, at: datetime
) -> None:
    """Abandon a lot before its award (lot: → cancelled); its requirements are posted again.

    `barrier` is the one that stood in the way.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    if not reason.strip():
        raise Unacceptable("Say why the lot is cancelled. Everybody concerned will read it.")
    if lot.status == LotStatus.OPEN and lot.status_at(at) == LotStatus.CLOSED:
        move(lot, LotStatus.CLOSED, LOT_MOVES)
    _end(session, lot, reason, barrier, at=at)
    two_people.end_all(session, lot, by=by, at=at)
    back = [
        requirement
        for requirement in queries.committed_requirements(session, lot)
        if requirement.status in (RequirementStatus.JOINED, RequirementStatus.IN_TENDER)
    ]
    move_requirements(session, back, RequirementStatus.POSTED, by=by, at=at)
    _record_end(session, lot, reason, barrier, by=by, at=at)
    tell_cancelled(session, lot, at=at)


def _settle(session: Session, lot: Lot, willing: Sequence[Requirement]) -> Settled:
    """The largest set of the willing whose conditions all hold."""
    own: dict[uuid.UUID, list[Requirement]] = defaultdict(list)
    for requirement in willing:
        own[requirement.authority_id].append(requirement)
    frozen = freeze_these(session, willing)
    conditions = queries.conditions(session, lot, own)

    values = {key: sum((each.value for each in of), Decimal(0)) for key, of in own.items()}

    def facts_of(authorities: Authorities) -> Facts:
        everything = sum((values[key] for key in authorities), Decimal(0))
        volumes = {key: values[key] + coarse(everything - values[key]) for key in authorities}
        savings = {
            key: savings_at(frozen, [each.reference for each in own[key]], volumes[key])[1]
            for key in authorities
        }
        return Facts(authorities, volumes, savings)

    return settle(conditions, facts_of)


def _why_not(joining: Sequence[Requirement], worth: Worth | None) -> str:
    """Why the lot cannot go on, in words; empty where it can."""
    authorities = {requirement.authority_id for requirement in joining}
    if len(authorities) < 2 or worth is None:
        who = "Nobody" if not authorities else "Only one authority"
        return f"{who} had committed with a condition that held."
    if worth.faults:
        rules = sorted(set(map(_for_all_to_read, worth.faults)))
        return f"Those who committed cannot share a lot: {'; '.join(rules)}."
    if worth.net_benefit_likely <= Decimal(0):
        return "With those who committed, buying together no longer costs less than buying alone."
    return ""


def _for_all_to_read(fault: str) -> str:
    """A broken rule without its figures, which could be subtracted, nor whose refusal it is."""
    if "will not share" in fault:
        return "two of them do not share"
    return fault.partition(":")[0]


def _note_unsatisfied(session: Session, lot: Lot, settled: Settled) -> None:
    for party in queries.parties(session, lot):
        party.unsatisfied = settled.unsatisfied.get(party.authority_id)


def _keep(session: Session, lot: Lot, authorities: Authorities, figures: Worth) -> None:
    lot.value = figures.value
    lot.net_benefit_low = figures.net_benefit_low
    lot.net_benefit_likely = figures.net_benefit_likely
    lot.net_benefit_high = figures.net_benefit_high
    lot.start_from, lot.start_to = figures.start_from, figures.start_to
    lot.specification = dict(figures.specification)
    for member in queries.members_for_update(session, lot):
        member.active = member.authority_id in authorities
        if member.active:
            member.answer = Answer.COMMITTED


def _barrier(session: Session, lot: Lot, end: Outlook) -> Barrier:
    """What stood in the way of a lot that its window ended.

    Where too few committed, what most of those who declined named (the report's order breaks
    ties), or time where nobody did; else specifications that do not meet, or no real saving.
    """
    if len({each.authority_id for each in end.joining}) >= 2 and end.worth is not None:
        return Barrier.BEING_PRECIOUS if end.worth.faults else Barrier.REAL_SAVINGS
    named = Counter(queries.barriers_named(session, lot))
    return max(Barrier, key=lambda each: named[each]) if named else Barrier.TIME


def _end(session: Session, lot: Lot, reason: str, barrier: Barrier, *, at: datetime) -> None:
    move(lot, LotStatus.CANCELLED, LOT_MOVES)
    lot.cancelled_at, lot.cancelled_reason, lot.cancelled_barrier = at, reason, barrier
    for member in queries.members_for_update(session, lot):
        member.active = False


def _record_end(
    session: Session, lot: Lot, reason: str, barrier: Barrier, *, by: Person, at: datetime
) -> None:
    what = {"lot": lot.reference, "reason": reason, "barrier": barrier.value}
    record(session, Action.LOT_CANCELLED, lot, by=by, at=at, **what)

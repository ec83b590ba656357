"""What a lot knows of itself once it has ended: the beginning of a precedent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Person
from marketplace.awards.models import Award
from marketplace.barriers import Barrier
from marketplace.categories.queries import policy_for
from marketplace.contracts.models import Contract
from marketplace.errors import WrongState
from marketplace.grouping.models import ProposalWay
from marketplace.grouping.sharing_ways import USUAL
from marketplace.labels import Label
from marketplace.lots.models import Lot, LotMember, LotStatus
from marketplace.lots.queries import barriers_named
from marketplace.precedents.models import Evidence, Outcome, Precedent
from marketplace.precedents.services import Facts, Told, add_precedent
from marketplace.web.formatting import counted, rough_percent

ENDED = (LotStatus.AWARDED, LotStatus.CANCELLED)
WHOLE_PERCENT = Decimal("0.01")


@dataclass(frozen=True)
class Lesson:
    """What the form begins with, and what stays as the lot has it."""

    told: Told
    facts: Facts


def precedent_of(session: Session, lot: Lot) -> Precedent | None:
    """What was told of a lot, if anything."""
    return session.scalar(select(Precedent).where(Precedent.lot_id == lot.id))


def lesson_of(session: Session, lot: Lot, at: datetime) -> Lesson:
    """What an awarded or cancelled lot knows; raises WrongState for any other, or one told of.

    Shares are whole percent and volumes as published, so that no member’s figure follows.
    """
    if lot.status not in ENDED:
        raise WrongState("This lot has not ended, so nobody can say yet what it taught.")
    if precedent_of(session, lot) is not None:
        raise WrongState("What this lot taught is in the library already. Correct it there.")
    number = _authorities(session, lot)
    policy = policy_for(session, lot.category_code)
    facts = Facts(
        lot_id=lot.id,
        category_code=lot.category_code,
        tier=policy.tier,
        authorities=number,
        year=clock.london_day(lot.cancelled_at or at).year,
        value=lot.market_value,
        source=f"{lot.reference} of this marketplace",
    )
    return Lesson(_told(session, lot, number), facts)


def tell(session: Session, lot: Lot, told: Told, *, by: Person, at: datetime) -> Precedent:
    """Keep what a lot taught; raises WrongState before it ended, and once it is told."""
    session.refresh(lot, with_for_update={"of": Lot})
    return add_precedent(session, told, lesson_of(session, lot, at).facts, by=by, at=at)


def untold(session: Session, most: int) -> list[Lot]:
    """Lots that ended and of which nothing is told yet, the latest first."""
    query = (
        select(Lot)
        .where(Lot.status.in_(ENDED), ~exists().where(Precedent.lot_id == Lot.id))
        .order_by(Lot.created_at.desc(), Lot.id)
        .limit(most)
    )
    return list(session.scalars(query))


def _told(session: Session, lot: Lot, number: int) -> Told:
    chosen = session.get(ProposalWay, lot.proposal_id)
    share = _saving_share(session, lot) if lot.status == LotStatus.AWARDED else None
    return Told(
        title=lot.title,
        who=f"{counted(number, 'authority', 'authorities')} of London",
        way=chosen.way if chosen else USUAL,
        how=f"One tender for {counted(number, 'authority', 'authorities')}, one contract for each.",
        result=_result(lot, share),
        outcome=_outcome(share),
        evidence=Evidence.TOLD if share is None else Evidence.MEASURED,
        barrier=lot.cancelled_barrier or _commonest(barriers_named(session, lot)),
        saving_share=share,
        saving_label=None if share is None else Label.CONTRACTED,
    )


def _result(lot: Lot, share: Decimal | None) -> str:
    if lot.status == LotStatus.CANCELLED:
        return f"Cancelled. {lot.cancelled_reason or ''}".strip()
    if share is None:
        return "Awarded."
    more = share < 0
    return (
        f"Awarded at {rough_percent(abs(share))} {'more' if more else 'less'} than the authorities "
        "had expected to pay alone."
    )


def _outcome(share: Decimal | None) -> Outcome:
    if share is None:
        return Outcome.FAILED
    return Outcome.WORKED if share > 0 else Outcome.MIXED


def _commonest(named: Sequence[Barrier]) -> Barrier | None:
    """What most named; the report's order breaks ties."""
    return max(Barrier, key=named.count) if named else None


def _authorities(session: Session, lot: Lot) -> int:
    """Those in it; where nobody stayed in, those who were asked."""
    of_lot = select(func.count(LotMember.authority_id.distinct())).where(LotMember.lot_id == lot.id)
    return session.scalar(of_lot.where(LotMember.active)) or session.scalar(of_lot) or 1


def _saving_share(session: Session, lot: Lot) -> Decimal | None:
    """What the signed prices are below what the members expected to pay alone, whole percent."""
    alone = session.scalar(
        select(func.sum(LotMember.value)).where(LotMember.lot_id == lot.id, LotMember.active)
    )
    signed = session.scalar(
        select(func.sum(Contract.value))
        .join(Award, Award.id == Contract.award_id)
        .where(Award.lot_id == lot.id)
    )
    if not alone or signed is None:
        return None
    return (1 - signed / alone).quantize(WHOLE_PERCENT)

"""What lots ask of people: answers in a window, publication, answers to questions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.home.tasks import Task, add_source
from marketplace.lots.models import Answer, Clarification, Lot, LotMember, LotStatus
from marketplace.lots.queries import is_joining
from marketplace.security.two_people import PendingStep, lots_waiting
from marketplace.suppliers.queries import categories_of, looks_for
from marketplace.web.formatting import counted, from_now, in_a_sentence

SOON = timedelta(days=7)
MOST = 10


@add_source
def answers_awaited(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """A commissioner's windows without an answer."""
    if person.role != Role.COMMISSIONER:
        return []
    awaiting = select(LotMember.lot_id).where(
        LotMember.authority_id == person.organisation_id, LotMember.answer == Answer.AWAITED
    )
    lots = session.scalars(
        select(Lot)
        .where(Lot.id.in_(awaiting), is_joining(at))
        .order_by(Lot.joining_closes_at, Lot.id)
        .limit(MOST)
    )
    return [
        Task(
            f"{lot.reference}: commit to {in_a_sentence(lot.title)}, or decline",
            url_for("joining.show", lot_id=lot.id),
            f"closes {from_now(lot.joining_closes_at)}",
            urgent=lot.joining_closes_at - at < timedelta(days=3),
        )
        for lot in lots
    ]


@add_source
def lots_to_move_on(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """A reviewer's windows to close and lots to publish."""
    if person.role != Role.REVIEWER:
        return []
    lots = session.scalars(
        select(Lot)
        .where(
            Lot.status == LotStatus.JOINING,
            or_(Lot.joining_closed_at.is_not(None), Lot.joining_closes_at <= at),
            Lot.id.not_in(lots_waiting()),
        )
        .order_by(Lot.joining_closes_at, Lot.id)
        .limit(MOST)
    )
    return [
        Task(
            f"{lot.reference}: publish {in_a_sentence(lot.title)}"
            if lot.joining_closed_at
            else f"{lot.reference}: close the joining window of {in_a_sentence(lot.title)}",
            url_for("lots.show", lot_id=lot.id),
            "Ready",
        )
        for lot in lots
    ]


@add_source
def steps_to_confirm(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """For a reviewer: what another asked for and somebody else has to confirm."""
    if person.role != Role.REVIEWER:
        return []
    rows = session.execute(
        select(PendingStep, Lot.reference)
        .join(Lot, Lot.id == PendingStep.lot_id)
        .where(PendingStep.ended.is_(None), PendingStep.asked_by_id != person.id)
        .order_by(PendingStep.asked_at, PendingStep.id)
        .limit(MOST)
    )
    return [
        Task(
            f"{reference}: confirm that we {asked.in_words}",
            url_for(asked.confirmed_at, lot_id=asked.lot_id),
            "Waiting for a second person",
        )
        for asked, reference in rows
    ]


@add_source
def questions_to_answer(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """A reviewer's unanswered questions, by lot."""
    if person.role != Role.REVIEWER:
        return []
    rows = session.execute(
        select(Lot.id, Lot.reference, func.count())
        .join(Clarification, Clarification.lot_id == Lot.id)
        .where(Clarification.answer.is_(None), Lot.status == LotStatus.OPEN, Lot.deadline > at)
        .group_by(Lot.id, Lot.reference)
        .order_by(Lot.reference)
        .limit(MOST)
    )
    return [
        Task(
            f"{reference}: answer {counted(count, 'question')}",
            url_for("lots.show", lot_id=lot_id) + "#questions",
            "Waiting",
        )
        for lot_id, reference, count in rows
    ]


@add_source
def lots_closing(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """For suppliers: what closes within a week, in their categories where they chose some."""
    if person.role != Role.SUPPLIER:
        return []
    lots = session.scalars(
        _open_to(session, person, at)
        .where(Lot.deadline <= at + SOON)
        .order_by(Lot.deadline, Lot.id)
        .limit(MOST)
    )
    return [
        Task(
            f"{lot.reference}: {lot.title}",
            url_for("lots.show", lot_id=lot.id),
            f"closes {from_now(lot.deadline)}",
            urgent=lot.deadline is not None and lot.deadline - at < timedelta(days=2),
        )
        for lot in lots
    ]


@add_source
def lots_to_look_at(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """For suppliers: how many lots are open to them, or that they have still to say for what."""
    if person.role != Role.SUPPLIER:
        return []
    if not categories_of(session, person.organisation):
        return [Task("Choose the categories in which you supply", url_for("suppliers.show"), "")]
    lots = _open_to(session, person, at).with_only_columns(func.count())
    count = session.scalar(lots) or 0
    text = f"See {counted(count, 'open lot')} in your categories"
    return [Task(text, url_for("lots.index", mine=1, status="open"), "")] if count else []


def _open_to(session: Session, person: Person, at: datetime) -> Select[Lot]:
    """Open lots, in the supplier's categories where it chose some."""
    lots = select(Lot).where(Lot.status == LotStatus.OPEN, Lot.deadline > at)
    if categories_of(session, person.organisation):
        lots = lots.where(looks_for(person.organisation_id, Lot.category_code))
    return lots

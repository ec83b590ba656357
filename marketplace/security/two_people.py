"""Two people for what cannot be undone: one asks for a step, and another confirms it.

What was asked for stands in the row, so that whoever confirms does exactly that. A step of a lot
waits once: it is confirmed by somebody else, or ended by anybody who may ask, and then asked anew.
The verbs of the step itself (`publish_lot`, …) call `confirm` and do what the answers say.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.audit.chain import canonical
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.db import Base, Json, Moment, PrimaryKey
from marketplace.errors import NotAllowed, NotFound, WrongState
from marketplace.security.permissions import TABLE, Permission, may

SHOWN = 5
"""How many names a page gives of those who can confirm."""


class Step(StrEnum):
    """What takes two people."""

    PUBLISH = "publish"
    EXTEND = "extend"
    OPEN = "open"
    AWARD = "award"


NEEDS: dict[Step, Permission] = {
    Step.PUBLISH: Permission.PUBLISH_LOTS,
    Step.EXTEND: Permission.PUBLISH_LOTS,
    Step.OPEN: Permission.OPEN_BIDS,
    Step.AWARD: Permission.AWARD_LOTS,
}
"""What both people must hold, at the moment of the confirmation."""

IN_WORDS: dict[Step, str] = {
    Step.PUBLISH: "publish this lot",
    Step.EXTEND: "move the deadline",
    Step.OPEN: "open the bids",
    Step.AWARD: "award this lot",
}


CONFIRMED_AT: dict[Step, str] = {
    Step.PUBLISH: "publishing.confirm",
    Step.EXTEND: "deadlines.confirm",
    Step.AWARD: "awarding.confirm",
}
"""The page on which each is looked at and confirmed."""


class Ending(StrEnum):
    CONFIRMED = "confirmed"
    TAKEN_BACK = "taken_back"
    """By whoever asked."""
    TURNED_DOWN = "turned_down"
    """By another person."""


class PendingStep(Base):
    """A step of a lot that one person asked for."""

    __tablename__ = "pending_step"
    __table_args__ = (
        # What has ended says how, when and by whom.
        CheckConstraint(
            "(ended IS NULL) = (ended_at IS NULL) AND (ended IS NULL) = (ended_by_id IS NULL)",
            name="ending_is_whole",
        ),
        # Nobody confirms what they asked for themselves.
        CheckConstraint("ended <> 'confirmed' OR ended_by_id <> asked_by_id", name="two_people"),
        # A step of a lot waits once.
        Index(
            "uq_pending_step_waiting",
            "lot_id",
            "step",
            unique=True,
            sqlite_where=text("ended IS NULL"),
            postgresql_where=text("ended IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    step: Mapped[Step]
    answers: Mapped[Json]
    """What was asked for, in plain JSON values."""
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[Moment]
    ended: Mapped[Ending | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[Moment | None]

    asked_by: Mapped[Person] = relationship(lazy="raise_on_sql", foreign_keys=[asked_by_id])

    @property
    def in_words(self) -> str:
        return IN_WORDS[self.step]

    @property
    def confirmed_at(self) -> str:
        """The endpoint of the page that confirms it."""
        return CONFIRMED_AT[self.step]


def ask(
    session: Session, step: Step, lot: Any, answers: dict[str, Any], *, by: Person, at: datetime
) -> PendingStep:
    """Ask for a step of a locked lot; raises WrongState where it waits already."""
    if waiting(session, step, lot) is not None:
        raise WrongState(f"Somebody has asked already to {IN_WORDS[step]}. Look at that first.")
    asked = PendingStep(lot_id=lot.id, step=step, answers=answers, asked_by_id=by.id, asked_at=at)
    session.add(asked)
    record(session, Action.STEP_ASKED, lot, by=by, at=at, **_told(asked, lot))
    return asked


def confirm(
    session: Session, step: Step, lot: Any, asked_id: uuid.UUID, *, by: Person, at: datetime
) -> PendingStep:
    """Confirm the step of a locked lot that another person asked for.

    Raises WrongState where it no longer waits, or not as `by` saw it; NotAllowed for the person
    who asked, and where that person may no longer ask.
    """
    asked = waiting(session, step, lot)
    if asked is None or asked.id != asked_id:
        raise WrongState("What you looked at no longer waits. Open the lot’s page again.")
    if _asked_for_it(asked, by):
        raise NotAllowed(
            f"You asked to {IN_WORDS[step]} yourself, so another person has to confirm it. "
            "You can take it back."
        )
    if not asked.asked_by.active or not may(asked.asked_by.role, NEEDS[step]):
        raise NotAllowed("Whoever asked for this may no longer do so. Turn it down and ask anew.")
    _end(asked, Ending.CONFIRMED, by, at)
    record(session, Action.STEP_CONFIRMED, lot, by=by, at=at, **_told(asked, lot))
    return asked


def end(
    session: Session, lot: Any, asked_id: uuid.UUID, *, by: Person, at: datetime
) -> PendingStep:
    """Take back what one asked for, or turn down what somebody else did; raises NotFound."""
    asked = session.get(PendingStep, asked_id, with_for_update=True, populate_existing=True)
    if asked is None or asked.lot_id != lot.id:
        raise NotFound()
    if asked.ended is not None:
        raise WrongState("This no longer waits.")
    own = _asked_for_it(asked, by)
    _end(asked, Ending.TAKEN_BACK if own else Ending.TURNED_DOWN, by, at)
    action = Action.STEP_TAKEN_BACK if own else Action.STEP_TURNED_DOWN
    record(session, action, lot, by=by, at=at, **_told(asked, lot))
    return asked


def end_all(session: Session, lot: Any, *, by: Person, at: datetime) -> None:
    """Nothing of a lot that goes no further waits any longer."""
    for asked in all_waiting(session, lot):
        end(session, lot, asked.id, by=by, at=at)


def waiting(session: Session, step: Step, lot: Any) -> PendingStep | None:
    """What waits for a second person, with who asked."""
    return next((each for each in all_waiting(session, lot) if each.step == step), None)


def all_waiting(session: Session, lot: Any) -> Sequence[PendingStep]:
    """Every step of the lot that waits for a second person."""
    return session.scalars(
        select(PendingStep)
        .where(PendingStep.lot_id == lot.id, PendingStep.ended.is_(None))
        .options(joinedload(PendingStep.asked_by))
        .order_by(PendingStep.asked_at, PendingStep.id)
    ).all()


def lots_waiting() -> Select[uuid.UUID]:
    """The lots of which some step waits for a second person."""
    return select(PendingStep.lot_id).where(PendingStep.ended.is_(None))


def who_can_confirm(session: Session, asked: PendingStep) -> Sequence[Person]:
    """Some of the people for whom the step waits."""
    return session.scalars(
        select(Person)
        .where(
            Person.role.in_(TABLE[NEEDS[asked.step]]),
            Person.active,
            Person.id != asked.asked_by_id,
        )
        .order_by(Person.name, Person.id)
        .limit(SHOWN)
    ).all()


def _asked_for_it(asked: PendingStep, by: Person) -> bool:
    return asked.asked_by_id == by.id


def _end(asked: PendingStep, how: Ending, by: Person, at: datetime) -> None:
    asked.ended, asked.ended_by_id, asked.ended_at = how, by.id, at


def _told(asked: PendingStep, lot: Any) -> dict[str, str]:
    """What the record says: which step, and the hash of what was asked for."""
    answers = hashlib.sha256(canonical(asked.answers).encode()).hexdigest()
    return {
        "lot": lot.reference,
        "step": asked.step.value,
        "asked_by": str(asked.asked_by_id),
        "answers": answers,
    }

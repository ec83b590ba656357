"""Moving a deadline: later only, while the lot is open, and by two people."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable, WrongState
from marketplace.lots.changes import tell_bidders_of
from marketplace.lots.models import DeadlineMove, Lot, LotStatus
from marketplace.lots.publishing import LONGEST_TENDER
from marketplace.security import two_people
from marketplace.security.two_people import PendingStep, Step
from marketplace.web.formatting import moment


@dataclass(frozen=True)
class Extension:
    """A later deadline, and why; bidders read the reason."""

    deadline: datetime
    reason: str

    def as_answers(self) -> dict[str, Any]:
        """In plain JSON values."""
        return {"deadline": self.deadline.isoformat(), "reason": self.reason.strip()}

    @classmethod
    def of(cls, asked: PendingStep) -> "Extension":
        """What was asked for."""
        return cls(datetime.fromisoformat(asked.answers["deadline"]), asked.answers["reason"])


def ask_to_extend(
    session: Session, lot: Lot, extension: Extension, *, by: Person, at: datetime
) -> PendingStep:
    """Ask for a later deadline; raises WrongState unless the lot is open."""
    _check(session, lot, extension, at)
    return two_people.ask(session, Step.EXTEND, lot, extension.as_answers(), by=by, at=at)


def extend_deadline(
    session: Session, lot: Lot, asked_id: uuid.UUID, *, by: Person, at: datetime
) -> None:
    """Confirm the later deadline that another asked for; whoever bid is told.

    Raises WrongState where the lot is open no longer or this no longer waits, NotAllowed for the
    person who asked.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    asked = two_people.confirm(session, Step.EXTEND, lot, asked_id, by=by, at=at)
    extension = Extension.of(asked)
    before = _check(session, lot, extension, at)
    lot.deadline = extension.deadline
    moved = DeadlineMove(lot_id=lot.id, earlier=before, later=extension.deadline)
    moved.reason, moved.moved_at = extension.reason, at
    moved.moved_by_id, moved.agreed_by_id = asked.asked_by_id, by.id
    session.add(moved)
    record(
        session,
        Action.DEADLINE_EXTENDED,
        lot,
        by=by,
        at=at,
        lot=lot.reference,
        before=before.isoformat(),
        after=extension.deadline.isoformat(),
        reason=extension.reason,
        asked_by=str(asked.asked_by_id),
    )
    later = moment(extension.deadline)
    words = f"The deadline has moved to {later}, London time: {extension.reason}"
    tell_bidders_of(session, lot, moved.id, f"{words} Your bid stands as it is.", at)


def _check(session: Session, lot: Lot, extension: Extension, at: datetime) -> datetime:
    """The deadline as it is; raises WrongState and Unacceptable where it cannot move so."""
    session.refresh(lot, with_for_update={"of": Lot})
    if lot.status_at(at) != LotStatus.OPEN or lot.deadline is None:
        raise WrongState("Only an open lot’s deadline can move.")
    if not lot.deadline < extension.deadline <= at + LONGEST_TENDER:
        raise Unacceptable("A deadline only moves later, and to within a year.")
    if not extension.reason.strip():
        raise Unacceptable("Say why. Bidders will read it.")
    return lot.deadline

"""Taking a lot to market: publication, documents, the deadline, questions and answers."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable, WrongState
from marketplace.lots import queries
from marketplace.lots.models import (
    LOT_MOVES,
    Clarification,
    DeadlineMove,
    Lot,
    LotDocument,
    LotStatus,
    QualityQuestion,
    TieRule,
)
from marketplace.lots.sight import volume_is_coarse
from marketplace.lots.volumes import coarse
from marketplace.requirements.models import RequirementStatus
from marketplace.requirements.services import move_requirements
from marketplace.status import move
from marketplace.web.uploads import Upload

SHORTEST_TENDER = timedelta(hours=1)
LONGEST_TENDER = timedelta(days=365)
MOST_DOCUMENTS = 20


def publish_lot(
    session: Session,
    lot: Lot,
    *,
    deadline: datetime,
    description: str,
    terms: str,
    questions: Sequence[tuple[str, int]],
    pounds_per_point: Decimal,
    tie_rule: TieRule,
    by: Person,
    at: datetime,
) -> None:
    """Put a lot on the market (lot: joining → open; requirements: joined → in tender).

    `questions` are at most five pairs of text and weight. Raises WrongState before the window is
    closed, Unacceptable for terms that cannot be published.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    if lot.status == LotStatus.JOINING and lot.joining_closed_at is None:
        raise WrongState("Close the joining window first: the lot is made of those who commit.")
    _check_terms(deadline, questions, pounds_per_point, at)
    lot.deadline, lot.published_at, lot.published_by_id = deadline, at, by.id
    move(lot, LotStatus.OPEN, LOT_MOVES)
    lot.description, lot.terms = description, terms
    lot.pounds_per_point, lot.tie_rule = pounds_per_point, tie_rule
    session.add_all(
        QualityQuestion(lot_id=lot.id, position=position, text=text, weight=weight)
        for position, (text, weight) in enumerate(questions, start=1)
    )
    requirements = queries.committed_requirements(session, lot)
    lot.volume_is_coarse = volume_is_coarse(session, lot, requirements)
    lot.market_value = coarse(lot.value) if lot.volume_is_coarse else lot.value
    move_requirements(session, requirements, RequirementStatus.IN_TENDER, by=by, at=at)
    record(
        session,
        Action.LOT_PUBLISHED,
        lot,
        by=by,
        at=at,
        lot=lot.reference,
        deadline=deadline.isoformat(),
    )


def _check_terms(
    deadline: datetime,
    questions: Sequence[tuple[str, int]],
    pounds_per_point: Decimal,
    at: datetime,
) -> None:
    if not at + SHORTEST_TENDER <= deadline <= at + LONGEST_TENDER:
        raise Unacceptable("Choose a deadline between an hour and a year from now.")
    if len(questions) > 5:
        raise Unacceptable("Ask at most five quality questions.")
    if any(not text.strip() or not 1 <= weight <= 100 for text, weight in questions):
        raise Unacceptable("Give each question its words and between 1 and 100 points.")
    if questions and pounds_per_point <= 0:
        raise Unacceptable("Say what a quality point is worth in pounds.")


def add_document(
    session: Session, lot: Lot, upload: Upload, *, by: Person, at: datetime
) -> LotDocument:
    """Attach a document before the deadline."""
    if lot.status_at(at) not in (LotStatus.JOINING, LotStatus.OPEN):
        raise WrongState("Documents can be added until the deadline only.")
    if len(queries.documents(session, lot)) >= MOST_DOCUMENTS:
        raise Unacceptable(f"A lot has at most {MOST_DOCUMENTS} documents.")
    document = LotDocument(
        lot_id=lot.id,
        name=upload.name,
        content_type=upload.content_type,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        content=upload.content,
        added_at=at,
        added_by_id=by.id,
    )
    session.add(document)
    record(session, Action.LOT_CHANGED, lot, by=by, at=at, document=document.sha256)
    return document


def remove_document(
    session: Session, lot: Lot, document: LotDocument, *, by: Person, at: datetime
) -> None:
    """Take a document away, as long as no supplier can have read it."""
    if lot.published_at is not None:
        raise WrongState("Suppliers may have read this document. Add a corrected one beside it.")
    record(session, Action.LOT_CHANGED, lot, by=by, at=at, removed=document.sha256)
    session.delete(document)


def extend_deadline(
    session: Session, lot: Lot, *, deadline: datetime, reason: str, by: Person, at: datetime
) -> None:
    """Move the deadline later; never earlier, and only while the lot is open."""
    session.refresh(lot, with_for_update={"of": Lot})
    if lot.status_at(at) != LotStatus.OPEN or lot.deadline is None:
        raise WrongState("Only an open lot’s deadline can move.")
    if not lot.deadline < deadline <= at + LONGEST_TENDER:
        raise Unacceptable("A deadline only moves later, and to within a year.")
    if not reason.strip():
        raise Unacceptable("Say why. Bidders will read it.")
    before, lot.deadline = lot.deadline, deadline
    session.add(
        DeadlineMove(
            lot_id=lot.id,
            earlier=before,
            later=deadline,
            reason=reason.strip(),
            moved_at=at,
            moved_by_id=by.id,
        )
    )
    record(
        session,
        Action.DEADLINE_EXTENDED,
        lot,
        by=by,
        at=at,
        lot=lot.reference,
        before=before.isoformat(),
        after=deadline.isoformat(),
        reason=reason,
    )


def ask_question(
    session: Session, lot: Lot, *, text: str, by: Person, at: datetime
) -> Clarification:
    """A supplier asks about an open lot."""
    if lot.status_at(at) != LotStatus.OPEN:
        raise WrongState("The deadline has passed, so questions are closed.")
    asked = Clarification(
        lot_id=lot.id, supplier_id=by.organisation_id, question=text, asked_at=at, asked_by_id=by.id
    )
    session.add(asked)
    # Who asks says who may bid, so the entry names neither the person nor the words.
    record(session, Action.QUESTION_ASKED, asked, by=None, at=at, lot=lot.reference)
    return asked


def answer_question(
    session: Session, asked: Clarification, *, answer: str, by: Person, at: datetime
) -> None:
    """Answer for everybody to see; an answer stands as it is given."""
    session.refresh(asked, with_for_update=True)
    if asked.answer is not None:
        raise WrongState("This question was answered a moment ago.")
    asked.answer, asked.answered_at, asked.answered_by_id = answer, at, by.id
    record(session, Action.QUESTION_ANSWERED, asked, by=by, at=at)

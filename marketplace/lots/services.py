"""A lot on the market: its documents, its deadline, questions and answers."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable, WrongState
from marketplace.lots import queries
from marketplace.lots.changes import tell_bidders_of
from marketplace.lots.models import (
    Clarification,
    Lot,
    LotDocument,
    LotStatus,
)
from marketplace.web.uploads import Upload

MOST_DOCUMENTS = 20
ASKED_TO_CONFIRM = (
    "Your bid was made under the earlier terms. On the page of the lot, confirm that it stands "
    "under the new ones, or replace or withdraw it, before the deadline."
)


def add_document(
    session: Session, lot: Lot, upload: Upload, *, by: Person, at: datetime
) -> LotDocument:
    """Attach a document before the deadline.

    On the market this changes the terms: whoever has bid is told and asked to confirm the bid.
    """
    session.refresh(lot, with_for_update={"of": Lot})
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
    session.flush()
    if lot.status == LotStatus.OPEN:
        lot.terms_version += 1
        words = f"A document was added, {document.name}, so the terms are now version "
        tell_bidders_of(
            session, lot, document.id, f"{words}{lot.terms_version}. {ASKED_TO_CONFIRM}", at
        )
    told = {"document": document.sha256, "terms": lot.terms_version}
    record(session, Action.LOT_CHANGED, lot, by=by, at=at, **told)
    return document


def remove_document(
    session: Session, lot: Lot, document: LotDocument, *, by: Person, at: datetime
) -> None:
    """Take a document away, as long as no supplier can have read it."""
    if lot.published_at is not None:
        raise WrongState("Suppliers may have read this document. Add a corrected one beside it.")
    record(session, Action.LOT_CHANGED, lot, by=by, at=at, removed=document.sha256)
    session.delete(document)


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
    """Answer for everybody to see while they can bid; an answer stands as it is given."""
    session.refresh(asked, with_for_update=True)
    if session.get_one(Lot, asked.lot_id).status_at(at) != LotStatus.OPEN:
        raise WrongState("The deadline has passed, so an answer would come too late for bids.")
    if asked.answer is not None:
        raise WrongState("This question was answered a moment ago.")
    asked.answer, asked.answered_at, asked.answered_by_id = answer, at, by.id
    record(session, Action.QUESTION_ANSWERED, asked, by=by, at=at)

"""Taking a lot to market: one reviewer asks for it with all its terms, another confirms them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable, WrongState
from marketplace.lots import queries
from marketplace.lots.models import LOT_MOVES, Lot, LotStatus, QualityQuestion, TieRule
from marketplace.lots.naming import check_openers, name_openers
from marketplace.lots.sight import volume_is_coarse
from marketplace.lots.volumes import coarse
from marketplace.openers.queries import chosen
from marketplace.requirements.models import RequirementStatus
from marketplace.requirements.services import move_requirements
from marketplace.security import two_people
from marketplace.security.two_people import PendingStep, Step
from marketplace.status import move

SHORTEST_TENDER = timedelta(hours=1)
LONGEST_TENDER = timedelta(days=365)


@dataclass(frozen=True)
class Terms:
    """Everything that suppliers are told; `questions` are pairs of text and weight."""

    deadline: datetime
    description: str
    terms: str
    questions: Sequence[tuple[str, int]]
    pounds_per_point: Decimal
    tie_rule: TieRule
    openers: Sequence[uuid.UUID]
    """The keys of three people of at least two organisations."""
    undivided_because: str
    """Why it is not split (Procurement Act 2023, section 18)."""

    def as_answers(self) -> dict[str, Any]:
        """In plain JSON values."""
        return {
            "deadline": self.deadline.isoformat(),
            "description": self.description,
            "terms": self.terms,
            "questions": [list(question) for question in self.questions],
            "pounds_per_point": str(self.pounds_per_point),
            "tie_rule": self.tie_rule.value,
            "openers": [str(key) for key in self.openers],
            "undivided_because": self.undivided_because,
        }

    @classmethod
    def of(cls, asked: PendingStep) -> "Terms":
        """The terms that were asked for."""
        answers = asked.answers
        return cls(
            deadline=datetime.fromisoformat(answers["deadline"]),
            description=answers["description"],
            terms=answers["terms"],
            questions=[(text, weight) for text, weight in answers["questions"]],
            pounds_per_point=Decimal(answers["pounds_per_point"]),
            tie_rule=TieRule(answers["tie_rule"]),
            openers=[uuid.UUID(key) for key in answers.get("openers", [])],
            undivided_because=answers.get("undivided_because", ""),
        )


def ask_to_publish(
    session: Session, lot: Lot, terms: Terms, *, by: Person, at: datetime
) -> PendingStep:
    """Ask for a lot to go on the market on these terms, and with the documents it has now.

    Raises WrongState before the window is closed, Unacceptable for terms that cannot be published.
    """
    _check(session, lot, terms, at)
    answers = terms.as_answers() | {"documents": _documents(session, lot)}
    return two_people.ask(session, Step.PUBLISH, lot, answers, by=by, at=at)


def publish_lot(
    session: Session, lot: Lot, asked_id: uuid.UUID, *, by: Person, at: datetime
) -> None:
    """Confirm what another asked for (lot: joining → open; requirements: joined → in tender).

    Raises WrongState where the terms no longer wait or the documents are others by now,
    NotAllowed for the person who asked.
    """
    session.refresh(lot, with_for_update={"of": Lot})
    asked = two_people.confirm(session, Step.PUBLISH, lot, asked_id, by=by, at=at)
    terms = Terms.of(asked)
    _check(session, lot, terms, at)
    if asked.answers["documents"] != _documents(session, lot):
        raise WrongState("The documents have changed since. Turn this down and ask anew.")
    lot.deadline, lot.published_at, lot.published_by_id = terms.deadline, at, by.id
    move(lot, LotStatus.OPEN, LOT_MOVES)
    lot.description, lot.terms = terms.description, terms.terms
    lot.pounds_per_point, lot.tie_rule = terms.pounds_per_point, terms.tie_rule
    openers = chosen(session, terms.openers)
    name_openers(session, lot, openers)
    lot.undivided_because = terms.undivided_because.strip()
    session.add_all(
        QualityQuestion(lot_id=lot.id, position=position, text=text, weight=weight)
        for position, (text, weight) in enumerate(terms.questions, start=1)
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
        deadline=terms.deadline.isoformat(),
        asked_by=str(asked.asked_by_id),
        openers=[key.public_key for key in openers],
    )


def _check(session: Session, lot: Lot, terms: Terms, at: datetime) -> None:
    session.refresh(lot, with_for_update={"of": Lot})
    if lot.status != LotStatus.JOINING:
        raise WrongState("This lot has been on the market, or is cancelled.")
    if lot.joining_closed_at is None:
        raise WrongState("Close the joining window first: the lot is made of those who commit.")
    if not at + SHORTEST_TENDER <= terms.deadline <= at + LONGEST_TENDER:
        raise Unacceptable("Choose a deadline between an hour and a year from now.")
    if len(terms.questions) > 5:
        raise Unacceptable("Ask at most five quality questions.")
    if any(not text.strip() or not 1 <= weight <= 100 for text, weight in terms.questions):
        raise Unacceptable("Give each question its words and between 1 and 100 points.")
    if terms.questions and terms.pounds_per_point <= 0:
        raise Unacceptable("Say what a quality point is worth in pounds.")
    check_openers(chosen(session, terms.openers))
    if not terms.undivided_because.strip():
        raise Unacceptable("Say why the lot is not split (Procurement Act 2023, section 18).")


def _documents(session: Session, lot: Lot) -> list[str]:
    """The hashes of the lot’s documents, in an order of their own."""
    return sorted(document.sha256 for document in queries.documents(session, lot))

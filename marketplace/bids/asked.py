"""What a lot asks of each bid: a price for each authority, an answer to each question."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.errors import Unacceptable
from marketplace.lots.models import Lot, LotMember, QualityQuestion

HIGHEST_PRICE = Decimal(10) ** 11


@dataclass(frozen=True)
class Asked:
    """The authorities and the questions of a lot."""

    authorities: frozenset[uuid.UUID]
    questions: frozenset[uuid.UUID]

    @classmethod
    def of(cls, session: Session, lot: Lot) -> "Asked":
        members = select(LotMember.authority_id).where(LotMember.lot_id == lot.id, LotMember.active)
        questions = select(QualityQuestion.id).where(QualityQuestion.lot_id == lot.id)
        return cls(frozenset(session.scalars(members)), frozenset(session.scalars(questions)))

    def check(self, prices: Mapping[uuid.UUID, Decimal], answers: Mapping[uuid.UUID, str]) -> None:
        """Raises Unacceptable unless these are a whole bid."""
        if prices.keys() != self.authorities:
            raise Unacceptable("Give one price for each authority of the lot, and no other.")
        if not all(price.is_finite() and 0 < price <= HIGHEST_PRICE for price in prices.values()):
            raise Unacceptable("Give each price in pounds, above nothing and under £100 billion.")
        if answers.keys() != self.questions or not all(map(_is_text, answers.values())):
            raise Unacceptable("Answer each quality question of the lot, and no other.")


def _is_text(answer: str) -> bool:
    return bool(answer.strip()) and "\0" not in answer

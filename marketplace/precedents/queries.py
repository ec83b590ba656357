"""Looking up precedents."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from marketplace.categories.models import CALLED, CpvCode
from marketplace.db import AnyColumns, remembered
from marketplace.errors import NotFound
from marketplace.finding import each_word_in
from marketplace.precedents.models import Evidence, Outcome, Precedent
from marketplace.precedents.relevance import Relevant, Sought, relevant
from marketplace.precedents.ways import Way

MOST_WEIGHED = 2_000
"""The newest; a library of the Centre's has hundreds."""


@dataclass(frozen=True)
class PrecedentFilter:
    """What somebody asks of the library."""

    words: str = ""
    way: Way | None = None
    outcome: Outcome | None = None
    evidence: Evidence | None = None

    @property
    def any(self) -> bool:
        return self != PrecedentFilter()


@remembered
def precedents(asked: PrecedentFilter) -> Select[Precedent]:
    """The library, for a list."""
    query = (
        select(Precedent)
        .outerjoin(CpvCode, CpvCode.code == Precedent.category_code)
        .where(
            *each_word_in(
                asked.words,
                *(Precedent.title, Precedent.who, Precedent.how, Precedent.result),
                *(Precedent.reference, CALLED),
            )
        )
    )
    for column, wanted in (
        (Precedent.way, asked.way),
        (Precedent.outcome, asked.outcome),
        (Precedent.evidence, asked.evidence),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return query


def shown(query: Select[Precedent]) -> AnyColumns:
    """What a row of the list shows."""
    named = query.outerjoin(CpvCode, CpvCode.code == Precedent.category_code)
    return named.with_only_columns(
        *(Precedent.id, Precedent.reference, Precedent.title, Precedent.who, Precedent.way),
        *(Precedent.outcome, Precedent.evidence, Precedent.year, Precedent.authorities),
        *(Precedent.saving_share, Precedent.saving_label, CALLED.label("category")),
    )


def precedent(session: Session, precedent_id: uuid.UUID) -> Precedent:
    """One in full, with its category; raises NotFound."""
    found = session.scalar(
        select(Precedent)
        .where(Precedent.id == precedent_id)
        .options(joinedload(Precedent.category))
    )
    if found is None:
        raise NotFound()
    return found


def seeded(session: Session) -> set[str]:
    """Which of the public facts are in the library."""
    keys = session.scalars(select(Precedent.seed_key).where(Precedent.seed_key.is_not(None)))
    return {key for key in keys if key}


def for_purchase(session: Session, sought: Sought) -> Sequence[Relevant]:
    """The precedents that speak to a purchase, each with why."""
    rows = session.scalars(
        select(Precedent).order_by(Precedent.year.desc(), Precedent.id).limit(MOST_WEIGHED)
    )
    return relevant(sought, rows)

"""Saying how ready one's authority is."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.models import CpvCode
from marketplace.readiness import queries
from marketplace.readiness.models import Degree, Factor, ReadinessAnswer

Said = Mapping[Factor, tuple[Degree, str]]
"""For each factor how far it is there, and a note."""


def say_how_ready(
    session: Session,
    authority: Organisation,
    category: CpvCode,
    said: Said,
    *,
    by: Person,
    at: datetime,
) -> None:
    """Answer for some of the factors of a category; what is not said stays as it was."""
    known = queries.own_answers(session, authority.id, category.code)
    for factor, (degree, note) in said.items():
        answer = known.get(factor)
        if answer is None:
            answer = ReadinessAnswer(
                authority_id=authority.id, category_code=category.code, factor=factor
            )
            session.add(answer)
        answer.degree, answer.note = degree, note
        answer.answered_at, answer.answered_by_id = at, by.id
    if said:
        record(
            session,
            Action.READINESS_ANSWERED,
            authority,
            by=by,
            at=at,
            category=category.code,
            factors=sorted(said),
        )

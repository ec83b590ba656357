"""Waves that await the answer of a commissioner's authority."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.clock import london_day
from marketplace.home.tasks import Task, add_source
from marketplace.security.permissions import Permission, may
from marketplace.waves import queries
from marketplace.web.formatting import brief_day, in_a_sentence


@add_source
def waves_to_answer(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """One line for each, with the day to answer by."""
    if not may(person.role, Permission.ANSWER_WAVES):
        return []
    return [
        Task(
            f"{wave.reference}: buy {in_a_sentence(wave.category.called)} together in "
            f"{wave.start:%B %Y}?",
            url_for("waves.show", wave_id=wave.id),
            f"Answer by {brief_day(wave.answer_by)}",
            urgent=wave.answer_by < london_day(at),
        )
        for wave in queries.awaiting(session, person)
    ]

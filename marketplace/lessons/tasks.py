"""What lots that ended ask of reviewers: to say what they taught."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.home.tasks import Task, add_source
from marketplace.lessons.ended import untold

MOST = 3


@add_source
def lessons_to_tell(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """The latest few of a reviewer's ended lots of which nothing is told."""
    if person.role != Role.REVIEWER:
        return []
    return [
        Task(
            f"{lot.reference}: say what it taught",
            url_for("lessons.tell", lot_id=lot.id),
            lot.status.value.capitalize(),
        )
        for lot in untold(session, MOST)
    ]

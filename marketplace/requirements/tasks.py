"""What requirements ask of commissioners: drafts to finish."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.home.tasks import Task, add_source
from marketplace.requirements.models import RequirementStatus
from marketplace.requirements.queries import count_of
from marketplace.web.formatting import counted


@add_source
def drafts_to_finish(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """A commissioner's drafts; with nothing posted either, an invitation to begin."""
    if person.role != Role.COMMISSIONER:
        return []
    drafts = count_of(session, person, RequirementStatus.DRAFT)
    tasks = []
    if drafts:
        tasks.append(
            Task(
                f"{counted(drafts, 'draft')} to finish and post",
                url_for("requirements.drafts"),
                "Draft",
            )
        )
    elif not count_of(session, person, RequirementStatus.POSTED):
        tasks.append(Task("Post what you will need", url_for("requirements.new"), "Nothing posted"))
    return tasks

"""What the directory asks of commissioners: to confirm what nobody confirmed for a year."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.directory.queries import count_stale
from marketplace.home.tasks import Task, add_source
from marketplace.web.formatting import counted


@add_source
def roles_to_confirm(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """One line for all of a commissioner's stale roles."""
    if person.role != Role.COMMISSIONER:
        return []
    count = count_stale(session, person.organisation_id, at)
    where = url_for("directory.index", only=person.organisation_id, sort="confirmed")
    text = f"Confirm {counted(count, 'role')} in the directory"
    return [Task(text, where, "Over a year old")] if count else []

"""Messages that somebody has not read yet, among what awaits them."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.home.tasks import Task, add_source
from marketplace.messages import queries
from marketplace.web.formatting import counted


@add_source
def unread_messages(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """One line for all of them."""
    count = queries.unread(session, person)
    text = f"Read {counted(count, 'new message')}"
    return [Task(text, url_for("messages.index"), "New")] if count else []

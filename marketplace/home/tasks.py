"""The task list of the home page: each noun adds the tasks of the people it concerns.

A noun's `tasks.py` (or `queries.py`) offers functions that take the session, the person and the
present moment and return tasks; they are listed here, in the order of the work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person


@dataclass(frozen=True)
class Task:
    """Something that awaits a person: what, where, and how pressing."""

    text: str
    href: str
    status: str
    urgent: bool = False


Source = Callable[[Session, Person, datetime], Sequence[Task]]

SOURCES: list[Source] = []


def add_source(source: Source) -> Source:
    """Register a noun's tasks."""
    SOURCES.append(source)
    return source


def tasks_of(session: Session, person: Person, at: datetime) -> list[Task]:
    """Everything that awaits the person, in the order of the work."""
    return [task for source in SOURCES for task in source(session, person, at)]

"""The deadlines of a person, for the calendar: each noun adds those of the people it concerns."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person


@dataclass(frozen=True)
class Deadline:
    """Something to do before a moment, and where."""

    about: uuid.UUID
    at: datetime
    what: str
    path: str


Source = Callable[[Session, Person, datetime], Sequence[Deadline]]

SOURCES: list[Source] = []


def add_deadlines(source: Source) -> Source:
    """Register a noun's deadlines."""
    SOURCES.append(source)
    return source


def deadlines_of(session: Session, person: Person, at: datetime) -> list[Deadline]:
    """Every deadline that is still to come, the next first."""
    found = [each for source in SOURCES for each in source(session, person, at)]
    return sorted(found, key=lambda each: (each.at, each.what))

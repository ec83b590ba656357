"""Reminders: each noun says when some are due and writes them; the worker asks now and then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Reminder:
    """Whether something is due at a moment, and the writing of it, which never tells twice."""

    are_due: Callable[[Session, datetime], bool]
    write: Callable[[Session, datetime], None]


REMINDERS: list[Reminder] = []


def add_reminder(reminder: Reminder) -> Reminder:
    """Register a noun's reminders."""
    REMINDERS.append(reminder)
    return reminder

"""Who is alive: each worker says so again and again, and others see when it stops.

Whether a worker is dead is told by its count standing still while the onlooker's own clock runs,
so that the clocks of several machines need not agree.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.jobs.database import database
from marketplace.jobs.models import Worker

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
SILENT_SECONDS = 15.0
"""A worker that has not said a word for so long is taken for dead. If it was not, some work is
done twice and the first answer counts."""


def arrive(session: Session, name: str, *, at: datetime) -> None:
    """Begin to be alive; an earlier worker of that name is over."""
    session.execute(delete(Worker).where(Worker.name == name))
    session.add(Worker(name=name, since=at, beats=0))


def beat(session: Session, name: str, *, at: datetime) -> None:
    """Still alive."""
    row = update(Worker).where(Worker.name == name).values(beats=Worker.beats + 1)
    if session.scalar(row.returning(Worker.beats)) is None:
        session.add(Worker(name=name, since=at, beats=0))  # somebody took this one for dead


def leave(session: Session, *names: str) -> None:
    """No longer alive: what it had is for others to take up."""
    session.execute(delete(Worker).where(Worker.name.in_(names)))


class Onlooker:
    """Sees who is alive by looking again and again."""

    def __init__(self, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self.stopwatch = stopwatch
        self._seen: dict[str, tuple[tuple[datetime, int], float]] = {}

    def dead_among(self, session: Session, names: Iterable[str]) -> set[str]:
        """Those of them that have left, or have not said a word for long."""
        now = self.stopwatch()
        rows = {row.name: (row.since, row.beats) for row in session.scalars(select(Worker))}
        seen = {name: self._seen.get(name, (None, now)) for name in rows}
        self._seen = {
            name: (said, seen[name][1] if seen[name][0] == said else now)
            for name, said in rows.items()
        }
        alive = {name for name, (_, at) in self._seen.items() if now - at < SILENT_SECONDS}
        return set(names) - alive


class Pulse:
    """A thread that says again and again that this worker is alive."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="pulse", daemon=True)

    def start(self) -> None:
        with database.changing() as session:
            arrive(session, self.name, at=clock.now())
        self._thread.start()

    def stop(self) -> None:
        """Leave in good order, so that nobody has to wait to take over."""
        self._stop.set()
        self._thread.join(BEAT_SECONDS)
        try:
            with database.changing() as session:
                leave(session, self.name)
        except OperationalError as fault:
            log.warning("Left without a word: %s", fault)

    def _go_on(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                with database.changing() as session:
                    beat(session, self.name, at=clock.now())
            except OperationalError as fault:
                log.warning("Could not say that it is alive: %s", fault)

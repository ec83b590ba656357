"""The steps of a grouping run, each in a transaction of its own and safe to do twice.

A step that is cut off by the death of the worker is done again. What it had committed is found
and left alone: a category that has its answer is never solved a second time.
"""

import os
import socket
import time
import uuid
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.grouping import services, translate, watching
from marketplace.grouping.models import GroupingRun, RunStatus
from marketplace.jobs.database import database

SMALL = 30
"""A category of at most so many requirements travels with others."""
BATCH = 20
"""At most so many small categories travel together."""
ASK_SECONDS = 0.5
"""How often at most the solver's progress reads or writes the database."""


def take_up(run_id: str) -> list[list[str]]:
    """Begin the run and say which categories are to do, in batches, the largest first."""
    with database.looking() as session:
        bounds = watching.first_bounds(session, _run(session, run_id))
    with database.changing() as session:
        run = services.begin_run(session, _run(session, run_id), at=clock.now())
        if run.is_over:
            return []
        watching.set_first_bounds(session, run, bounds, at=clock.now())
        rows = services.categories_of(session, run)
    waiting = sorted(
        (row for row in rows if row.finished_at is None),
        key=lambda row: (-row.requirement_count, row.category_code),
    )
    large = [[row.category_code] for row in waiting if row.requirement_count > SMALL]
    small = [row.category_code for row in waiting if row.requirement_count <= SMALL]
    return large + [small[start : start + BATCH] for start in range(0, len(small), BATCH)]


def solve(run_id: str, code: str) -> None:
    """Group one category and keep the answer, unless it has one or the run should stop."""
    with database.changing() as session:
        run = _run(session, run_id)
        row = services.begin_category(session, run, code, worker=worker_name())
        if row is None:
            return
        seconds = services.time_for(session, run, row)
        session.refresh(run, ["snapshot"])
    watch = Watch(run_id, code)
    found = translate.solve_category(
        run, code, time_limit=seconds, on_progress=watch.tell, should_stop=watch.should_stop
    )
    if watch.discard:
        return
    with database.changing() as session:
        run, now = _run(session, run_id), clock.now()
        services.keep_category_result(session, run, code, found, worker=worker_name(), at=now)
        watching.take_sample(session, run, at=now)


def conclude(run_id: str) -> None:
    """Turn the answers into proposals, or end the run as cancelled where that was asked."""
    with database.looking() as session:
        run = _run(session, run_id)
        stopping = run.is_over or run.cancel_requested_at is not None
        # Worked out before the transaction that writes, which others may be waiting for.
        conclusion = (
            translate.Conclusion((), ()) if stopping else services.conclusion_of(session, run)
        )
    with database.changing() as session:
        services.finish_run(session, _run(session, run_id), conclusion, at=clock.now())


def fail(run_id: str, why: str) -> None:
    """Record that the run cannot go on."""
    with database.changing() as session:
        services.fail_run(session, _run(session, run_id), why, at=clock.now())


class Watch:
    """Between the solver and the database: shows how far it is, hears when to stop."""

    def __init__(
        self, run_id: str, code: str, stopwatch: Callable[[], float] = time.monotonic
    ) -> None:
        self.run_id, self.code, self.stopwatch = run_id, code, stopwatch
        self.stop = self.discard = False
        self._asked = self._told = stopwatch()

    def should_stop(self) -> bool:
        """Whether somebody cancelled the run, or will have what is found; asked now and then."""
        if not self.stop and self.stopwatch() - self._asked >= ASK_SECONDS:
            with database.looking() as session:
                run = _run(session, self.run_id)
                self.discard = run.cancel_requested_at is not None or run.is_over
                self.stop = self.discard or run.keep_requested_at is not None
            self._asked = self.stopwatch()
        return self.stop

    def tell(self, best: Decimal, bound: Decimal) -> None:
        """Show the best benefit and bound so far, now and then."""
        if self.stopwatch() - self._told >= ASK_SECONDS:
            with database.changing() as session:
                run = _run(session, self.run_id)
                services.note_progress(session, run, self.code, best=best, bound=bound)
                watching.take_sample(session, run, at=clock.now())
            self._told = self.stopwatch()


def worker_name() -> str:
    """Who does the work. A name that is given stays the same after a restart, so that the worker
    finds its unfinished work at once; without one, two workers of a machine differ."""
    return os.environ.get("MARKETPLACE_WORKER", f"worker {os.getpid()} at {socket.gethostname()}")[
        :80
    ]


def note_takeover(lost: str) -> None:
    """Record with each run that this worker takes over what a lost one was at."""
    with database.changing() as session:
        for run in watching.runs_at(session, lost):
            watching.note_takeover(session, run, lost, by_worker=worker_name(), at=clock.now())


def unfinished_runs() -> list[str]:
    """Ids of the runs that are queued or running, the oldest first."""
    with database.looking() as session:
        found = session.scalars(
            select(GroupingRun.id)
            .where(GroupingRun.status.in_((RunStatus.QUEUED, RunStatus.RUNNING)))
            .order_by(GroupingRun.created_at, GroupingRun.id)
        )
        return [str(run_id) for run_id in found]


def _run(session: Session, run_id: str) -> GroupingRun:
    return session.get_one(GroupingRun, uuid.UUID(run_id))

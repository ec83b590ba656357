"""A run watched while it works: how far it is, how benefit and bound close, stopping early,
and what became of the work of a worker that died."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action, AuditEntry
from marketplace.audit.services import record
from marketplace.categories.models import CALLED, CpvCode
from marketplace.errors import WrongState
from marketplace.grouping import translate
from marketplace.grouping.models import GroupingRun, RunCategory, RunSample, RunStatus

MOST_SAMPLES = 400
"""A picture needs no more; a longer run is sampled no further."""


def request_keep(session: Session, run: GroupingRun, *, by: Person, at: datetime) -> GroupingRun:
    """Ask a running run to stop here and to propose the best that it has found.

    Raises WrongState where nothing can have been found yet, or where it is over or cancelled.
    """
    session.flush()
    run = session.get_one(GroupingRun, run.id, with_for_update=True, populate_existing=True)
    if run.status != RunStatus.RUNNING or run.cancel_requested_at is not None:
        raise WrongState(f"{run.reference} is not at work, so there is nothing to keep.")
    if run.keep_requested_at is None:
        run.keep_requested_at = at
        record(session, Action.RUN_KEPT, run, by=by, at=at)
    return run


def first_bounds(session: Session, run: GroupingRun) -> dict[str, Decimal]:
    """For each category without figures the bound that needs no search; it may take a moment."""
    return {
        row.category_code: translate.first_bound(run, row.category_code)
        for row in _without_figures(session, run)
    }


def set_first_bounds(
    session: Session, run: GroupingRun, bounds: Mapping[str, Decimal], *, at: datetime
) -> None:
    """Begin each category that has no figures with nothing found and its first bound."""
    for row in _without_figures(session, run):
        row.net_benefit, row.upper_bound = Decimal(0), bounds[row.category_code]
    take_sample(session, run, at=at)


def _without_figures(session: Session, run: GroupingRun) -> Sequence[RunCategory]:
    return session.scalars(
        select(RunCategory).where(RunCategory.run_id == run.id, RunCategory.upper_bound.is_(None))
    ).all()


def take_sample(session: Session, run: GroupingRun, *, at: datetime) -> None:
    """Note benefit and bound over all categories as they are now."""
    session.flush()
    best, bound = session.execute(
        select(
            func.coalesce(func.sum(RunCategory.net_benefit), 0),
            func.coalesce(func.sum(RunCategory.upper_bound), 0),
        ).where(RunCategory.run_id == run.id)
    ).one()
    taken = session.scalar(select(func.count()).where(RunSample.run_id == run.id)) or 0
    if taken < MOST_SAMPLES and run.started_at is not None:
        seconds = Decimal(str(round((at - run.started_at).total_seconds(), 3)))
        session.add(
            RunSample(
                run_id=run.id,
                seconds=max(seconds, Decimal(0)),
                net_benefit=best or Decimal(0),
                upper_bound=bound or Decimal(0),
            )
        )


def samples(session: Session, run: GroupingRun) -> Sequence[RunSample]:
    """How benefit and bound went, from the start."""
    return session.scalars(
        select(RunSample).where(RunSample.run_id == run.id).order_by(RunSample.id)
    ).all()


@dataclass(frozen=True)
class Takeover:
    """A worker that stopped answering, who took over, when, and the categories begun again."""

    at: datetime
    lost: str
    taken_by: str
    categories: Sequence[str]


def runs_at(session: Session, worker: str) -> Sequence[GroupingRun]:
    """Runs under way in which a worker has a category in hand."""
    return session.scalars(
        select(GroupingRun)
        .where(
            GroupingRun.status == RunStatus.RUNNING,
            GroupingRun.id.in_(select(RunCategory.run_id).where(*_in_hand(worker))),
        )
        .order_by(GroupingRun.created_at, GroupingRun.id)
    ).all()


def note_takeover(
    session: Session, run: GroupingRun, lost: str, *, by_worker: str, at: datetime
) -> GroupingRun:
    """Free the categories that a lost worker had in hand and record who takes over, once."""
    run = session.get_one(GroupingRun, run.id, with_for_update=True, populate_existing=True)
    freed = session.execute(
        select(RunCategory, CALLED)
        .join(CpvCode, CpvCode.code == RunCategory.category_code)
        .where(RunCategory.run_id == run.id, *_in_hand(lost))
        .order_by(CALLED, RunCategory.category_code)
        .execution_options(populate_existing=True)
    ).all()
    for category, _ in freed:
        category.worker = None
    if freed:
        names = [name for _, name in freed]
        record(
            session, Action.RUN_TAKEN_OVER, run, by=None, at=at,
            lost=lost, taken_by=by_worker, categories=names,
        )  # fmt: skip
    return run


def takeovers(session: Session, run: GroupingRun) -> Sequence[Takeover]:
    """What happened to workers of the run, the earliest first."""
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == GroupingRun.__tablename__,
            AuditEntry.object_id == str(run.id),
            AuditEntry.action == Action.RUN_TAKEN_OVER,
        )
        .order_by(AuditEntry.sequence)
    )
    return [
        Takeover(each.at, each.detail["lost"], each.detail["taken_by"], each.detail["categories"])
        for each in entries
    ]


def _in_hand(worker: str) -> tuple[ColumnElement[bool], ...]:
    return RunCategory.worker == worker, RunCategory.finished_at.is_(None)

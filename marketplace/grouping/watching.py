"""A run watched while it works: how far it is, how benefit and bound close, stopping early."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
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

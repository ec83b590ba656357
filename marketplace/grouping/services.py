"""Starting, working through and ending grouping runs; deciding on what they propose."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable, WrongState
from marketplace.grouping import queries, translate
from marketplace.grouping.conflicts import check_no_conflict
from marketplace.grouping.expectations import joining_so_far, with_expectation
from marketplace.grouping.models import (
    PROPOSAL_MOVES,
    RUN_MOVES,
    Barrier,
    GroupingRun,
    Proposal,
    ProposalStatus,
    RunCategory,
    RunStatus,
)
from marketplace.grouping.proposing import add_findings, supersede_earlier
from marketplace.grouping.questions import check_answered
from marketplace.grouping.snapshots import Frozen, freeze
from marketplace.grouping.telling import tell_proposals_await
from marketplace.references import next_reference
from marketplace.status import move

SHORTEST_SECONDS, LONGEST_SECONDS = 1, 3600
LEAST_SHARE_SECONDS = 1.0


def start_run(
    session: Session, codes: Iterable[str], time_limit: int, *, by: Person | None, at: datetime
) -> GroupingRun:
    """Freeze what is posted in these categories and queue its grouping (run: → queued).

    Raises Unacceptable where nothing is posted there, where a run is at work there already, or
    where the time limit is out of bounds.
    """
    if not SHORTEST_SECONDS <= time_limit <= LONGEST_SECONDS:
        raise Unacceptable(f"Give the run between 1 and {LONGEST_SECONDS:,} seconds.")
    # Taking the reference first makes two starts at once wait for each other.
    reference = next_reference(session, "RUN", at.year)
    frozen = freeze(session, sorted(set(codes)))
    if not frozen.counts:
        raise Unacceptable("Nothing is posted in these categories. Choose others.")
    busy = queries.run_working_on(session, frozen.counts)
    if busy:
        raise Unacceptable(f"{busy[0]} is at work on {busy[1]} already. Wait for it or cancel it.")
    run = GroupingRun(
        reference=reference,
        status=RunStatus.QUEUED,
        started_by=by,
        created_at=at,
        time_limit_seconds=time_limit,
        snapshot=frozen.snapshot,
        snapshot_sha256=frozen.sha256,
        requirement_count=sum(frozen.counts.values()),
        categories=_categories(session, frozen),
    )
    session.add(run)
    record(session, Action.RUN_STARTED, run, by=by, at=at, snapshot=frozen.sha256)
    return run


def _categories(session: Session, frozen: Frozen) -> list[RunCategory]:
    """A row for each category, with how many are to be expected to join there."""
    joining = joining_so_far(session, frozen.counts)
    return [
        RunCategory(
            category_code=code,
            requirement_count=count,
            joining_rate=joining[code].rate,
            joining_asked=joining[code].asked,
        )
        for code, count in sorted(frozen.counts.items())
    ]


def request_cancel(session: Session, run: GroupingRun, *, by: Person, at: datetime) -> GroupingRun:
    """Ask a run to stop: at once while queued (→ cancelled), else as soon as the solver asks.

    Raises WrongState where the run is over.
    """
    run = _locked(session, run)
    if run.is_over:
        raise WrongState(f"{run.reference} is over, so it cannot be cancelled.")
    if run.cancel_requested_at is None:
        run.cancel_requested_at = at
        record(session, Action.RUN_CANCELLED, run, by=by, at=at)
    if run.status == RunStatus.QUEUED:
        _end(run, RunStatus.CANCELLED, at)
    return run


def begin_run(session: Session, run: GroupingRun, *, at: datetime) -> GroupingRun:
    """The worker takes the run up (queued → running); one under way or over stays as it is."""
    run = _locked(session, run)
    if run.status == RunStatus.QUEUED:
        move(run, RunStatus.RUNNING, RUN_MOVES)
        run.started_at = at
    return run


def begin_category(
    session: Session, run: GroupingRun, code: str, *, worker: str
) -> RunCategory | None:
    """Say who works on the category; None where it has its answer or the run should stop."""
    run = _locked(session, run)
    if run.status != RunStatus.RUNNING or run.cancel_requested_at is not None:
        return None
    category = _category(session, run, code)
    if category.finished_at is not None:
        return None
    category.worker = worker
    return category


def time_for(session: Session, run: GroupingRun, category: RunCategory) -> float:
    """The category's share, by requirements, of the seconds that the finished ones left."""
    waiting, spent = session.execute(
        select(
            func.coalesce(
                func.sum(RunCategory.requirement_count).filter(RunCategory.finished_at.is_(None)),
                0,
            ),
            func.coalesce(func.sum(RunCategory.seconds), 0),
        ).where(RunCategory.run_id == run.id)
    ).one()
    left = float(run.time_limit_seconds) - float(spent or 0)
    if run.keep_requested_at is not None:
        return LEAST_SHARE_SECONDS
    return max(LEAST_SHARE_SECONDS, left * category.requirement_count / max(waiting, 1))


def note_progress(
    session: Session, run: GroupingRun, code: str, *, best: Decimal, bound: Decimal
) -> None:
    """Show what the solver has so far in a category that is still open."""
    category = _category(session, run, code)
    if category.finished_at is None:
        category.net_benefit, category.upper_bound = best, bound


def keep_category_result(
    session: Session,
    run: GroupingRun,
    code: str,
    found: translate.Solved,
    *,
    worker: str,
    at: datetime,
) -> RunCategory:
    """Keep a category's answer; the first one is kept, so that nothing counts twice."""
    run = _locked(session, run)
    category = _category(session, run, code)
    if category.finished_at is None and run.status == RunStatus.RUNNING:
        category.finished_at, category.worker = at, worker
        category.net_benefit, category.upper_bound = found.net_benefit, found.upper_bound
        category.proven_optimal = found.proven_optimal
        category.seconds, category.method = found.seconds, found.method
        category.lots = [list(lot) for lot in found.lots]
    return category


def finish_run(
    session: Session, run: GroupingRun, conclusion: translate.Conclusion, *, at: datetime
) -> GroupingRun:
    """Turn the answers into proposals (running → done); undecided earlier ones are superseded.

    A run that was asked to stop ends as cancelled and proposes nothing; one that is over stays as
    it is. Raises WrongState while a category has no answer.
    """
    run = _locked(session, run)
    if run.is_over:
        return run
    if run.cancel_requested_at is not None:
        _end(run, RunStatus.CANCELLED, at)
        return run
    categories = categories_of(session, run)
    if any(category.finished_at is None for category in categories):
        raise WrongState(f"{run.reference} has categories without an answer.")
    _end(run, RunStatus.DONE, at)
    run.net_benefit = sum((c.net_benefit or Decimal(0) for c in categories), Decimal(0))
    run.upper_bound = sum((c.upper_bound or Decimal(0) for c in categories), Decimal(0))
    run.proven_optimal = all(category.proven_optimal for category in categories)
    run.solver = translate.solver_used()
    supersede_earlier(session, run, at=at)
    add_findings(session, run, conclusion, at=at)
    record(session, Action.RUN_FINISHED, run, by=None, at=at, proposals=len(conclusion.lots))
    if conclusion.lots:
        tell_proposals_await(session, run, len(conclusion.lots), at=at)
    return run


def fail_run(session: Session, run: GroupingRun, why: str, *, at: datetime) -> GroupingRun:
    """End a run that cannot go on (queued or running → failed); one that is over stays so."""
    run = _locked(session, run)
    if not run.is_over:
        _end(run, RunStatus.FAILED, at)
        run.failure = why
        record(session, Action.RUN_FAILED, run, by=None, at=at)
    return run


def solve_run_now(session: Session, run: GroupingRun, *, at: datetime) -> GroupingRun:
    """Work through a run here and now, without a worker: for the demo and for tests."""
    begin_run(session, run, at=at)
    for row in categories_of(session, run):
        found = translate.solve_category(
            run, row.category_code, time_limit=time_for(session, run, row)
        )
        keep_category_result(session, run, row.category_code, found, worker="here", at=at)
    return finish_run(session, run, conclusion_of(session, run), at=at)


def conclusion_of(session: Session, run: GroupingRun) -> translate.Conclusion:
    """What the answers kept so far amount to; it changes nothing and may take a while."""
    categories = categories_of(session, run)
    rates = {category.category_code: category.joining_rate for category in categories}
    found = translate.conclude(run, [lot for category in categories for lot in category.lots or []])
    lots = tuple(with_expectation(run, lot, rates[lot.category_code]) for lot in found.lots)
    return replace(found, lots=lots)


def approve(
    session: Session,
    proposal: Proposal,
    *,
    reason: str = "",
    barrier: Barrier | None = None,
    by: Person | None,
    at: datetime,
) -> Proposal:
    """Take a proposal to a joining window (proposed → approved); its lot is opened by the caller.

    `barrier` is the one that was weighed most. Raises WrongState where it was decided before,
    where a member is no longer free or has a question to answer, NotAllowed for somebody with a
    conflict of interest.
    """
    check_no_conflict(session, proposal, by)
    proposal = _locked_proposal(session, proposal)
    taken = queries.taken_members(session, proposal)
    if proposal.status == ProposalStatus.PROPOSED and taken:
        raise WrongState(
            f"{', '.join(taken)} can no longer be shared. Reject this proposal and run the "
            "grouping again."
        )
    if proposal.status == ProposalStatus.PROPOSED:
        check_answered(session, proposal)
    move(proposal, ProposalStatus.APPROVED, PROPOSAL_MOVES)
    proposal.decided_at, proposal.decided_by = at, by
    proposal.reason, proposal.barrier = reason.strip() or None, barrier
    record(session, Action.PROPOSAL_APPROVED, proposal, by=by, at=at)
    return proposal


def reject_proposal(
    session: Session,
    proposal: Proposal,
    *,
    reason: str,
    barrier: Barrier,
    by: Person,
    at: datetime,
) -> Proposal:
    """Turn a proposal down with a reason (proposed → rejected).

    Raises Unacceptable without a reason, WrongState where it was decided before, NotAllowed for
    somebody with a conflict of interest.
    """
    if not reason.strip():
        raise Unacceptable("Say why you reject this proposal.")
    check_no_conflict(session, proposal, by)
    proposal = _locked_proposal(session, proposal)
    move(proposal, ProposalStatus.REJECTED, PROPOSAL_MOVES)
    proposal.decided_at, proposal.decided_by = at, by
    proposal.reason, proposal.barrier = reason.strip(), barrier
    record(session, Action.PROPOSAL_REJECTED, proposal, by=by, at=at, barrier=barrier.value)
    return proposal


def categories_of(session: Session, run: GroupingRun) -> list[RunCategory]:
    """The run's categories as they stand now, by code."""
    return list(
        session.scalars(
            select(RunCategory)
            .where(RunCategory.run_id == run.id)
            .order_by(RunCategory.category_code)
            .execution_options(populate_existing=True)
        )
    )


def _end(run: GroupingRun, to: RunStatus, at: datetime) -> None:
    move(run, to, RUN_MOVES)
    run.finished_at = at


def _locked(session: Session, run: GroupingRun) -> GroupingRun:
    session.flush()
    return session.get_one(GroupingRun, run.id, with_for_update=True, populate_existing=True)


def _locked_proposal(session: Session, proposal: Proposal) -> Proposal:
    session.flush()
    return session.get_one(
        Proposal, proposal.id, with_for_update={"of": Proposal}, populate_existing=True
    )


def _category(session: Session, run: GroupingRun, code: str) -> RunCategory:
    return session.scalars(
        select(RunCategory)
        .where(RunCategory.run_id == run.id, RunCategory.category_code == code)
        .execution_options(populate_existing=True)
    ).one()

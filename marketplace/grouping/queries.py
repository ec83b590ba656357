"""Looking up runs, proposals, and what is left alone."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    Uuid,
    column,
    exists,
    func,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from marketplace.accounts.models import Organisation, Person
from marketplace.categories.models import CALLED, CpvCode
from marketplace.db import AnyColumns, AnyRow, remembered
from marketplace.errors import NotFound
from marketplace.finding import each_word_in
from marketplace.grouping.models import (
    GroupingRun,
    LeftAlone,
    Proposal,
    ProposalMember,
    ProposalQuestion,
    ProposalStatus,
    RunCategory,
    RunStatus,
)
from marketplace.requirements.models import Requirement, RequirementStatus

# Lots come after grouping, so their models are not imported here; but a requirement that awaits an
# answer in a joining window is still posted, and only its row in this table says that it is taken.
LOT_MEMBER = table("lot_member", column("requirement_id", Uuid), column("active", Boolean))

UNDER_WAY = (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass(frozen=True)
class Choice:
    """A category in which something can be grouped."""

    code: str
    name: str
    requirements: int


@dataclass(frozen=True)
class Progress:
    """How far a run is: categories, and the money found in those that have an answer so far."""

    categories: int
    finished: int
    best: Decimal
    bound: Decimal
    working_on: Sequence[tuple[str, int, str]]
    """Category, its requirements, and the worker that has it."""


@dataclass(frozen=True)
class Totals:
    """A run's proposals added up, and how many requirements it leaves alone."""

    proposals: int
    value: Decimal
    low: Decimal
    likely: Decimal
    high: Decimal
    expected: Decimal | None
    """If authorities join as often as before; none for runs that did not know."""
    left_alone: int


def free_requirements(codes: Iterable[str] | None = None) -> Select[Requirement]:
    """Requirements that are posted and in no active lot, in these categories (or any)."""
    taken = select(LOT_MEMBER.c.requirement_id).where(LOT_MEMBER.c.active.is_(true()))
    query = select(Requirement).where(
        Requirement.status == RequirementStatus.POSTED, Requirement.id.not_in(taken)
    )
    return query if codes is None else query.where(Requirement.category_code.in_(list(codes)))


def choices(session: Session) -> list[Choice]:
    """Categories in which something is posted and free, by name."""
    free = free_requirements().subquery()
    rows = session.execute(
        select(CpvCode.code, CALLED, func.count())
        .join(free, free.c.category_code == CpvCode.code)
        .group_by(CpvCode.code)
        .order_by(CALLED, CpvCode.code)
    )
    return [Choice(*row) for row in rows]


@remembered
def runs(status: RunStatus | None = None) -> Select[GroupingRun]:
    """Every run (in a state), for a list."""
    query = select(GroupingRun)
    return query if status is None else query.where(GroupingRun.status == status)


def shown_run(runs: Select[GroupingRun]) -> AnyColumns:
    """What a row of the list of runs shows."""
    return runs.outerjoin(GroupingRun.started_by).with_only_columns(
        *(GroupingRun.id, GroupingRun.reference, GroupingRun.created_at, GroupingRun.status),
        *(GroupingRun.requirement_count, GroupingRun.net_benefit, GroupingRun.proven_optimal),
        Person.name.label("started_by"),
    )


def run(session: Session, run_id: uuid.UUID) -> GroupingRun:
    """One run with who started it; raises NotFound."""
    query = select(GroupingRun).options(joinedload(GroupingRun.started_by))
    found = session.scalar(query.where(GroupingRun.id == run_id))
    if found is None:
        raise NotFound()
    return found


def runs_under_way(session: Session) -> Sequence[GroupingRun]:
    """Runs that are queued or running, the oldest first."""
    return session.scalars(
        select(GroupingRun)
        .where(GroupingRun.status.in_(UNDER_WAY))
        .order_by(GroupingRun.created_at, GroupingRun.id)
    ).all()


def run_working_on(session: Session, codes: Iterable[str]) -> tuple[str, str] | None:
    """Reference of a run under way and name of the category that it shares with these, if any."""
    row = session.execute(
        select(GroupingRun.reference, CALLED)
        .join(RunCategory, RunCategory.run_id == GroupingRun.id)
        .join(CpvCode, CpvCode.code == RunCategory.category_code)
        .where(GroupingRun.status.in_(UNDER_WAY), RunCategory.category_code.in_(list(codes)))
        .order_by(GroupingRun.created_at, GroupingRun.id, CALLED, CpvCode.code)
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def progress(session: Session, run: GroupingRun) -> Progress:
    """How far the run is now."""
    of_run = RunCategory.run_id == run.id
    finished = RunCategory.finished_at.is_not(None)
    total, done, best, bound = session.execute(
        select(
            func.count(),
            func.count(RunCategory.finished_at),
            func.coalesce(func.sum(RunCategory.net_benefit), 0),
            func.coalesce(func.sum(RunCategory.upper_bound), 0),
        ).where(of_run)
    ).one()
    working_on = session.execute(
        select(CALLED, RunCategory.requirement_count, RunCategory.worker)
        .join(RunCategory, RunCategory.category_code == CpvCode.code)
        .where(of_run, ~finished, RunCategory.worker.is_not(None))
        .order_by(CALLED, RunCategory.category_code)
    ).all()
    at_work = [(name, count, worker or "") for name, count, worker in working_on]
    return Progress(total, done, best or Decimal(0), bound or Decimal(0), at_work)


def totals(session: Session, run: GroupingRun) -> Totals:
    """What all proposals of the run come to together."""
    sums = (
        func.coalesce(func.sum(amount), 0)
        for amount in (
            Proposal.value,
            Proposal.net_benefit_low,
            Proposal.net_benefit_likely,
            Proposal.net_benefit_high,
        )
    )
    row = session.execute(
        select(func.count(), *sums).where(Proposal.run_id == run.id, Proposal.scenario_id.is_(None))
    ).one()
    count, value, low, likely, high = tuple(row)
    expected = session.scalar(
        select(func.sum(Proposal.net_benefit_expected)).where(
            Proposal.run_id == run.id, Proposal.scenario_id.is_(None)
        )
    )
    alone = session.scalar(select(func.count()).where(LeftAlone.run_id == run.id))
    return Totals(count, value, low, likely, high, expected, alone or 0)


def snapshot_text(session: Session, run: GroupingRun) -> str:
    """The frozen input of the run."""
    return session.scalars(select(GroupingRun.snapshot).where(GroupingRun.id == run.id)).one()


def run_categories(run: GroupingRun, words: str = "") -> Select[RunCategory]:
    """The categories of a run with their names (and the words in them), for a list."""
    return (
        select(RunCategory)
        .join(RunCategory.category)
        .options(contains_eager(RunCategory.category))
        .where(RunCategory.run_id == run.id, *each_word_in(words, CALLED))
    )


def left_alone(run: GroupingRun, *, category: str = "", words: str = "") -> Select[LeftAlone]:
    """The requirements that the run leaves alone, for a list."""
    query = (
        select(LeftAlone)
        .join(LeftAlone.requirement)
        .join(Requirement.authority)
        .join(Requirement.category)
        .options(
            contains_eager(LeftAlone.requirement).options(
                contains_eager(Requirement.authority), contains_eager(Requirement.category)
            )
        )
        .where(LeftAlone.run_id == run.id)
    )
    if category:
        query = query.where(Requirement.category_code == category)
    if words:
        query = query.where(
            or_(
                *(
                    _holds(field, words)
                    for field in (
                        Requirement.title,
                        Requirement.reference,
                        Organisation.name,
                        LeftAlone.reason,
                    )
                )
            )
        )
    return query


@remembered
def proposals(
    *,
    run_id: uuid.UUID | None = None,
    status: ProposalStatus | None = None,
    category: str = "",
    words: str = "",
) -> Select[Proposal]:
    """Proposals, for a list."""
    query = select(Proposal)
    if run_id is not None:
        query = query.where(Proposal.run_id == run_id)
    if status is not None:
        query = query.where(Proposal.status == status)
    if category:
        query = query.where(Proposal.category_code == category)
    if words:
        query = query.where(
            or_(
                _holds(Proposal.title, words),
                _holds(Proposal.reference, words),
                Proposal.id.in_(_with_member_named(words)),
            )
        )
    return query


def shown_proposal(proposals: Select[Proposal]) -> AnyColumns:
    """What a row of a list of proposals shows."""
    members = select(func.count()).where(ProposalMember.proposal_id == Proposal.id)
    questioned = exists().where(
        ProposalQuestion.proposal_id == Proposal.id,
        ProposalQuestion.answered_at.is_(None),
        ProposalQuestion.taken_back_at.is_(None),
    )
    return proposals.with_only_columns(
        *(Proposal.id, Proposal.reference, Proposal.title, Proposal.value, Proposal.status),
        *(Proposal.net_benefit_low, Proposal.net_benefit_likely, Proposal.net_benefit_high),
        members.scalar_subquery().label("requirements"),
        questioned.label("questioned"),
    )


def proposal(session: Session, proposal_id: uuid.UUID) -> Proposal:
    """One proposal with its run, category, and members in full; raises NotFound."""
    found = session.scalar(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .options(
            joinedload(Proposal.run).undefer(GroupingRun.snapshot),
            joinedload(Proposal.category),
            joinedload(Proposal.decided_by),
            selectinload(Proposal.questions).options(
                joinedload(ProposalQuestion.authority), joinedload(ProposalQuestion.asked_by)
            ),
            selectinload(Proposal.members)
            .joinedload(ProposalMember.requirement)
            .joinedload(Requirement.authority),
        )
    )
    if found is None:
        raise NotFound()
    return found


def categories_of_proposals(session: Session) -> Sequence[AnyRow]:
    """Code and name of the categories that some proposal is in, by name."""
    return session.execute(PROPOSED_CATEGORIES).all()


PROPOSED_CATEGORIES = (
    select(CpvCode.code, CALLED.label("called"))
    .where(exists().where(Proposal.category_code == CpvCode.code))
    .order_by(CALLED, CpvCode.code)
)


def categories_of_run(session: Session, run: GroupingRun) -> Sequence[CpvCode]:
    """Categories of a run, by name."""
    used = select(RunCategory.category_code).where(RunCategory.run_id == run.id)
    return session.scalars(
        select(CpvCode).where(CpvCode.code.in_(used)).order_by(CALLED, CpvCode.code)
    ).all()


def undecided(session: Session) -> int:
    """How many proposals await a decision, and no authority's answer."""
    sent_back = select(ProposalQuestion.proposal_id).where(
        ProposalQuestion.answered_at.is_(None), ProposalQuestion.taken_back_at.is_(None)
    )
    waiting = select(func.count()).where(
        Proposal.status == ProposalStatus.PROPOSED, Proposal.id.not_in(sent_back)
    )
    return session.scalar(waiting) or 0


def taken_members(session: Session, proposal: Proposal) -> Sequence[str]:
    """References of the members that are no longer posted and free."""
    mine = select(ProposalMember.requirement_id).where(ProposalMember.proposal_id == proposal.id)
    free = free_requirements().with_only_columns(Requirement.id)
    return session.scalars(
        select(Requirement.reference)
        .where(Requirement.id.in_(mine), Requirement.id.not_in(free))
        .order_by(Requirement.reference)
    ).all()


def _with_member_named(words: str) -> Select[uuid.UUID]:
    return (
        select(ProposalMember.proposal_id)
        .join(Requirement, Requirement.id == ProposalMember.requirement_id)
        .join(Organisation, Organisation.id == Requirement.authority_id)
        .where(
            or_(
                _holds(Organisation.name, words),
                _holds(Requirement.reference, words),
                _holds(Requirement.title, words),
            )
        )
    )


def _holds(column_: Any, words: str) -> ColumnElement[bool]:
    """Whether the column holds the words, whatever their case; % and _ mean themselves."""
    return func.lower(column_).contains(words.lower(), autoescape=True)

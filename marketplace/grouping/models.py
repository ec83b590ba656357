"""Grouping runs on frozen snapshots, the joint lots they propose, and who is left alone."""

import uuid
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation, Person
from marketplace.barriers import Barrier as Barrier
from marketplace.categories.models import CpvCode
from marketplace.db import Base, Json, Line, Moment, Money, PrimaryKey, Prose, Ratio, Reference
from marketplace.precedents.ways import Way
from marketplace.requirements.models import Requirement
from marketplace.status import Moves


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


RUN_MOVES: Moves[RunStatus] = {
    RunStatus.QUEUED: frozenset({RunStatus.RUNNING, RunStatus.CANCELLED, RunStatus.FAILED}),
    RunStatus.RUNNING: frozenset({RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED}),
}


class ProposalStatus(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


PROPOSAL_MOVES: Moves[ProposalStatus] = {
    ProposalStatus.PROPOSED: frozenset(
        {ProposalStatus.APPROVED, ProposalStatus.REJECTED, ProposalStatus.SUPERSEDED}
    ),
}


def gap_between(net_benefit: Decimal | None, upper_bound: Decimal | None) -> Decimal | None:
    """How far below the bound an answer is, as a share of the bound."""
    if net_benefit is None or upper_bound is None:
        return None
    return (upper_bound - net_benefit) / upper_bound if upper_bound else Decimal(0)


class GroupingRun(Base):
    """One call of the optimiser on a frozen snapshot of posted requirements, with its proof."""

    __tablename__ = "grouping_run"

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    status: Mapped[RunStatus] = mapped_column(index=True)
    started_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[Moment] = mapped_column(index=True)
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    time_limit_seconds: Mapped[int]
    cancel_requested_at: Mapped[Moment | None]
    keep_requested_at: Mapped[Moment | None]
    """When somebody asked to stop here and keep what is found."""
    snapshot: Mapped[Prose] = mapped_column(deferred=True)
    """Canonical JSON of the optimiser's problem; see `grouping/translate.py`."""
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    requirement_count: Mapped[int]
    net_benefit: Mapped[Money | None]
    upper_bound: Mapped[Money | None]
    proven_optimal: Mapped[bool] = mapped_column(default=False)
    solver: Mapped[str | None] = mapped_column(String(120))
    failure: Mapped[Prose | None]

    categories: Mapped[list["RunCategory"]] = relationship(
        order_by="RunCategory.category_code", lazy="raise_on_sql"
    )
    started_by: Mapped[Person | None] = relationship(lazy="raise_on_sql")

    @property
    def is_over(self) -> bool:
        return self.status not in (RunStatus.QUEUED, RunStatus.RUNNING)

    @property
    def gap(self) -> Decimal | None:
        return gap_between(self.net_benefit, self.upper_bound)

    @property
    def seconds(self) -> float | None:
        """From the worker's taking it up to its end, waiting not counted."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class RunCategory(Base):
    """What a run found in one category; kept as it comes, so that nothing is solved twice."""

    __tablename__ = "run_category"
    __table_args__ = (UniqueConstraint("run_id", "category_code"),)

    id: Mapped[PrimaryKey]
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grouping_run.id"), index=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"))
    requirement_count: Mapped[int]
    finished_at: Mapped[Moment | None]
    worker: Mapped[str | None] = mapped_column(String(80))
    net_benefit: Mapped[Money | None]
    upper_bound: Mapped[Money | None]
    proven_optimal: Mapped[bool] = mapped_column(default=False)
    seconds: Mapped[Ratio | None]
    method: Mapped[str | None] = mapped_column(String(80))
    lots: Mapped[Json | None]
    """A list of lists of requirement references, joint lots only."""
    joining_rate: Mapped[Ratio | None]
    """The share of authorities asked that was to be expected to join when the run was started."""
    joining_asked: Mapped[int] = mapped_column(default=0)
    """How many authorities that rests on."""

    category: Mapped[CpvCode] = relationship(lazy="raise_on_sql")

    @property
    def gap(self) -> Decimal | None:
        return gap_between(self.net_benefit, self.upper_bound)


class RunSample(Base):
    """Best benefit and bound of a run at one moment, for the picture of how they close."""

    __tablename__ = "run_sample"
    __table_args__ = (Index("ix_run_sample_run", "run_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grouping_run.id"))
    seconds: Mapped[Ratio]
    """Since the worker took the run up."""
    net_benefit: Mapped[Money]
    upper_bound: Mapped[Money]


class Proposal(Base):
    """One joint lot that a run proposes."""

    __tablename__ = "proposal"
    __table_args__ = (
        # A decision has its time; an undecided proposal has none.
        CheckConstraint("(status = 'proposed') = (decided_at IS NULL)", name="decision_has_time"),
        Index("ix_proposal_status_category", "status", "category_code"),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grouping_run.id"), index=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"))
    title: Mapped[Line]
    status: Mapped[ProposalStatus]
    value: Mapped[Money]
    net_benefit_low: Mapped[Money]
    net_benefit_likely: Mapped[Money] = mapped_column(index=True)
    net_benefit_high: Mapped[Money]
    net_benefit_expected: Mapped[Money | None]
    """If members join as often as before; none for proposals of runs that did not know."""
    saving: Mapped[Money]
    coordination_cost: Mapped[Money]
    tender_saving: Mapped[Money]
    start_from: Mapped[date]
    start_to: Mapped[date]
    specification: Mapped[Json]
    """Attribute name to the list of values that every member accepts."""
    leverage: Mapped[Ratio]
    """Volume over the members' mean value."""
    created_at: Mapped[Moment]
    decided_at: Mapped[Moment | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[Prose | None]
    barrier: Mapped[Barrier | None]
    scenario_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("scenario.id"), index=True)
    """What a reviewer made of the run's answer; none: the run's own proposal."""
    kept_apart: Mapped[Json] = mapped_column(nullable=True)
    """Pairs of authorities, by code, that the reviewer kept apart on that scenario, if any."""
    version: Mapped[int] = mapped_column()

    run: Mapped[GroupingRun] = relationship(lazy="raise_on_sql")
    category: Mapped[CpvCode] = relationship(lazy="raise_on_sql")
    members: Mapped[list["ProposalMember"]] = relationship(lazy="raise_on_sql")
    decided_by: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    questions: Mapped[list["ProposalQuestion"]] = relationship(
        order_by="ProposalQuestion.asked_at, ProposalQuestion.id",
        lazy="raise_on_sql",
        back_populates="proposal",
    )

    @property
    def awaits_answer(self) -> bool:
        """Whether it was sent back with a question that is still open."""
        return self.status == ProposalStatus.PROPOSED and any(q.is_open for q in self.questions)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for


class ProposalWay(Base):
    """Which of the six ways to share a proposal takes, where a reviewer has said so."""

    __tablename__ = "proposal_way"

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    way: Mapped[Way]
    reason: Mapped[Prose]
    chosen_at: Mapped[Moment]
    chosen_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class ConflictOfInterest(Base):
    """A reviewer's declaration that bars them from deciding on a proposal; it is not taken back."""

    __tablename__ = "conflict_of_interest"

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id"), primary_key=True, index=True
    )
    reason: Mapped[Prose]
    declared_at: Mapped[Moment]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class ProposalQuestion(Base):
    """A proposal sent back with a question to a member; its answer returns it to the reviewers."""

    __tablename__ = "proposal_question"
    __table_args__ = (
        # An answer has its time.
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_time"),
        # What is taken back is not answered.
        CheckConstraint("answer IS NULL OR taken_back_at IS NULL", name="answered_or_taken_back"),
        Index("ix_proposal_question_authority", "authority_id", "asked_at"),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id"), index=True)
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    barrier: Mapped[Barrier]
    """What the question is about, of the report's barriers."""
    question: Mapped[Prose]
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[Prose | None]
    answered_at: Mapped[Moment | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[Moment | None]

    authority: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql", back_populates="questions")
    asked_by: Mapped[Person | None] = relationship(lazy="raise_on_sql", foreign_keys=[asked_by_id])

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.taken_back_at is None


class InsistenceStudy(Base):
    """What the limits of a proposal's members cost, worked out by a job that somebody asked for."""

    __tablename__ = "insistence_study"
    __table_args__ = (
        # Nothing has failed that is not over.
        CheckConstraint("failure IS NULL OR finished_at IS NOT NULL", name="failed_is_over"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[Moment]
    finished_at: Mapped[Moment | None] = mapped_column(index=True)
    failure: Mapped[Prose | None]
    found: Mapped[Json]
    """For each member studied so far, by reference, its limits as `studies.py` writes them."""

    @property
    def workflow_id(self) -> str:
        """Asked once more after a failure, it is other work."""
        return f"study-{self.proposal_id}-{self.asked_at.timestamp():.6f}"


class ProposalMember(Base):
    """A requirement in a proposal, with its value when the run froze it."""

    __tablename__ = "proposal_member"

    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    requirement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("requirement.id"), primary_key=True, index=True
    )
    value: Mapped[Money]
    price_saving: Mapped[Money]
    """What its authority saves at the lot's price, before costs."""

    requirement: Mapped[Requirement] = relationship(lazy="raise_on_sql")


class LeftAlone(Base):
    """A requirement for which the run found that buying alone is better, and why."""

    __tablename__ = "left_alone"

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grouping_run.id"), primary_key=True)
    requirement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("requirement.id"), primary_key=True, index=True
    )
    reason: Mapped[Prose]
    change: Mapped[Money | None]
    """What the best joint lot would change the total by; none where there is no such lot."""

    requirement: Mapped[Requirement] = relationship(lazy="raise_on_sql")

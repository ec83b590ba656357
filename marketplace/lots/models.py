"""A lot from its joining window to the market: members, terms, documents and questions."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CpvCode
from marketplace.db import Base, Json, Line, Moment, Money, PrimaryKey, Prose, Reference
from marketplace.finding import found_by
from marketplace.grouping.models import Barrier, Proposal
from marketplace.lots.conditions import Condition
from marketplace.openers.models import OpenerKey
from marketplace.requirements.models import Requirement
from marketplace.status import Moves


class LotStatus(StrEnum):
    JOINING = "joining"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    AWARDED = "awarded"
    CANCELLED = "cancelled"


LOT_MOVES: Moves[LotStatus] = {
    LotStatus.JOINING: frozenset({LotStatus.OPEN, LotStatus.CANCELLED}),
    LotStatus.OPEN: frozenset({LotStatus.CLOSED, LotStatus.CANCELLED}),
    LotStatus.CLOSED: frozenset({LotStatus.OPENED, LotStatus.CANCELLED}),
    LotStatus.OPENED: frozenset({LotStatus.AWARDED, LotStatus.CANCELLED}),
}


class Answer(StrEnum):
    """What an authority says in the joining window."""

    AWAITED = "awaited"
    COMMITTED = "committed"
    CONDITIONAL = "conditional"
    """It commits if its condition holds for those who join."""
    DECLINED = "declined"


class TieRule(StrEnum):
    """Who wins where two bids are worth the same, published with the lot."""

    QUALITY_THEN_PRICE = "quality_then_price"
    PRICE_THEN_RECEIPT = "price_then_receipt"
    RECEIPT = "receipt"


class Lot(Base):
    """What goes to market for several authorities together."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("joining_opens_at < joining_closes_at", name="window_in_order"),
        # A lot on the market says until when, and who put it there.
        CheckConstraint(
            "status IN ('joining', 'cancelled')"
            " OR (deadline IS NOT NULL AND published_at IS NOT NULL)",
            name="published_has_deadline",
        ),
        # The number of bids and their hash are published together.
        CheckConstraint(
            "(seal_root IS NULL) = (sealed_at IS NULL)"
            " AND (seal_root IS NULL) = (sealed_bids IS NULL)",
            name="root_is_whole",
        ),
        # Quality counts in pounds, never below nothing.
        CheckConstraint("pounds_per_point >= 0", name="point_price_not_negative"),
        Index("ix_lot_status_deadline", "status", "deadline"),
        Index("ix_lot_category_status", "category_code", "status"),
        # Lists are in the order of these and then of the keys, so that pages never overlap.
        Index("ix_lot_created_at", "created_at", "id"),
        Index("ix_lot_deadline", "deadline", "id"),
        Index("ix_lot_market_value", "market_value", "id"),
        Index("ix_lot_title", "title", "id"),
        Index("ix_lot_value", "value", "id"),
        Index("ix_lot_status_market_value", "status", "market_value", "id"),
        Index("ix_lot_status_title", "status", "title", "id"),
        Index("ix_lot_status_value", "status", "value", "id"),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    proposal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposal.id"), unique=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"))
    title: Mapped[Line]
    status: Mapped[LotStatus]
    created_at: Mapped[Moment]
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    joining_opens_at: Mapped[Moment]
    joining_closes_at: Mapped[Moment]
    joining_closed_at: Mapped[Moment | None]
    """When the window was closed and the lot worked out from those who committed."""
    value: Mapped[Money]
    """Committed volume once the window is closed, the proposal's before."""
    net_benefit_low: Mapped[Money]
    net_benefit_likely: Mapped[Money]
    net_benefit_high: Mapped[Money]
    start_from: Mapped[date]
    start_to: Mapped[date]
    specification: Mapped[Json]
    description: Mapped[Prose] = mapped_column(default="")
    terms: Mapped[Prose] = mapped_column(default="")
    pounds_per_point: Mapped[Money] = mapped_column(default=0)
    """What one quality point is worth when bids are compared."""
    tie_rule: Mapped[TieRule] = mapped_column(default=TieRule.QUALITY_THEN_PRICE)
    market_value: Mapped[Money | None]
    """The volume as it was published: on the grid of `volumes.py` where that is coarse."""
    volume_is_coarse: Mapped[bool] = mapped_column(default=False)
    """Because a partner's value could be subtracted from the exact volume."""
    undivided_because: Mapped[Prose] = mapped_column(default="")
    """Why it is not split (Procurement Act 2023, section 18); published with the lot."""
    published_at: Mapped[Moment | None]
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    deadline: Mapped[Moment | None]
    terms_version: Mapped[int] = mapped_column(default=1)
    """Raised by each change that bidders have to know of."""
    seal_root: Mapped[str | None] = mapped_column(String(64))
    """The hash of all bids, published after the deadline and before any opener acts."""
    sealed_bids: Mapped[int | None]
    sealed_at: Mapped[Moment | None]
    opened_at: Mapped[Moment | None]
    cancelled_at: Mapped[Moment | None]
    cancelled_reason: Mapped[Prose | None]
    cancelled_barrier: Mapped[Barrier | None]
    """What stood in the way; none for lots cancelled before that was asked."""
    version: Mapped[int] = mapped_column()

    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")
    category: Mapped[CpvCode] = relationship(lazy="raise_on_sql")
    members: Mapped[list["LotMember"]] = relationship(lazy="raise_on_sql")
    criteria: Mapped[list["QualityQuestion"]] = relationship(
        order_by="QualityQuestion.position", lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for

    def status_at(self, moment: datetime) -> LotStatus:
        return status_at(self.status, self.deadline, moment)


def status_at(status: LotStatus, deadline: datetime | None, moment: datetime) -> LotStatus:
    """Whether a lot is open follows from the clock, never from a job having run."""
    if status == LotStatus.OPEN and deadline and moment >= deadline:
        return LotStatus.CLOSED
    return status


class LotMember(Base):
    """A requirement in a lot and what its authority answered in the joining window."""

    __tablename__ = "lot_member"
    __table_args__ = (
        # The authority is the requirement's own.
        ForeignKeyConstraint(
            ["requirement_id", "authority_id"], ["requirement.id", "requirement.authority_id"]
        ),
        # An answer has its time.
        CheckConstraint("(answer = 'awaited') = (answered_at IS NULL)", name="answer_has_time"),
        Index("ix_lot_member_authority_lot", "authority_id", "lot_id"),
        # A requirement is in one lot at a time.
        Index(
            "uq_lot_member_requirement_active",
            "requirement_id",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )

    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    requirement_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    """False once it declined or the lot was cancelled: free for another lot."""
    value: Mapped[Money]
    answer: Mapped[Answer] = mapped_column(default=Answer.AWAITED)
    answered_at: Mapped[Moment | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[Prose | None]
    barrier: Mapped[Barrier | None]

    requirement: Mapped[Requirement] = relationship(lazy="raise_on_sql", viewonly=True)
    authority: Mapped[Organisation] = relationship(lazy="raise_on_sql", viewonly=True)
    lot: Mapped[Lot] = relationship(lazy="raise_on_sql", viewonly=True)


class LotParty(Base):
    """An authority asked to join: what it may see of the others, and on what condition it joins."""

    __tablename__ = "lot_party"
    __table_args__ = (
        # A condition asks for something that can hold.
        CheckConstraint("at_least_members IS NULL OR at_least_members >= 2", name="members_two"),
        CheckConstraint("at_least_volume IS NULL OR at_least_volume > 0", name="volume_positive"),
        CheckConstraint("at_least_saving IS NULL OR at_least_saving > 0", name="saving_positive"),
        CheckConstraint(
            "with_authority_id IS NULL OR with_authority_id <> authority_id", name="another_partner"
        ),
    )

    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    authority_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )
    shows_volume: Mapped[bool]
    """Whether it may see figures that rest on the others' volume; decided at approval."""
    agrees_to_show: Mapped[bool] = mapped_column(default=False)
    """In a lot of two: that the other may see what gives its own value away."""
    at_least_members: Mapped[int | None]
    at_least_volume: Mapped[Money | None]
    at_least_saving: Mapped[Money | None]
    with_authority_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    unsatisfied: Mapped[str | None] = mapped_column(String(255))
    """Why its condition did not hold at the close, in words."""
    withdrawn_at: Mapped[Moment | None]
    """When it took back that it had committed; none where it has committed again."""
    withdrawal_effect: Mapped[str | None] = mapped_column(String(255))
    """What that did to the others, in words."""

    with_authority: Mapped[Organisation | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[with_authority_id]
    )

    @property
    def condition(self) -> Condition:
        return Condition(
            self.at_least_members,
            self.at_least_volume,
            self.at_least_saving,
            self.with_authority_id,
        )


class QualityQuestion(Base):
    """A question that each bidder answers and two reviewers score from 0 to 5."""

    __tablename__ = "quality_question"
    __table_args__ = (
        UniqueConstraint("lot_id", "position"),
        # So that scores can hold on to a question of their own lot.
        UniqueConstraint("id", "lot_id"),
        CheckConstraint("position BETWEEN 1 AND 5", name="at_most_five"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight_in_points"),
    )

    id: Mapped[PrimaryKey]
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    position: Mapped[int]
    text: Mapped[Prose]
    weight: Mapped[int]
    """Points given for the best score."""


class LotOpener(Base):
    """One of the three openers that a lot names, for whose keys its bids are sealed."""

    __tablename__ = "lot_opener"
    __table_args__ = (
        # Three openers, each with a key of their own.
        CheckConstraint("position BETWEEN 1 AND 3", name="three_positions"),
        UniqueConstraint("lot_id", "key_id"),
    )

    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("opener_key.id"))

    key: Mapped[OpenerKey] = relationship(lazy="raise_on_sql")


class DeadlineMove(Base):
    """A deadline moved later, with the reason that bidders read."""

    __tablename__ = "deadline_move"
    __table_args__ = (
        # A deadline only moves later.
        CheckConstraint("earlier < later", name="later_only"),
    )

    id: Mapped[PrimaryKey]
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    earlier: Mapped[Moment]
    later: Mapped[Moment]
    reason: Mapped[Prose]
    moved_at: Mapped[Moment]
    moved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    """Who asked for it."""
    agreed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    """Who confirmed it; nobody did before it took two people."""


class LotDocument(Base):
    """A document published with a lot."""

    __tablename__ = "lot_document"

    id: Mapped[PrimaryKey]
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    name: Mapped[Line]
    content_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[Moment]
    added_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class Clarification(Base):
    """A supplier's question; its answer is seen by all, without the asker's name."""

    __tablename__ = "clarification"

    id: Mapped[PrimaryKey]
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    question: Mapped[Prose]
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[Prose | None]
    answered_at: Mapped[Moment | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


found_by(Lot, "title", "reference", "description")

"""Scores that two reviewers give apart, what they agree, and the decision on a lot."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.bids.models import Bid
from marketplace.db import Base, Moment, Money, PrimaryKey, Prose, Ratio, Reference
from marketplace.lots.models import Lot


class QualityScore(Base):
    """What one reviewer gives a bid's answer, apart from the other reviewer."""

    __tablename__ = "quality_score"
    __table_args__ = (
        UniqueConstraint("bid_id", "question_id", "reviewer_id"),
        ForeignKeyConstraint(["bid_id", "lot_id"], ["bid.id", "bid.lot_id"]),
        ForeignKeyConstraint(
            ["question_id", "lot_id"], ["quality_question.id", "quality_question.lot_id"]
        ),
        CheckConstraint("score BETWEEN 0 AND 5", name="score_in_range"),
    )

    id: Mapped[PrimaryKey]
    lot_id: Mapped[uuid.UUID]
    bid_id: Mapped[uuid.UUID]
    question_id: Mapped[uuid.UUID]
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    score: Mapped[int]
    comment: Mapped[Prose]
    scored_at: Mapped[Moment]

    reviewer: Mapped[Person] = relationship(lazy="raise_on_sql")


class AgreedScore(Base):
    """The score that the two reviewers agree on, with the words that the bidder will read."""

    __tablename__ = "agreed_score"
    __table_args__ = (
        ForeignKeyConstraint(["bid_id", "lot_id"], ["bid.id", "bid.lot_id"]),
        ForeignKeyConstraint(
            ["question_id", "lot_id"], ["quality_question.id", "quality_question.lot_id"]
        ),
        CheckConstraint("score BETWEEN 0 AND 5", name="score_in_range"),
    )

    bid_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    question_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[uuid.UUID]
    score: Mapped[int]
    reason: Mapped[Prose]
    agreed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[Moment]


class PriceExplanation(Base):
    """A bidder's explanation of a price that is far under the others, and what was made of it."""

    __tablename__ = "price_explanation"

    bid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    explanation: Mapped[Prose]
    accepted: Mapped[bool]
    decided_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Moment]


class Award(Base):
    """The decision on a lot; the database allows one."""

    __tablename__ = "award"
    __table_args__ = (
        # The winning bid is a bid on that lot.
        ForeignKeyConstraint(["bid_id", "lot_id"], ["bid.id", "bid.lot_id"]),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), unique=True)
    bid_id: Mapped[uuid.UUID]
    reason: Mapped[Prose]
    awarded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    awarded_at: Mapped[Moment]

    lot: Mapped[Lot] = relationship(lazy="raise_on_sql")
    bid: Mapped[Bid] = relationship(lazy="raise_on_sql", viewonly=True)
    ranking: Mapped[list["RankedBid"]] = relationship(
        order_by="RankedBid.rank, RankedBid.bid_id", lazy="raise_on_sql"
    )


class RankedBid(Base):
    """Where a bid stood when the lot was awarded."""

    __tablename__ = "ranked_bid"

    award_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("award.id"), primary_key=True)
    bid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    rank: Mapped[int]
    price: Mapped[Money]
    quality_points: Mapped[Ratio]
    quality_worth: Mapped[Money]
    """Quality points times the published price of a point."""
    evaluated_price: Mapped[Money]
    """Price less what its quality is worth; the lowest wins."""
    excluded_reason: Mapped[Prose | None]

    bid: Mapped[Bid] = relationship(lazy="raise_on_sql", viewonly=True)

"""Suppliers' offers: kept closed as revisions, and readable only once they are opened."""

import uuid
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.db import Base, Line, Moment, Money, PrimaryKey, Prose, Reference
from marketplace.lots.models import Lot
from marketplace.status import Moves


class BidStatus(StrEnum):
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    RANKED = "ranked"


BID_MOVES: Moves[BidStatus] = {
    # A withdrawn bid may be submitted again before the deadline.
    BidStatus.SUBMITTED: frozenset({BidStatus.WITHDRAWN, BidStatus.OPENED}),
    BidStatus.WITHDRAWN: frozenset({BidStatus.SUBMITTED}),
    BidStatus.OPENED: frozenset({BidStatus.RANKED}),
}


class Bid(Base):
    """A supplier's offer for a lot; its last revision in time counts."""

    __tablename__ = "bid"
    __table_args__ = (
        # One offer from each supplier for a lot.
        UniqueConstraint("lot_id", "supplier_id"),
        # So that an award can hold on to a bid on its own lot.
        UniqueConstraint("id", "lot_id"),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    status: Mapped[BidStatus]
    confirmed_terms: Mapped[int | None]
    """The version of the lot's terms under which its supplier let it stand after a change."""
    unreadable: Mapped[bool] = mapped_column(default=False)
    """It could not be read at the opening; it never holds up the others."""
    version: Mapped[int] = mapped_column()

    lot: Mapped[Lot] = relationship(lazy="raise_on_sql")
    supplier: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    revisions: Mapped[list["BidRevision"]] = relationship(
        order_by="BidRevision.number", lazy="raise_on_sql"
    )
    prices: Mapped[list["BidPrice"]] = relationship(lazy="raise_on_sql")
    answers: Mapped[list["BidAnswer"]] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for

    @property
    def terms_agreed(self) -> int:
        """The newest terms that the supplier has agreed to (its revisions must be loaded)."""
        return max(self.revisions[-1].terms_version, self.confirmed_terms or 0)

    @property
    def total(self) -> Decimal:
        """What an opened bid asks for all authorities together (its prices must be loaded)."""
        return sum((price.price for price in self.prices), Decimal(0))


class BidRevision(Base):
    """One submission, as one closed envelope that only the opening reads."""

    __tablename__ = "bid_revision"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)

    id: Mapped[PrimaryKey]
    bid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    number: Mapped[int]
    terms_version: Mapped[int] = mapped_column(default=1)
    """Of the lot's terms, as they were when it was sent."""
    received_at: Mapped[Moment]
    submitted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    envelope: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))


class OpeningPart(Base):
    """What an opener gave towards the opening, sealed for the gate as it came."""

    __tablename__ = "opening_part"
    __table_args__ = (
        ForeignKeyConstraint(["lot_id", "position"], ["lot_opener.lot_id", "lot_opener.position"]),
    )

    id: Mapped[PrimaryKey]
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    position: Mapped[int]
    part: Mapped[Prose]
    wrong: Mapped[int] = mapped_column(default=0)
    """For how many bids it did not hold what was sealed for this opener."""
    given_at: Mapped[Moment]
    given_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class BidPrice(Base):
    """What an opened bid asks of one authority for its part."""

    __tablename__ = "bid_price"
    __table_args__ = (CheckConstraint("price > 0", name="price_is_positive"),)

    bid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    price: Mapped[Money]

    authority: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class BidAnswer(Base):
    """What an opened bid answers to one quality question of its lot."""

    __tablename__ = "bid_answer"
    __table_args__ = (
        ForeignKeyConstraint(["bid_id", "lot_id"], ["bid.id", "bid.lot_id"]),
        ForeignKeyConstraint(
            ["question_id", "lot_id"], ["quality_question.id", "quality_question.lot_id"]
        ),
    )

    bid_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    question_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[uuid.UUID]
    text: Mapped[Prose]


class BidDocument(Base):
    """A document of an opened bid."""

    __tablename__ = "bid_document"

    id: Mapped[PrimaryKey]
    bid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    name: Mapped[Line]
    content_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

"""What the site tells people: once each, by page and mail; and their calendar's address."""

import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, Line, Moment, PrimaryKey, Prose


class MessageKind(StrEnum):
    """What happened, or comes near."""

    PROPOSALS_AWAIT = "proposals_await"
    QUESTION_ASKED = "question_asked"
    QUESTION_ANSWERED = "question_answered"
    READINESS_ASKED = "readiness_asked"
    WINDOW_OPENS = "window_opens"
    CLOSES_IN_THREE_DAYS = "closes_in_three_days"
    CLOSES_TOMORROW = "closes_tomorrow"
    WINDOW_OVER = "window_over"
    WINDOW_CLOSED = "window_closed"
    LOT_CANCELLED = "lot_cancelled"
    WAVE_PROPOSED = "wave_proposed"
    WAVE_ANSWERED = "wave_answered"
    LOT_CHANGED = "lot_changed"
    """Its deadline or its terms, for whoever has bid."""
    PAYS_ABOVE_MEDIAN = "pays_above_median"
    """For who pays more for a unit than most, before the others see the figure."""
    PRICES_SHOWN = "prices_shown"


class Message(Base):
    """One message to one person. Its mail is written by the worker, after the commit."""

    __tablename__ = "message"
    __table_args__ = (
        # Nobody is told the same thing of the same matter twice.
        Index("uq_message_once", "person_id", "kind", "about_id", unique=True),
        Index("ix_message_person_created", "person_id", "created_at"),
        Index("ix_message_mailed_at", "mailed_at"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[MessageKind]
    about_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    """The run, question or lot that it is about."""
    subject: Mapped[Line]
    body: Mapped[Prose]
    path: Mapped[Line]
    """Where on the site to do what the message asks."""
    due_at: Mapped[Moment | None]
    created_at: Mapped[Moment]
    read_at: Mapped[Moment | None]
    mailed_at: Mapped[Moment | None]


class CalendarFeed(Base):
    """A person's calendar address: its key is half of it, the other half is signed from that."""

    __tablename__ = "calendar_feed"

    id: Mapped[PrimaryKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    made_at: Mapped[Moment]

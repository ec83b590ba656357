"""Mail that is to be sent: written with the change that it tells of, sent after it."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, Line, Moment, PrimaryKey, Prose


class Mail(Base):
    """One message to one address. Its words are forgotten once it is sent."""

    __tablename__ = "mail"
    __table_args__ = (
        # What is sent waits for nothing more.
        CheckConstraint("sent_at IS NULL OR next_attempt_at IS NULL", name="sent_is_done"),
        Index("ix_mail_next_attempt_at", "next_attempt_at"),
    )

    id: Mapped[PrimaryKey]
    recipient: Mapped[Line]
    subject: Mapped[Line]
    body: Mapped[Prose]
    created_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Moment | None]
    """When to try next; nothing once it is sent or given up."""
    fault: Mapped[Prose] = mapped_column(default="")
    """Why the last attempt failed."""

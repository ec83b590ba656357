"""Openers: the people whose keys open bids, two of the three that a lot names."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.db import Base, Moment, PrimaryKey


class OpenerKey(Base):
    """The public half of a key that somebody made on a machine of their own."""

    __tablename__ = "opener_key"
    __table_args__ = (CheckConstraint("length(public_key) = 57", name="whole_key"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[str] = mapped_column(String(57), unique=True)
    """As the line that `marketplace keys make` printed."""
    added_at: Mapped[Moment]
    retired_at: Mapped[Moment | None]
    """From then on no lot names it; lots that did still do."""

    person: Mapped[Person] = relationship(lazy="raise_on_sql")

    @property
    def short(self) -> str:
        """Enough of the key to tell it from others."""
        return self.public_key.partition(":")[2][:8]

"""Roles in authorities: who does what for which purchases, without anybody's name."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CpvCode
from marketplace.db import Base, Line, Moment, PrimaryKey


class DirectoryRole(Base):
    """A role in an authority, for one category and all below it, or for all purchases."""

    __tablename__ = "directory_role"
    __table_args__ = (
        CheckConstraint("title <> ''", name="has_title"),
        # A mailbox is an address, or none is given.
        CheckConstraint("mailbox = '' OR mailbox LIKE '%_@_%'", name="mailbox_is_an_address"),
        # The same role for the same purchases stands once; no category counts as one too.
        Index(
            "uq_directory_role_authority_category_title",
            "authority_id",
            "category_key",
            "title",
            unique=True,
        ),
        Index("ix_directory_role_confirmed_at", "confirmed_at"),
        Index("ix_directory_role_category_code", "category_code"),
    )

    id: Mapped[PrimaryKey]
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"))
    """None: for all purchases."""
    category_key: Mapped[Line]
    """The code, or nothing: a NULL would let the same role stand twice."""
    title: Mapped[Line]
    mailbox: Mapped[Line] = mapped_column(default="")
    """A team's address, never a person's."""
    confirmed_at: Mapped[Moment]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()

    authority: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    category: Mapped[CpvCode | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for

"""What authorities will buy, the history of each posting, and with whom they will not share."""

import uuid
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CpvCode
from marketplace.db import Base, Json, Line, Moment, Money, PrimaryKey, Prose, Reference
from marketplace.finding import found_by
from marketplace.intake.models import PreviewedFile, PreviewedRow
from marketplace.status import Moves


class RequirementStatus(StrEnum):
    DRAFT = "draft"
    POSTED = "posted"
    JOINED = "joined"
    IN_TENDER = "in_tender"
    CONTRACTED = "contracted"
    WITHDRAWN = "withdrawn"


REQUIREMENT_MOVES: Moves[RequirementStatus] = {
    RequirementStatus.DRAFT: frozenset({RequirementStatus.POSTED, RequirementStatus.WITHDRAWN}),
    RequirementStatus.POSTED: frozenset({RequirementStatus.JOINED, RequirementStatus.WITHDRAWN}),
    # Back to posted where the lot is cancelled.
    RequirementStatus.JOINED: frozenset({RequirementStatus.IN_TENDER, RequirementStatus.POSTED}),
    RequirementStatus.IN_TENDER: frozenset(
        {RequirementStatus.CONTRACTED, RequirementStatus.POSTED}
    ),
}


class Requirement(Base):
    """Something that one authority will buy."""

    __tablename__ = "requirement"
    __table_args__ = (
        # So that others can hold on to a requirement together with whose it is.
        UniqueConstraint("id", "authority_id"),
        CheckConstraint("value > 0", name="value_is_positive"),
        # The window of start days is not empty.
        CheckConstraint("earliest_start <= latest_start", name="window_in_order"),
        CheckConstraint("term_months > 0", name="term_is_positive"),
        CheckConstraint("max_partners IS NULL OR max_partners >= 0", name="partners_not_negative"),
        Index("ix_requirement_status_category", "status", "category_code"),
        Index("ix_requirement_authority_status", "authority_id", "status"),
        # Lists are in the order of these and then of the keys, so that pages never overlap.
        Index("ix_requirement_authority_created", "authority_id", "created_at", "id"),
        Index("ix_requirement_status_created", "status", "created_at", "id"),
        Index("ix_requirement_status_value", "status", "value", "id"),
        Index("ix_requirement_status_start", "status", "earliest_start", "id"),
        Index("ix_requirement_created_at", "created_at", "id"),
        Index("ix_requirement_authority_title", "authority_id", "title", "id"),
        Index("ix_requirement_authority_value", "authority_id", "value", "id"),
        Index("ix_requirement_authority_start", "authority_id", "earliest_start", "id"),
        Index("ix_requirement_title", "title", "id"),
        Index("ix_requirement_value", "value", "id"),
        Index("ix_requirement_earliest_start", "earliest_start", "id"),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"))
    category_note: Mapped[Line] = mapped_column(default="")
    """Why it has this category, where nobody chose it; empty once somebody has."""
    title: Mapped[Line]
    description: Mapped[Prose]
    value: Mapped[Money]
    """Over the whole term, at the price the authority would pay alone."""
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    unit: Mapped[str | None] = mapped_column(String(40))
    earliest_start: Mapped[date]
    latest_start: Mapped[date]
    term_months: Mapped[int]
    accepts: Mapped[Json]
    """Attribute name to the list of values it accepts; an attribute not named: any value."""
    max_partners: Mapped[int | None]
    status: Mapped[RequirementStatus]
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[Moment]
    posted_at: Mapped[Moment | None]
    version: Mapped[int] = mapped_column()

    authority: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    category: Mapped[CpvCode] = relationship(lazy="raise_on_sql")
    revisions: Mapped[list["RequirementRevision"]] = relationship(
        order_by="RequirementRevision.number", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for


class RequirementRevision(Base):
    """What a posted requirement said, each time it was posted or edited."""

    __tablename__ = "requirement_revision"
    __table_args__ = (UniqueConstraint("requirement_id", "number"),)

    id: Mapped[PrimaryKey]
    requirement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("requirement.id"), index=True)
    number: Mapped[int]
    content: Mapped[Json]
    saved_at: Mapped[Moment]
    saved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class RequirementImport(PreviewedFile, Base):
    """A file of requirements that somebody gave for an authority."""

    __tablename__ = "requirement_import"
    __table_args__ = (
        # A file of requirements is always one authority's.
        CheckConstraint("authority_id IS NOT NULL", name="is_an_authoritys"),
    )

    reasons: Mapped[Json | None]
    """Why rows were refused, commonest first."""

    authority: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class RequirementImportRow(PreviewedRow, Base):
    """One row of a file of requirements."""

    __tablename__ = "requirement_import_row"
    __table_args__ = (UniqueConstraint("import_id", "position"),)

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("requirement_import.id"), index=True)


class RequirementOrigin(Base):
    """The row of a file from which a requirement was drafted."""

    __tablename__ = "requirement_origin"
    __table_args__ = (
        # The origin is that of a requirement of this very authority.
        ForeignKeyConstraint(
            ["requirement_id", "authority_id"], ["requirement.id", "requirement.authority_id"]
        ),
        # The same row of a file makes one requirement, however often it is given.
        UniqueConstraint("authority_id", "source_key"),
    )

    requirement_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    authority_id: Mapped[uuid.UUID]
    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("requirement_import.id"), index=True)
    source_row: Mapped[int]
    source_key: Mapped[str] = mapped_column(String(64))
    source_reference: Mapped[Line] = mapped_column(default="")
    """What the authority itself calls it, where the file says."""

    requirement_import: Mapped[RequirementImport] = relationship(lazy="raise_on_sql")


class SharingExclusion(Base):
    """An authority will not share a lot with another, in one category or (no code) in any."""

    __tablename__ = "sharing_exclusion"
    __table_args__ = (
        UniqueConstraint("authority_id", "other_id", "category_code"),
        CheckConstraint("authority_id <> other_id", name="not_with_itself"),
    )

    id: Mapped[PrimaryKey]
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    other_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"), index=True)


found_by(Requirement, "title", "reference")

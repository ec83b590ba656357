"""The contracts register: what authorities already have, from our own awards or from files."""

import uuid
from datetime import date
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.awards.models import Award
from marketplace.categories.models import CpvCode
from marketplace.db import Base, Json, Line, Moment, Money, PrimaryKey, Prose, Reference
from marketplace.finding import found_by
from marketplace.intake.models import PreviewedFile, PreviewedRow
from marketplace.requirements.models import Requirement
from marketplace.status import Moves


class ContractStatus(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"


CONTRACT_MOVES: Moves[ContractStatus] = {
    ContractStatus.ACTIVE: frozenset({ContractStatus.ENDED}),
}


class ContractSource(StrEnum):
    AWARD = "award"
    IMPORT = "import"


class Sureness(StrEnum):
    """How sure we are of what a row says."""

    AWARDED = "awarded"
    """It comes from an award here."""
    CHECKED = "checked"
    """Somebody of its authority compared it with the contract."""
    AS_GIVEN = "as_given"
    """It says what its source says."""
    ESTIMATED = "estimated"
    """A part of it was worked out."""


class ContractImport(PreviewedFile, Base):
    """A file of contracts, and the term by which ends are estimated where it gives none."""

    __tablename__ = "contract_import"

    term_months: Mapped[int | None]
    notice: Mapped[Prose] = mapped_column(default="")
    """What the person should know before accepting."""
    reasons: Mapped[Json | None]
    """Why rows were refused, commonest first, as `intake.services.reasons` gives it."""
    rows_filling: Mapped[int] = mapped_column(default=0)
    """Known already, and saying something that the register lacks."""

    authority: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    rows: Mapped[list["ImportRow"]] = relationship(
        order_by="ImportRow.position", lazy="raise_on_sql"
    )

    @property
    def changes_something(self) -> bool:
        """Whether accepting it would add or fill in anything."""
        return bool(self.rows_new or self.rows_filling)


class ImportRow(PreviewedRow, Base):
    """One row of a file of contracts."""

    __tablename__ = "import_row"
    __table_args__ = (UniqueConstraint("import_id", "position"),)

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract_import.id"), index=True)


class Contract(Base):
    """One authority's contract, whoever let it."""

    __tablename__ = "contract"
    __table_args__ = (
        # A contract comes from an award or from a file, never from neither or both.
        CheckConstraint(
            "(source = 'award') = (award_id IS NOT NULL)"
            " AND (source = 'import') = (import_id IS NOT NULL)",
            name="one_source",
        ),
        CheckConstraint(
            "start_date IS NULL OR end_date IS NULL OR start_date <= end_date",
            name="dates_in_order",
        ),
        # Whoever checked a row did so on a day.
        CheckConstraint(
            "(sureness = 'checked') = (checked_on IS NOT NULL)", name="checked_on_a_day"
        ),
        # Terms of joining are of a contract that others may join.
        CheckConstraint(
            "joining_terms = '' OR coalesce(others_may_join, false)", name="terms_of_joining"
        ),
        # The same row of a source is in the register once.
        UniqueConstraint("authority_id", "source_key"),
        Index("ix_contract_authority_end", "authority_id", "end_date"),
        Index("ix_contract_category_end", "category_code", "end_date"),
        Index("ix_contract_end_date", "end_date"),
        Index(
            "ix_contract_authority_end_or_never",
            "authority_id",
            text("coalesce(end_date, '9999-12-31')"),
        ),
        Index("ix_contract_end_or_never", text("coalesce(end_date, '9999-12-31')")),
        Index("ix_contract_supplier_name", "supplier_name"),
        Index("ix_contract_lower_title", text("lower(title)")),
        Index("ix_contract_value", "value"),
        Index(
            "ix_contract_public_end_or_never",
            "is_public",
            text("coalesce(end_date, '9999-12-31')"),
        ),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    source: Mapped[ContractSource]
    award_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("award.id"), index=True)
    import_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("contract_import.id"), index=True
    )
    source_row: Mapped[int | None]
    source_reference: Mapped[str | None] = mapped_column(String(255))
    source_key: Mapped[str] = mapped_column(String(64))
    title: Mapped[Line]
    description: Mapped[Prose]
    supplier_name: Mapped[Line]
    suppliers: Mapped[Prose] = mapped_column(default="")
    """Every supplier, one a line, where the source names several."""
    supplier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    category_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"))
    category_label: Mapped[str | None] = mapped_column(String(255))
    """What the source called it."""
    value: Mapped[Money | None]
    yearly_value: Mapped[Money | None]
    awarded_on: Mapped[date | None]
    """The day of the award, where the source gives it."""
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    end_is_estimate: Mapped[bool] = mapped_column(default=False)
    review_date: Mapped[date | None]
    extensions: Mapped[str | None] = mapped_column(String(60))
    """Months of each option, as 12+6; 0 where there is none; see `extensions.py`."""
    break_date: Mapped[date | None]
    """The first day on which it can be ended early."""
    break_terms: Mapped[Prose] = mapped_column(default="")
    others_may_join: Mapped[bool | None]
    joining_terms: Mapped[Prose] = mapped_column(default="")
    """Who may join, how, and until when."""
    lead_authority: Mapped[Line] = mapped_column(default="")
    """Who let it, in the words of the source: it may be no authority of London."""
    sureness: Mapped[Sureness] = mapped_column(default=Sureness.AS_GIVEN)
    checked_on: Mapped[date | None]
    is_public: Mapped[bool] = mapped_column(default=False)
    """Whether suppliers, other authorities and strangers see it."""
    status: Mapped[ContractStatus]
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column()

    authority: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[authority_id])
    category: Mapped[CpvCode | None] = relationship(lazy="raise_on_sql")
    award: Mapped[Award | None] = relationship(lazy="raise_on_sql")
    contract_import: Mapped[ContractImport | None] = relationship(lazy="raise_on_sql")
    successions: Mapped[list["Succession"]] = relationship(lazy="raise_on_sql", viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for

    @property
    def all_suppliers(self) -> list[str]:
        """Every supplier's name."""
        return (
            self.suppliers.split("\n") if self.suppliers else [*filter(None, [self.supplier_name])]
        )

    def status_on(self, day: date) -> ContractStatus:
        """Whether a contract has ended follows from the calendar, never from a job having run."""
        if self.end_date and self.end_date < day:
            return ContractStatus.ENDED
        return self.status


class Succession(Base):
    """A requirement that was opened because a contract ends: where the circle closes."""

    __tablename__ = "succession"

    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    requirement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("requirement.id"), primary_key=True, index=True
    )
    category_reason: Mapped[str] = mapped_column(String(255), default="")
    """Why the requirement got its category."""

    contract: Mapped[Contract] = relationship(lazy="raise_on_sql", viewonly=True)
    requirement: Mapped[Requirement] = relationship(lazy="raise_on_sql", viewonly=True)


found_by(Contract, "title", "reference", "supplier_name", "suppliers")

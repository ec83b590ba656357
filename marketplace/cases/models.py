"""Business cases: a frozen baseline, the assumptions upon it, and a register of risks."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.barriers import Barrier
from marketplace.db import Base, Line, Moment, Money, PrimaryKey, Prose, Ratio, Reference
from marketplace.lots.models import Lot


class BusinessCase(Base):
    """The case for a lot. Its baseline is never changed; what is assumed upon it may be."""

    __tablename__ = "business_case"
    __table_args__ = (
        CheckConstraint("length(baseline_sha256) = 64", name="whole_hash"),
        CheckConstraint("rate >= 0 AND rate <= 1000000", name="rate_is_a_share"),
        CheckConstraint(
            "tender_cost >= 0 AND coordination_cost >= 0 AND running_cost >= 0",
            name="costs_not_negative",
        ),
        Index("ix_business_case_frozen_at", "frozen_at"),
        Index("ix_business_case_net_present_value", "net_present_value"),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lot.id"), unique=True)
    baseline: Mapped[Prose]
    """Canonical JSON of what the case begins from."""
    baseline_sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[Moment]
    frozen_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    rate: Mapped[Ratio]
    tender_cost: Mapped[Money]
    coordination_cost: Mapped[Money]
    running_cost: Mapped[Money]
    net_present_value: Mapped[Money]
    """Worked out from the rest, to be sorted by."""
    version: Mapped[int] = mapped_column()

    lot: Mapped[Lot] = relationship(lazy="raise_on_sql")
    risks: Mapped[list["CaseRisk"]] = relationship(
        order_by="CaseRisk.position, CaseRisk.id", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for


class CaseRisk(Base):
    """A line of the risk register: one barrier of the report, for people to complete."""

    __tablename__ = "case_risk"
    __table_args__ = (
        UniqueConstraint("case_id", "barrier"),
        CheckConstraint("likelihood IS NULL OR likelihood BETWEEN 1 AND 5", name="likelihood"),
        CheckConstraint("impact IS NULL OR impact BETWEEN 1 AND 5", name="impact"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business_case.id"))
    position: Mapped[int]
    barrier: Mapped[Barrier]
    what: Mapped[Prose]
    likelihood: Mapped[int | None]
    impact: Mapped[int | None]
    answer: Mapped[Prose] = mapped_column(default="")
    """What is done about it."""
    owner: Mapped[Line] = mapped_column(default="")
    """A role, never a name."""
    version: Mapped[int] = mapped_column()

    @property
    def score(self) -> int | None:
        return self.likelihood * self.impact if self.likelihood and self.impact else None

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for

"""Precedents: who shared what, how, with what result, and how good the evidence is."""

import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.barriers import Barrier
from marketplace.categories.models import CpvCode, Tier
from marketplace.db import Base, Line, Moment, Money, PrimaryKey, Prose, Ratio, Reference
from marketplace.labels import Label
from marketplace.precedents.ways import Way


class Outcome(StrEnum):
    """What came of it."""

    WORKED = "worked"
    MIXED = "mixed"
    FAILED = "failed"
    NOT_YET_KNOWN = "not_yet_known"


class Evidence(StrEnum):
    """How good the evidence is, the best first."""

    MEASURED = "measured"
    REPORTED = "reported"
    TOLD = "told"
    EXPECTED = "expected"


class Precedent(Base):
    """One case of sharing, or of failing to, that others can learn from."""

    __tablename__ = "precedent"
    __table_args__ = (
        # It is one of the report's facts, tells of a lot of ours, or was written by a person:
        # never two of these, and a person names a source.
        CheckConstraint("seed_key IS NULL OR lot_id IS NULL", name="one_origin"),
        CheckConstraint("source <> ''", name="has_source"),
        # A saving says whether it is projected, contracted or realised.
        CheckConstraint(
            "(saving_share IS NULL) = (saving_label IS NULL)", name="saving_has_its_label"
        ),
        # A share of the price alone; a negative one is a loss.
        CheckConstraint(
            "saving_share IS NULL OR saving_share BETWEEN -10000000 AND 1000000",
            name="saving_is_a_share",
        ),
        CheckConstraint("authorities IS NULL OR authorities > 0", name="authorities_positive"),
        Index("ix_precedent_category_code", "category_code"),
        Index("ix_precedent_title", "title"),
        Index("ix_precedent_year", "year"),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    seed_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    """Which of the public facts of `seeds.py` it is."""
    lot_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("lot.id"), unique=True)
    """The lot of ours that it tells of."""
    title: Mapped[Line]
    who: Mapped[Line]
    way: Mapped[Way | None]
    """None: bought alone, kept for comparison."""
    category_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"))
    tier: Mapped[Tier | None]
    authorities: Mapped[int | None]
    year: Mapped[int]
    how: Mapped[Prose]
    result: Mapped[Prose]
    outcome: Mapped[Outcome]
    value: Mapped[Money | None]
    """What was published of its volume: never finer than what all may know."""
    saving_share: Mapped[Ratio | None]
    saving_label: Mapped[Label | None]
    evidence: Mapped[Evidence]
    barrier: Mapped[Barrier | None]
    """What stood in the way most."""
    source: Mapped[Line]
    added_at: Mapped[Moment]
    added_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()

    category: Mapped[CpvCode | None] = relationship(lazy="raise_on_sql")

    @property
    def is_written(self) -> bool:
        """Whether a person found and wrote it, so that its facts may be corrected too."""
        return self.seed_key is None and self.lot_id is None

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for

"""What can be bought (CPV codes) and the centre's policy for buying it together."""

import uuid
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    column,
    func,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from marketplace.db import Base, Json, Line, Moment, Money, PrimaryKey, Ratio


class Tier(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Reach(StrEnum):
    ANYWHERE = "anywhere"
    SUBREGION = "subregion"
    NEIGHBOUR = "neighbour"


class CpvKind(StrEnum):
    SUPPLIES = "supplies"
    WORKS = "works"
    SERVICES = "services"


# The policies below stand on the codes, so a code reads its policy's title by the table's name.
TITLES = table("category_policy", column("cpv_code", String), column("title", String))


class CpvCode(Base):
    """One code of the Common Procurement Vocabulary 2008, eight digits without the check digit."""

    __tablename__ = "cpv_code"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[Line]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"), index=True)
    level: Mapped[str] = mapped_column(String(12))
    kind: Mapped[CpvKind]
    own_title: Mapped[str | None] = column_property(
        select(TITLES.c.title).where(TITLES.c.cpv_code == code).scalar_subquery()
    )
    """The title of its own policy."""

    @property
    def called(self) -> str:
        """What people call it: Agency staff, where its code has a longer name."""
        return self.own_title or self.name


CALLED = func.coalesce(CpvCode.own_title, CpvCode.name)
"""The same, for queries that sort or look for it."""


class CategoryPolicy(Base):
    """How a category is bought together. Codes below inherit it; one policy is the default."""

    __tablename__ = "category_policy"
    __table_args__ = (
        # The default has no code; every other policy has one.
        CheckConstraint("is_default = (cpv_code IS NULL)", name="default_has_no_code"),
        # A low estimate is not above the likely one, nor that above the high one.
        CheckConstraint(
            "0 <= elasticity_low AND elasticity_low <= elasticity_likely"
            " AND elasticity_likely <= elasticity_high",
            name="elasticity_ordered",
        ),
        # The deepest discount is a share of the price, below the whole of it.
        CheckConstraint("max_discount >= 0 AND max_discount < 1000000", name="discount_is_a_share"),
        CheckConstraint("tender_cost >= 0 AND coordination_cost >= 0", name="costs_not_negative"),
        # There is at most one default.
        Index(
            "uq_category_policy_default",
            "is_default",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[PrimaryKey]
    cpv_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"), unique=True)
    is_default: Mapped[bool] = mapped_column(default=False)
    title: Mapped[Line]
    tier: Mapped[Tier]
    risk_activity: Mapped[str | None] = mapped_column(String(120))
    """The row of the 2006 report's risk table that the tier rests on."""
    elasticity_low: Mapped[Ratio]
    elasticity_likely: Mapped[Ratio]
    elasticity_high: Mapped[Ratio]
    max_discount: Mapped[Ratio]
    tender_cost: Mapped[Money]
    coordination_cost: Mapped[Money]
    max_lot_value: Mapped[Money | None]
    max_authorities: Mapped[int | None]
    reach: Mapped[Reach]
    unit: Mapped[str | None] = mapped_column(String(40))
    light_touch: Mapped[bool] = mapped_column(default=False)
    """Whether the Procurement Act's light touch regime holds for these services."""
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column()

    cpv: Mapped[CpvCode | None] = relationship(lazy="joined")
    attributes: Mapped[list["CategoryAttribute"]] = relationship(
        order_by="CategoryAttribute.position, CategoryAttribute.id",
        cascade="all, delete-orphan",
        lazy="selectin",
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for


class CategoryAttribute(Base):
    """A line of the specification on which partners must agree, with its possible values."""

    __tablename__ = "category_attribute"
    __table_args__ = (UniqueConstraint("policy_id", "name"),)

    id: Mapped[PrimaryKey]
    policy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category_policy.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    label: Mapped[Line]
    position: Mapped[int]
    values: Mapped[Json]
    """A list of strings."""

"""Prices that authorities give, and the figures that are published of them each quarter."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CpvCode
from marketplace.contracts.models import Contract
from marketplace.db import Base, Moment, PrimaryKey, Ratio
from marketplace.unit_prices.guarding import Spread

FIRST_LOOK = timedelta(days=14)
"""So long those who pay more see a figure before the others do."""


class PriceSource(StrEnum):
    TYPED = "typed"
    CONTRACT = "contract"


class GivenPrice(Base):
    """What an authority chose to give of what it pays. A correction is a new row."""

    __tablename__ = "given_price"
    __table_args__ = (
        CheckConstraint("price > 0 AND quantity > 0", name="something_for_something"),
        CheckConstraint("year BETWEEN 1990 AND 2200", name="year_is_one"),
        # What was taken from a contract names it.
        CheckConstraint("(source = 'contract') = (contract_id IS NOT NULL)", name="names_source"),
        # A contract stands behind one price at a time.
        Index(
            "uq_given_price_contract",
            "contract_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_given_price_authority_given", "authority_id", "given_at"),
        Index("ix_given_price_group", "category_code", "unit", "year"),
    )

    id: Mapped[PrimaryKey]
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"))
    unit: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    """The financial year, by the calendar year in which it begins."""
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    price: Mapped[Ratio]
    """Pounds for one unit, to a millionth: a sheet of paper costs less than a penny."""
    source: Mapped[PriceSource]
    contract_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contract.id"))
    given_at: Mapped[Moment]
    given_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[Moment | None]
    withdrawn_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    category: Mapped[CpvCode] = relationship(lazy="raise_on_sql")
    contract: Mapped[Contract | None] = relationship(lazy="raise_on_sql")


class PriceRelease(Base):
    """The first day of a quarter, on which figures are worked out; between, nothing changes."""

    __tablename__ = "price_release"

    id: Mapped[PrimaryKey]
    day: Mapped[date] = mapped_column(unique=True)
    made_at: Mapped[Moment]


class PriceFigure(Base):
    """What a release says of one group: a category, its unit, a financial year."""

    __tablename__ = "price_figure"
    __table_args__ = (
        UniqueConstraint("release_id", "category_code", "unit", "year"),
        CheckConstraint("0 < lower AND lower <= median AND median <= upper", name="in_order"),
        CheckConstraint("at_least >= 4", name="rests_on_four"),
        Index("ix_price_figure_group", "category_code", "unit", "year", "released_at"),
    )

    id: Mapped[PrimaryKey]
    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("price_release.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"))
    unit: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    lower: Mapped[Ratio]
    median: Mapped[Ratio]
    upper: Mapped[Ratio]
    at_least: Mapped[int]
    """On how many authorities it rests, at the least."""
    released_at: Mapped[Moment]
    told_at: Mapped[Moment | None]
    """When the others who give prices were told that they can see it."""

    category: Mapped[CpvCode] = relationship(lazy="raise_on_sql")
    release: Mapped[PriceRelease] = relationship(lazy="raise_on_sql")
    prices: Mapped[list["FigurePrice"]] = relationship(lazy="raise_on_sql")

    @property
    def values(self) -> tuple[Decimal, Decimal, Decimal]:
        return self.lower, self.median, self.upper

    @property
    def spread(self) -> Spread:
        return Spread(*self.values)

    @property
    def shown_to_all_from(self) -> datetime:
        return self.released_at + FIRST_LOOK


class FigurePrice(Base):
    """The price of one authority that a figure rests on. Only that authority ever sees it."""

    __tablename__ = "figure_price"

    figure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("price_figure.id"), primary_key=True)
    authority_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )
    price: Mapped[Ratio]
    pays_more: Mapped[bool]
    """Than the median as it is published: it is shown the figure first."""
    seen_at: Mapped[Moment | None]
    """When somebody of the authority said that it was seen."""
    seen_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    authority: Mapped[Organisation] = relationship(lazy="raise_on_sql")

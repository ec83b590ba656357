"""What contracts came to afterwards: the periods that authorities report."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.contracts.models import Contract
from marketplace.db import Base, Line, Moment, Money, PrimaryKey, Ratio


class SavingsPeriod(Base):
    """What was bought under a contract in a period, against what was expected.

    A correction takes the row back and reports anew.
    """

    __tablename__ = "savings_period"
    __table_args__ = (
        CheckConstraint("begins <= ends", name="days_in_order"),
        CheckConstraint(
            "expected_volume > 0 AND expected_price > 0 AND volume >= 0 AND price >= 0"
            " AND index_factor > 0",
            name="amounts_make_sense",
        ),
        # The effects add up to the change, to the penny.
        CheckConstraint(
            "expected + volume_effect + index_effect + specification_effect + price_effect = spent",
            name="effects_add_up",
        ),
        # One that stands for each beginning; overlaps are refused where it is reported.
        Index("ix_savings_period_contract_begins", "contract_id", "begins"),
    )

    id: Mapped[PrimaryKey]
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"))
    begins: Mapped[date]
    ends: Mapped[date]
    unit: Mapped[Line]
    expected_volume: Mapped[Ratio]
    expected_price: Mapped[Ratio]
    volume: Mapped[Ratio]
    price: Mapped[Ratio]
    index_factor: Mapped[Ratio]
    specification: Mapped[Ratio]
    """What a change of specification adds to the unit price."""
    expected: Mapped[Money]
    spent: Mapped[Money]
    volume_effect: Mapped[Money]
    index_effect: Mapped[Money]
    specification_effect: Mapped[Money]
    price_effect: Mapped[Money]
    reported_at: Mapped[Moment]
    reported_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[Moment | None]

    contract: Mapped[Contract] = relationship(lazy="raise_on_sql")

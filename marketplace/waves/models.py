"""Waves that somebody proposed: whose contracts, when, and what each authority says to it."""

import uuid
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation, Person
from marketplace.categories.models import CpvCode
from marketplace.contracts.models import Contract
from marketplace.db import Base, Moment, Money, PrimaryKey, Prose, Reference
from marketplace.grouping.models import Barrier
from marketplace.status import Moves


class WaveStatus(StrEnum):
    PROPOSED = "proposed"
    TAKEN_BACK = "taken_back"


WAVE_MOVES: Moves[WaveStatus] = {
    WaveStatus.PROPOSED: frozenset({WaveStatus.TAKEN_BACK}),
}


class WaveAnswer(StrEnum):
    AWAITED = "awaited"
    AGREED = "agreed"
    DECLINED = "declined"


class Wave(Base):
    """Contracts to be followed together, as they were when somebody proposed it."""

    __tablename__ = "wave"
    __table_args__ = (
        # What is likely lies between the low and the high estimate.
        CheckConstraint(
            "worth_low <= worth_likely AND worth_likely <= worth_high", name="worth_in_order"
        ),
        Index("ix_wave_proposed_at", "proposed_at"),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference]
    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"))
    start: Mapped[date]
    """The first day of the month in which what follows would start."""
    value: Mapped[Money]
    worth_low: Mapped[Money]
    worth_likely: Mapped[Money]
    worth_high: Mapped[Money]
    authorities_with_contracts: Mapped[int]
    """How many authorities have contracts in the category, as far as the proposer saw."""
    note: Mapped[Prose] = mapped_column(default="")
    answer_by: Mapped[date]
    snapshot: Mapped[Prose]
    """The problem as the optimiser read it."""
    status: Mapped[WaveStatus]
    proposed_at: Mapped[Moment]
    proposed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()

    category: Mapped[CpvCode] = relationship(lazy="raise_on_sql")
    proposed_by: Mapped[Person] = relationship(lazy="raise_on_sql")
    members: Mapped[list["WaveMember"]] = relationship(lazy="raise_on_sql", viewonly=True)
    parties: Mapped[list["WaveParty"]] = relationship(lazy="raise_on_sql", viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for


class WaveParty(Base):
    """An authority that is asked, and its answer for its own contracts."""

    __tablename__ = "wave_party"
    __table_args__ = (
        # An answer was given at a moment.
        CheckConstraint("(answer = 'awaited') = (answered_at IS NULL)", name="answered_at_a_time"),
        # Whoever declines says what stands in the way.
        CheckConstraint("(answer = 'declined') = (barrier IS NOT NULL)", name="declined_for_one"),
        Index("ix_wave_party_authority_id", "authority_id"),
    )

    wave_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    answer: Mapped[WaveAnswer]
    barrier: Mapped[Barrier | None]
    reason: Mapped[Prose] = mapped_column(default="")
    answered_at: Mapped[Moment | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    authority: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    wave: Mapped[Wave] = relationship(lazy="raise_on_sql", viewonly=True)


class WaveMember(Base):
    """A contract in a wave, and the days between which what follows it may start."""

    __tablename__ = "wave_member"
    __table_args__ = (
        # A contract in a wave is of an authority that is asked.
        ForeignKeyConstraint(
            ["wave_id", "authority_id"], ["wave_party.wave_id", "wave_party.authority_id"]
        ),
        CheckConstraint("earliest_start <= latest_start", name="window_in_order"),
        # Extended, ended early or neither, never both.
        CheckConstraint("extended_by >= 0 AND ended_early_by >= 0", name="not_shortened"),
        CheckConstraint("extended_by = 0 OR ended_early_by = 0", name="moved_one_way"),
        Index("ix_wave_member_contract_id", "contract_id"),
    )

    wave_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    authority_id: Mapped[uuid.UUID]
    value: Mapped[Money]
    term_months: Mapped[int]
    earliest_start: Mapped[date]
    latest_start: Mapped[date]
    extended_by: Mapped[int]
    """Months by which it has to be extended for the wave’s start."""
    ended_early_by: Mapped[int] = mapped_column(default=0)
    """Months by which its break clause has to be used for the wave’s start."""

    contract: Mapped[Contract] = relationship(lazy="raise_on_sql")

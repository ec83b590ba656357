"""Scenarios: what a reviewer tried on a run's answer in one category, step by step."""

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.categories.models import CpvCode
from marketplace.db import Base, Json, Line, Moment, Money, PrimaryKey, Prose
from marketplace.grouping.models import GroupingRun


class Scenario(Base):
    """A named list of steps from a run's answer; those from `taken` on are undone."""

    __tablename__ = "scenario"
    __table_args__ = (
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        Index("ix_scenario_run_category", "run_id", "category_code"),
    )

    id: Mapped[PrimaryKey]
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grouping_run.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"))
    name: Mapped[Line]
    steps: Mapped[Json]
    """A list of steps as `board.py` reads them."""
    taken: Mapped[int]
    """How many of the steps hold."""
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()

    run: Mapped[GroupingRun] = relationship(lazy="raise_on_sql")
    category: Mapped[CpvCode] = relationship(lazy="raise_on_sql")
    changed_by: Mapped[Person | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for

    @property
    def held(self) -> list[Any]:
        """The steps that hold."""
        return list(self.steps[: self.taken])

    @property
    def undone(self) -> list[Any]:
        """The steps that could be taken again."""
        return list(self.steps[self.taken :])


class ScenarioChange(Base):
    """One change of a scenario, never altered: from all of them it can be seen at any version."""

    __tablename__ = "scenario_change"
    __table_args__ = (
        CheckConstraint("kept >= 0", name="kept_not_negative"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
    )

    scenario_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scenario.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The version that the scenario had after it."""
    kept: Mapped[int]
    """So many of the steps before it stayed in the list."""
    steps: Mapped[Json]
    """The steps that it put behind them."""
    taken: Mapped[int]
    """How many of the steps held after it."""
    at: Mapped[Moment]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class ScenarioSearch(Base):
    """A better grouping that a job looks for on a scenario as it was at one version."""

    __tablename__ = "scenario_search"
    __table_args__ = (
        # Nothing has failed or was found that is not over.
        CheckConstraint("failure IS NULL OR finished_at IS NOT NULL", name="failed_is_over"),
        CheckConstraint("gain IS NULL OR finished_at IS NOT NULL", name="found_is_over"),
        # What was found has its gain, and how much more may be possible.
        CheckConstraint("(gain IS NULL) = (at_most IS NULL)", name="gain_has_its_limit"),
    )

    scenario_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scenario.id"), primary_key=True)
    version: Mapped[int]
    """The version of the scenario that it is about."""
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[Moment]
    finished_at: Mapped[Moment | None] = mapped_column(index=True)
    failure: Mapped[Prose | None]
    lots: Mapped[Json | None]
    """The joint lots found, each a list of references."""
    gain: Mapped[Money | None]
    """What they bring beyond the lots that stood there."""
    at_most: Mapped[Money | None]
    """How much more than them any other grouping might bring."""

    @property
    def workflow_id(self) -> str:
        """Asked once more for another version, it is other work."""
        return f"search-{self.scenario_id}-{self.asked_at.timestamp():.6f}"

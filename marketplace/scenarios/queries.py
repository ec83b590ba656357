"""Looking up scenarios, and the requirements that stand on their boards."""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.errors import NotFound
from marketplace.grouping.models import GroupingRun, RunCategory
from marketplace.requirements.models import Requirement
from marketplace.scenarios.models import Scenario, ScenarioSearch


def scenario(session: Session, scenario_id: uuid.UUID) -> Scenario:
    """One scenario with its run and category; raises NotFound."""
    found = session.scalar(
        select(Scenario)
        .where(Scenario.id == scenario_id)
        .options(
            joinedload(Scenario.run).undefer(GroupingRun.snapshot),
            joinedload(Scenario.category),
            joinedload(Scenario.changed_by),
        )
    )
    if found is None:
        raise NotFound()
    return found


def scenarios_of(session: Session, run: GroupingRun, code: str) -> Sequence[Scenario]:
    """The scenarios of a run's category, the last changed first."""
    return session.scalars(
        select(Scenario)
        .where(Scenario.run_id == run.id, Scenario.category_code == code)
        .options(joinedload(Scenario.category), joinedload(Scenario.changed_by))
        .order_by(Scenario.changed_at.desc(), Scenario.id)
    ).all()


def run_category(session: Session, run: GroupingRun, code: str) -> RunCategory:
    """What the run found in the category; raises NotFound where it has no answer there."""
    found = session.scalar(
        select(RunCategory)
        .where(RunCategory.run_id == run.id, RunCategory.category_code == code)
        .options(joinedload(RunCategory.category))
    )
    if found is None or found.lots is None:
        raise NotFound()
    return found


def search_of(session: Session, scenario: Scenario) -> ScenarioSearch | None:
    """The search that somebody asked a job for last, if any."""
    return session.get(ScenarioSearch, scenario.id)


def requirements(session: Session, references: Iterable[str]) -> Mapping[str, Requirement]:
    """The requirements by reference, with their authorities."""
    rows = session.scalars(
        select(Requirement)
        .where(Requirement.reference.in_(sorted(references)))
        .options(joinedload(Requirement.authority))
    )
    return {row.reference: row for row in rows}

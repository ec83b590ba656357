"""A scenario at each of its versions: every change is kept, so that two people can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Person
from marketplace.scenarios.board import Board, Step, take
from marketplace.scenarios.models import Scenario, ScenarioChange
from marketplace.scenarios.wording import Names, in_words


@dataclass(frozen=True)
class Change:
    """What somebody did to a scenario, in words."""

    by: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Past:
    """A scenario as it was at a version, and what was done to it since."""

    held: Sequence[Step]
    undone: Sequence[Step]
    board: Board
    since: Sequence[Change] = ()


def note_change(
    session: Session,
    scenario: Scenario,
    *,
    kept: int,
    steps: Sequence[Step] = (),
    by: Person,
    at: datetime,
) -> None:
    """Keep a change that the scenario has just gone through: which steps stayed, which are new."""
    session.flush()
    session.add(
        ScenarioChange(
            scenario_id=scenario.id,
            version=scenario.version,
            kept=kept,
            steps=list(steps),
            taken=scenario.taken,
            at=at,
            by_id=by.id,
        )
    )


def past(session: Session, scenario: Scenario, start: Board, version: int, names: Names) -> Past:
    """The scenario as it was at the version; of one that never was, as it began."""
    rows = session.scalars(
        select(ScenarioChange)
        .where(ScenarioChange.scenario_id == scenario.id)
        .options(joinedload(ScenarioChange.by))
        .order_by(ScenarioChange.version)
    ).all()
    steps: list[Step] = []
    boards = [start]
    """The board after each number of the steps."""
    taken, seen, since = 0, Past((), (), start), []
    for number, row in enumerate(rows):
        before = boards[row.taken if row.taken < taken else taken]
        words = "; ".join(in_words(each, before, names) for each in row.steps) or _again(
            row, steps, before, taken, names
        )
        steps, boards = [*steps[: row.kept], *row.steps], boards[: row.kept + 1]
        for step in row.steps:
            boards.append(take(boards[-1], step))
        taken = row.taken
        if row.version <= version or number == 0:
            seen = Past(steps[:taken], steps[taken:], boards[taken])
        else:
            since.append(Change(row.by.name if row.by else "", row.at, words))
    return Past(seen.held, seen.undone, seen.board, since)


def _again(
    row: ScenarioChange, steps: Sequence[Step], before: Board, taken: int, names: Names
) -> str:
    """What an undo or a redo did, given the board before the step that it is about."""
    if row.taken == taken:
        return "begun"
    back = row.taken < taken
    step = steps[row.taken if back else taken]
    return f"{'undid' if back else 'did again'}: {in_words(step, before, names)}"

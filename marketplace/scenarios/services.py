"""Trying changes on a run's answer: begin, take a step, undo, redo, copy, adopt."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import StaleEdit, Unacceptable
from marketplace.grouping.expectations import with_expectation
from marketplace.grouping.models import GroupingRun, Proposal, ProposalStatus
from marketplace.grouping.narrowing import Narrowed, narrowed
from marketplace.grouping.proposing import add_findings, supersede
from marketplace.grouping.translate import (
    Conclusion,
    Worth,
    problem_of,
    references_in,
    worth_of,
)
from marketplace.scenarios import queries
from marketplace.scenarios.board import Board, Step, replay, take
from marketplace.scenarios.history import note_change, past
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.wording import in_words

MOST_STEPS = 500


@dataclass(frozen=True)
class Judged:
    """A board with what each lot is worth under the board's assumptions."""

    board: Board
    worth: Mapping[int, Worth]
    low: Decimal
    likely: Decimal
    high: Decimal

    @property
    def faults(self) -> int:
        """How many lots break a rule."""
        return sum(bool(each.faults) for each in self.worth.values())

    @property
    def joint_lots(self) -> int:
        return sum(len(lot.members) > 1 for lot in self.board.lots)

    @property
    def alone(self) -> int:
        return len(self.board.alone) + sum(len(lot.members) == 1 for lot in self.board.lots)

    @property
    def largest(self) -> Decimal:
        """The value of the largest lot."""
        return max((each.value for each in self.worth.values()), default=Decimal(0))


COMPARED = (
    ("Projected net benefit, likely", "likely"),
    ("At the low price effect", "low"),
    ("At the high price effect", "high"),
    ("Lots against the rules", "faults"),
    ("Joint lots", "joint_lots"),
    ("Requirements bought alone", "alone"),
    ("Largest lot", "largest"),
)
"""The rows in which scenarios are compared, by name and figure."""


def as_table(
    boards: Sequence[tuple[Scenario, Judged]],
) -> tuple[list[str], list[list[object]]]:
    """Scenarios side by side: their names, and a row for each figure."""
    columns = ["", *(scenario.name for scenario, _ in boards)]
    rows = [[name, *(getattr(now, figure) for _, now in boards)] for name, figure in COMPARED]
    return columns, rows


def start_scenario(
    session: Session, run: GroupingRun, code: str, *, name: str, by: Person, at: datetime
) -> Scenario:
    """Begin from what the run found in the category."""
    queries.run_category(session, run, code)
    scenario = Scenario(
        run_id=run.id,
        category_code=code,
        name=name,
        steps=[],
        taken=0,
        created_at=at,
        changed_at=at,
        changed_by_id=by.id,
    )
    session.add(scenario)
    note_change(session, scenario, kept=0, by=by, at=at)
    record(session, Action.SCENARIO_CHANGED, scenario, by=by, at=at, begun=True)
    return scenario


def start_of(session: Session, scenario: Scenario) -> Board:
    """The board as the run left it."""
    found = queries.run_category(session, scenario.run, scenario.category_code)
    everybody = references_in(scenario.run, scenario.category_code)
    return Board.of(found.lots or [], everybody)


def names_in(scenario: Scenario) -> dict[str, str]:
    """The authorities of the run, by code."""
    return {each.code: each.name for each in problem_of(scenario.run).authorities}


def board_of(session: Session, scenario: Scenario) -> Board:
    """The board after the steps that hold."""
    return replay(start_of(session, scenario), scenario.held)


def in_order(session: Session, scenario: Scenario) -> tuple[list[str], list[str]]:
    """The steps that hold and those that were undone, in words."""
    board, names = start_of(session, scenario), names_in(scenario)
    words = []
    for step in scenario.steps:
        words.append(in_words(step, board, names))
        board = take(board, step)
    return words[: scenario.taken], words[scenario.taken :]


def judged(scenario: Scenario, board: Board) -> Judged:
    """What the board is worth, lot by lot."""
    under = under_assumptions(scenario, board)
    worth = {lot.number: worth_of(under, lot.members) for lot in board.lots}
    return Judged(
        board,
        worth,
        low=sum((each.net_benefit_low for each in worth.values()), Decimal(0)),
        likely=sum((each.net_benefit_likely for each in worth.values()), Decimal(0)),
        high=sum((each.net_benefit_high for each in worth.values()), Decimal(0)),
    )


def as_the_run_left_it(session: Session, scenario: Scenario, board: Board) -> Judged:
    """The run's own lots under the same assumptions, to compare with."""
    start = start_of(session, scenario)
    same = Board(start.lots, start.alone, frozenset(), board.assumptions)
    return judged(scenario, same)


def take_step(
    session: Session, scenario: Scenario, step: Step, *, version: int, by: Person, at: datetime
) -> Board:
    """Take a step; what was undone before it is gone.

    Raises StaleEdit where somebody else was faster, BoardFault where it cannot be taken.
    """
    check_version(scenario, version)
    if scenario.taken >= MOST_STEPS:
        raise Unacceptable(f"A scenario has at most {MOST_STEPS} steps. Begin another one.")
    board = take(board_of(session, scenario), step)
    scenario.steps = [*scenario.held, dict(step)]
    kept, scenario.taken = scenario.taken, scenario.taken + 1
    _changed(session, scenario, kept=kept, steps=[dict(step)], by=by, at=at)
    return board


def undo(session: Session, scenario: Scenario, *, version: int, by: Person, at: datetime) -> None:
    """Take the last step back; nothing to undo changes nothing."""
    check_version(scenario, version)
    if scenario.taken:
        scenario.taken -= 1
        _changed(session, scenario, kept=len(scenario.steps), by=by, at=at)


def redo(session: Session, scenario: Scenario, *, version: int, by: Person, at: datetime) -> None:
    """Take the step again that was undone last."""
    check_version(scenario, version)
    if scenario.undone:
        scenario.taken += 1
        _changed(session, scenario, kept=len(scenario.steps), by=by, at=at)


def copy_scenario(
    session: Session,
    scenario: Scenario,
    *,
    name: str,
    version: int,
    step: Step | None = None,
    by: Person,
    at: datetime,
) -> Scenario:
    """Save what held at the version that the person saw under another name, and a step upon it.

    So what somebody tried is not lost where a colleague was faster. Raises BoardFault where the
    step cannot be taken.
    """
    if not name.strip():
        raise Unacceptable("Give the copy a name.")
    before = past(session, scenario, start_of(session, scenario), version, {})
    steps = list(before.held)
    if step is not None:
        take(before.board, step)
        steps.append(dict(step))
    copy = Scenario(
        run_id=scenario.run_id,
        category_code=scenario.category_code,
        name=name.strip(),
        steps=steps,
        taken=len(steps),
        created_at=at,
        changed_at=at,
        changed_by_id=by.id,
    )
    session.add(copy)
    note_change(session, copy, kept=0, steps=steps, by=by, at=at)
    record(session, Action.SCENARIO_CHANGED, copy, by=by, at=at, copied=str(scenario.id))
    return copy


def adopt(
    session: Session, scenario: Scenario, *, version: int, by: Person, at: datetime
) -> list[Proposal]:
    """Turn the board into proposals, in place of those undecided in its category.

    Their figures rest on the policy that the run was given, whatever was assumed on the board.
    Raises Unacceptable where a lot breaks a rule or brings nothing.
    """
    check_version(scenario, version)
    board = board_of(session, scenario)
    plain = narrowed(scenario.run, scenario.category_code, apart=board.apart)
    rate = queries.run_category(session, scenario.run, scenario.category_code).joining_rate
    joint = [worth_of(plain, lot.members) for lot in board.lots if len(lot.members) > 1]
    worth = [with_expectation(plain, lot, rate) for lot in joint]
    _check_worth(board, plain)
    undecided = select(Proposal).where(
        Proposal.status == ProposalStatus.PROPOSED,
        Proposal.category_code == scenario.category_code,
    )
    supersede(session, undecided, scenario.run, at=at)
    session.flush()
    add_findings(
        session,
        scenario.run,
        Conclusion(tuple(worth), ()),
        at=at,
        scenario=scenario.id,
        apart=board.apart,
    )
    record(session, Action.SCENARIO_ADOPTED, scenario, by=by, at=at, lots=len(worth))
    session.flush()
    return list(session.scalars(undecided))


def _check_worth(board: Board, under: Narrowed) -> None:
    for lot in board.lots:
        worth = worth_of(under, lot.members)
        if worth.faults:
            raise Unacceptable(f"Lot {lot.number} breaks a rule: {worth.faults[0]}.")
        if len(lot.members) > 1 and worth.net_benefit_likely <= 0:
            raise Unacceptable(f"Lot {lot.number} costs more than its members buying alone.")


def under_assumptions(
    scenario: Scenario, board: Board, leaving_out: Collection[str] = ()
) -> Narrowed:
    """The run's category as the board assumes it to be."""
    assumed = board.assumptions
    return narrowed(
        scenario.run,
        scenario.category_code,
        elasticity=assumed.elasticity,
        tender_cost=assumed.tender_cost,
        coordination_cost=assumed.coordination_cost,
        apart=board.apart,
        leaving_out=leaving_out,
    )


def check_version(scenario: Scenario, version: int) -> None:
    """Raises StaleEdit where the scenario is no longer at the version that a person saw."""
    if scenario.version != version:
        raise StaleEdit("Somebody else changed this scenario since you opened it.")


def _changed(
    session: Session,
    scenario: Scenario,
    *,
    kept: int,
    steps: Sequence[Step] = (),
    by: Person,
    at: datetime,
) -> None:
    scenario.changed_at, scenario.changed_by_id = at, by.id
    note_change(session, scenario, kept=kept, steps=steps, by=by, at=at)
    record(session, Action.SCENARIO_CHANGED, scenario, by=by, at=at, taken=scenario.taken)

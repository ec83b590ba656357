"""Grouping anew around what is locked: at once with what can be found, or for longer by a job."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable
from marketplace.grouping.translate import Solved, regroup_category
from marketplace.scenarios import queries
from marketplace.scenarios.board import Board, Step, take
from marketplace.scenarios.history import past
from marketplace.scenarios.models import Scenario, ScenarioSearch
from marketplace.scenarios.services import (
    board_of,
    check_version,
    judged,
    start_of,
    take_step,
    under_assumptions,
)

AT_ONCE = 0.5
"""Seconds of searching: a person waits for it, with the page open."""
LONGER = 30.0


def regroup(
    session: Session, scenario: Scenario, *, version: int, by: Person, at: datetime
) -> Board:
    """Group what is not locked anew, with the best that is found at once; never worse than now."""
    check_version(scenario, version)
    found = _searched(scenario, board_of(session, scenario), AT_ONCE)
    return take_step(session, scenario, _step(found), version=version, by=by, at=at)


def may_be_missing(scenario: Scenario) -> Decimal | None:
    """How much more another grouping might bring, if the last step grouped anew; else None."""
    last = scenario.held[-1] if scenario.held else {}
    if last.get("kind") != "regroup" or "at_most" not in last:
        return None
    return Decimal(last["at_most"])


def ask_for_search(
    session: Session, scenario: Scenario, *, version: int, by: Person, at: datetime
) -> ScenarioSearch:
    """Have a job look for a better grouping for longer; one of the same version stays as it is."""
    check_version(scenario, version)
    session.flush()
    search = session.get(ScenarioSearch, scenario.id, with_for_update=True)
    if search is not None and search.version == version and search.failure is None:
        return search
    if search is None:
        search = ScenarioSearch(scenario_id=scenario.id)
        session.add(search)
    search.version, search.asked_by_id, search.asked_at = version, by.id, at
    search.finished_at = search.failure = search.lots = search.gain = search.at_most = None
    record(session, Action.SCENARIO_SEARCHED, scenario, by=by, at=at)
    return search


def look_longer(
    session: Session, search: ScenarioSearch, *, seconds: float = LONGER
) -> tuple[Solved, Decimal]:
    """A better grouping of the board that was there, and what it brings; it changes nothing."""
    scenario = queries.scenario(session, search.scenario_id)
    board = past(session, scenario, start_of(session, scenario), search.version, {}).board
    found = _searched(scenario, board, seconds)
    after = take(board, _step(found))
    gain = judged(scenario, after).likely - judged(scenario, board).likely
    return found, gain


def keep_found(
    session: Session,
    search: ScenarioSearch,
    version: int,
    found: Solved,
    gain: Decimal,
    *,
    at: datetime,
) -> None:
    """Keep what was found for that version; what somebody asked meanwhile is not answered by it."""
    _lock(session, search)
    if search.finished_at is None and search.version == version:
        search.finished_at, search.gain = at, gain
        search.lots = [list(lot) for lot in found.lots]
        search.at_most = _at_most(found)


def fail_search(session: Session, search: ScenarioSearch, why: str, *, at: datetime) -> None:
    """The search cannot go on; it can be asked for again."""
    _lock(session, search)
    if search.finished_at is None:
        search.finished_at, search.failure = at, why


def take_better(
    session: Session, scenario: Scenario, *, version: int, by: Person, at: datetime
) -> Board:
    """Put what the job found in place of what is not locked.

    Raises Unacceptable where nothing was found for the scenario as it is now.
    """
    check_version(scenario, version)
    search = session.get(ScenarioSearch, scenario.id)
    if search is None or search.lots is None or search.version != scenario.version:
        raise Unacceptable("Nothing was found for these lots. Look for better once more.")
    step = {"kind": "regroup", "lots": search.lots, "at_most": str(search.at_most)}
    return take_step(session, scenario, step, version=version, by=by, at=at)


def search_on(session: Session, scenario_id: uuid.UUID) -> ScenarioSearch:
    """The search that was asked for on a scenario."""
    return session.get_one(ScenarioSearch, scenario_id)


def searches_under_way(session: Session) -> Sequence[ScenarioSearch]:
    """Searches that are asked for and not over, the oldest first."""
    return session.scalars(
        select(ScenarioSearch)
        .where(ScenarioSearch.finished_at.is_(None))
        .order_by(ScenarioSearch.asked_at)
    ).all()


def _searched(scenario: Scenario, board: Board, seconds: float) -> Solved:
    """What is not locked, grouped under the board's assumptions, begun from how it stands."""
    locked = {each for lot in board.lots if lot.locked for each in lot.members}
    rest = under_assumptions(scenario, board, leaving_out=locked)
    standing = [lot.members for lot in board.lots if not lot.locked]
    return regroup_category(rest, scenario.category_code, standing, seconds=seconds)


def _step(found: Solved) -> Step:
    lots = [list(lot) for lot in found.lots]
    return {"kind": "regroup", "lots": lots, "at_most": str(_at_most(found))}


def _at_most(found: Solved) -> Decimal:
    """How much more any other grouping might bring."""
    return Decimal(0) if found.proven_optimal else found.upper_bound - found.net_benefit


def _lock(session: Session, search: ScenarioSearch) -> None:
    session.flush()
    session.refresh(search, with_for_update=True)

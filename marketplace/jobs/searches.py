"""The steps of a search for a better grouping on a scenario, each safe to do twice."""

import uuid

from marketplace import clock
from marketplace.capabilities import part_of
from marketplace.jobs.database import database

verbs = part_of("scenarios", "regrouping")


def look_for_better(scenario_id: str) -> None:
    """Search outside the transaction that keeps what is found."""
    with database.looking() as session:
        search = verbs.search_on(session, uuid.UUID(scenario_id))
        if search.finished_at is not None:
            return
        version = search.version
        found, gain = verbs.look_longer(session, search)
    with database.changing() as session:
        search = verbs.search_on(session, uuid.UUID(scenario_id))
        verbs.keep_found(session, search, version, found, gain, at=clock.now())


def give_up_search(scenario_id: str, why: str) -> None:
    """Say that the search cannot go on."""
    with database.changing() as session:
        search = verbs.search_on(session, uuid.UUID(scenario_id))
        verbs.fail_search(session, search, why, at=clock.now())


def unfinished() -> list[tuple[str, str]]:
    """Scenario and workflow of each search that is not over."""
    with database.looking() as session:
        return [
            (str(search.scenario_id), search.workflow_id)
            for search in verbs.searches_under_way(session)
        ]

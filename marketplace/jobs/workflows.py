"""The durable workflows: what is done once, in which order, whatever dies in between."""

import logging

from dbos import DBOS
from sqlalchemy.exc import OperationalError

from marketplace.jobs import grouping, searches, studies
from marketplace.jobs.system_database import (
    CATEGORIES,
    GROUP_RUN,
    SEARCH_SCENARIO,
    STUDY_INSISTENCE,
)

log = logging.getLogger(__name__)


def _passes(fault: BaseException) -> bool:
    """A database that is restarting or busy answers later; anything else is for a person."""
    return isinstance(fault, OperationalError)


step = DBOS.step(retries_allowed=True, max_attempts=5, should_retry=_passes)

take_up = step(grouping.take_up)
solve = step(grouping.solve)
conclude = step(grouping.conclude)
fail = step(grouping.fail)
waiting_members = step(studies.waiting)
look_at_member = step(studies.look_at)
finish_study = step(studies.finish)
fail_study = step(studies.give_up)
look_for_better = step(searches.look_for_better)
fail_search = step(searches.give_up_search)


@DBOS.workflow(name=GROUP_RUN)
def group_run(run_id: str) -> None:
    """Work through a run: its categories side by side, then what they amount to."""
    try:
        handles = [
            DBOS.enqueue_workflow(CATEGORIES, group_categories, run_id, codes)
            for codes in take_up(run_id)
        ]
        for handle in handles:
            handle.get_result()
        conclude(run_id)
    except Exception as fault:
        log.exception("Run %s cannot go on", run_id)
        fail(run_id, f"{type(fault).__name__}: {fault}"[:2000])


@DBOS.workflow(name="group_categories")
def group_categories(run_id: str, codes: list[str]) -> None:
    """Group a few small categories, or one large one."""
    for code in codes:
        solve(run_id, code)


@DBOS.workflow(name=STUDY_INSISTENCE)
def study_insistence(proposal_id: str) -> None:
    """Find out what the limits of each member of a proposal cost, one after the other."""
    try:
        for reference in waiting_members(proposal_id):
            look_at_member(proposal_id, reference)
        finish_study(proposal_id)
    except Exception as fault:
        log.exception("The study of proposal %s cannot go on", proposal_id)
        fail_study(proposal_id, f"{type(fault).__name__}: {fault}"[:2000])


@DBOS.workflow(name=SEARCH_SCENARIO)
def search_scenario(scenario_id: str) -> None:
    """Look for a better grouping around what is locked on a scenario."""
    try:
        look_for_better(scenario_id)
    except Exception as fault:
        log.exception("The search on scenario %s cannot go on", scenario_id)
        fail_search(scenario_id, f"{type(fault).__name__}: {fault}"[:2000])

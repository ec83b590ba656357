"""Asking for a job from a process that does none, such as the web server."""

import logging
import uuid

from dbos import DBOSClient
from sqlalchemy.exc import SQLAlchemyError

from marketplace.jobs.system_database import (
    APPLICATION,
    GROUP_RUN,
    RUNS,
    SCHEMA,
    SEARCH_SCENARIO,
    STUDIES,
    STUDY_INSISTENCE,
    system_engine,
)
from marketplace.settings import Settings

log = logging.getLogger(__name__)


def enqueue_run(run_id: uuid.UUID, settings: Settings) -> None:
    """Put the run in the queue under its own id."""
    _enqueue(GROUP_RUN, RUNS, str(run_id), run_id, settings)


def enqueue_study(proposal_id: uuid.UUID, workflow_id: str, settings: Settings) -> None:
    """Put the study of a proposal in the queue."""
    _enqueue(STUDY_INSISTENCE, STUDIES, workflow_id, proposal_id, settings)


def enqueue_search(scenario_id: uuid.UUID, workflow_id: str, settings: Settings) -> None:
    """Put the search for a better grouping on a scenario in the queue."""
    _enqueue(SEARCH_SCENARIO, STUDIES, workflow_id, scenario_id, settings)


def _enqueue(
    workflow: str, queue: str, workflow_id: str, subject: uuid.UUID, settings: Settings
) -> None:
    """Ask for work on what is committed by now.

    A queue that cannot be reached (no worker ever started, say) only delays it: a worker looks for
    what waits by itself.
    """
    engine = system_engine(settings)
    try:
        client = DBOSClient(
            system_database_engine=engine,
            dbos_system_schema=SCHEMA,
            application_name=APPLICATION,
            retry_connection_errors=False,
        )
        client.enqueue(
            {"workflow_name": workflow, "queue_name": queue, "workflow_id": workflow_id},
            str(subject),
        )
        client.destroy()
    except SQLAlchemyError as fault:
        log.warning("%s %s waits until a worker looks for it: %s", workflow, subject, fault)
    finally:
        engine.dispose()

"""Asking for a job from a process that does none, such as the web server."""

import logging
import uuid

from dbos import DBOSClient
from sqlalchemy.exc import SQLAlchemyError

from marketplace.jobs.system_database import APPLICATION, GROUP_RUN, RUNS, SCHEMA, system_engine
from marketplace.settings import Settings

log = logging.getLogger(__name__)


def enqueue_run(run_id: uuid.UUID, settings: Settings) -> None:
    """Put the run in the queue under its own id.

    The run is committed by now, so a queue that cannot be reached (no worker ever started, say)
    only delays it: a worker looks for queued runs by itself.
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
            {"workflow_name": GROUP_RUN, "queue_name": RUNS, "workflow_id": str(run_id)},
            str(run_id),
        )
        client.destroy()
    except SQLAlchemyError as fault:
        log.warning("Run %s waits until a worker looks for it: %s", run_id, fault)
    finally:
        engine.dispose()

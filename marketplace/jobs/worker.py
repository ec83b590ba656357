"""The worker: a process that does the long jobs until it is stopped.

`python -m marketplace.jobs.worker`, any number of them on any number of machines. One that is
killed loses only the categories it was at: any live worker takes over what it had. Started again
under the same name (MARKETPLACE_WORKER), it goes on with what was not finished by itself.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable

from dbos import DBOS, DBOSConfig, SetWorkflowID

from marketplace import capabilities
from marketplace.jobs import grouping, searches, studies
from marketplace.jobs.database import database
from marketplace.jobs.messages import Reminding
from marketplace.jobs.post import post_round
from marketplace.jobs.presence import Onlooker, Pulse, leave
from marketplace.jobs.system_database import (
    APPLICATION,
    CATEGORIES,
    RUNS,
    SCHEMA,
    STUDIES,
    system_engine,
)
from marketplace.jobs.upkeep import Upkeep
from marketplace.jobs.workflows import group_run, search_scenario, study_insistence
from marketplace.settings import Settings

log = logging.getLogger(__name__)

VERSION = "1"
"""Of the workflows' shape. While it stays, a new release goes on with an old one's work."""
SWEEP_SECONDS = 5.0
SIDE_BY_SIDE = 2
"""Batches of categories at a time in one worker; the solver lets other threads run."""


def run_worker(settings: Settings) -> None:
    """Do jobs until SIGTERM or Ctrl-C, then leave at once: what is unfinished comes back."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    database.connect(settings)
    pulse, onlooker = Pulse(grouping.worker_name()), Onlooker()
    pulse.start()
    launch(settings)
    log.info("Waiting for jobs as %s", pulse.name)
    reminding, upkeep = Reminding(), Upkeep()
    rounds = capabilities.worker_rounds()
    while not stop.is_set():
        sweep()
        reminding.round(settings)
        take_over(onlooker)
        post_round(settings)
        for each in rounds:
            each()
        upkeep.round()
        stop.wait(SWEEP_SECONDS)
    pulse.stop()
    # A solver under way would keep the process for minutes, and being cut off harms nothing.
    logging.shutdown()
    os._exit(0)


def launch(settings: Settings) -> None:
    """Start the workflow engine on the site's database server."""
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_engine": system_engine(settings),
        "dbos_system_schema": SCHEMA,
        "application_version": VERSION,
        "executor_id": grouping.worker_name(),
        "log_level": "WARNING",
        # Nothing here waits for messages, so there is no reason to look for some every second.
        "notification_listener_polling_interval_sec": 60.0,
    }
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(RUNS, worker_concurrency=1, on_conflict="always_update")
    DBOS.register_queue(CATEGORIES, worker_concurrency=SIDE_BY_SIDE, on_conflict="always_update")
    DBOS.register_queue(STUDIES, worker_concurrency=1, on_conflict="always_update")


def sweep() -> None:
    """Take up what was committed but never enqueued, and end what was given up."""
    for run_id in grouping.unfinished_runs():
        _take_up(RUNS, group_run, run_id, run_id, grouping.fail)
    for proposal_id, workflow_id in studies.unfinished():
        _take_up(STUDIES, study_insistence, workflow_id, proposal_id, studies.give_up)
    for scenario_id, workflow_id in searches.unfinished():
        _take_up(STUDIES, search_scenario, workflow_id, scenario_id, searches.give_up_search)


def _take_up(
    queue: str,
    workflow: Callable[[str], None],
    workflow_id: str,
    subject: str,
    fail: Callable[[str, str], None],
) -> None:
    status = DBOS.get_workflow_status(workflow_id)
    if status is None:
        with SetWorkflowID(workflow_id):
            DBOS.enqueue_workflow(queue, workflow, subject)
    elif status.status not in ("ENQUEUED", "PENDING", "DELAYED"):
        fail(subject, f"The worker gave this up ({status.status.lower()}).")


def take_over(onlooker: Onlooker) -> None:
    """Take up what workers have that are dead; two who do so at once take each thing up once."""
    at_work = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    names = {each.executor_id for each in at_work if each.executor_id}
    with database.looking() as session:
        dead = sorted(onlooker.dead_among(session, names) - {grouping.worker_name()})
    for name in dead:
        log.warning("%s stopped answering: taking over what it had", name)
        grouping.note_takeover(name)
        # The engine offers this at an address of its own too, which nothing else here needs.
        DBOS._recover_pending_workflows([name])
    if dead:
        with database.changing() as session:
            leave(session, *dead)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s worker: %(message)s")
    run_worker(Settings.from_environment())

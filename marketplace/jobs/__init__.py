"""Long jobs that survive the death of the process that does them.

`enqueue_run` asks for one from anywhere; `run_worker` does them until it is stopped. The library
behind both is loaded only when one of them is called, so that pages start without it.
"""

import uuid

from marketplace.settings import Settings


def enqueue_run(run_id: uuid.UUID, settings: Settings) -> None:
    """Ask a worker to do a grouping run that is committed; asking twice starts it once."""
    from marketplace.jobs.asking import enqueue_run as ask

    ask(run_id, settings)


def enqueue_study(proposal_id: uuid.UUID, workflow_id: str, settings: Settings) -> None:
    """Ask a worker to study what insisting costs in a proposal; asking twice starts it once."""
    from marketplace.jobs.asking import enqueue_study as ask

    ask(proposal_id, workflow_id, settings)


def enqueue_search(scenario_id: uuid.UUID, workflow_id: str, settings: Settings) -> None:
    """Ask a worker to look for a better grouping on a scenario; asking twice starts it once."""
    from marketplace.jobs.asking import enqueue_search as ask

    ask(scenario_id, workflow_id, settings)


def run_worker(settings: Settings) -> None:
    """Do the long jobs until SIGTERM or Ctrl-C."""
    from marketplace.jobs.worker import run_worker as work

    work(settings)

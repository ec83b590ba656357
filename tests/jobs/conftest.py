"""Workers as processes of their own, on a database of each test's own.

A worker leaves tables of its engine behind and may be killed at any moment, so nothing is shared.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from marketplace.settings import PROJECT
from tests.conftest import SECRET, end_with_us, new_database, site_on

PATIENCE_SECONDS = 60


@pytest.fixture
def app(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database that nobody else uses."""
    if database == "sqlite":
        url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    else:
        url = new_database(request.getfixturevalue("postgresql_server"))
    with site_on(url) as site:
        yield site


class Workers:
    """Worker processes of one site; what they solve is written down in `log`."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.log, self.released = url, folder / "solved.txt", folder / "released"
        self.running: list[subprocess.Popen[bytes]] = []

    def start(
        self,
        module: str = "marketplace.jobs.worker",
        *,
        name: str = "worker of the tests",
        hold: str = "",
    ) -> subprocess.Popen[bytes]:
        """Start a worker; `hold` is a category at which the watched one waits for `release`."""
        environment = {
            **os.environ,
            "MARKETPLACE_DATABASE_URL": self.url,
            "MARKETPLACE_SECRET_KEY": SECRET,
            "MARKETPLACE_WORKER": name,
            "PYTHONPATH": str(PROJECT),
            "SOLVED_LOG": str(self.log),
            "SOLVED_HOLD": hold,
            "SOLVED_RELEASED": str(self.released),
        }
        command = [sys.executable, "-m", module]
        process = subprocess.Popen(command, env=environment, preexec_fn=end_with_us)
        self.running.append(process)
        return process

    def start_watched(
        self, name: str = "worker of the tests", *, hold: str = ""
    ) -> subprocess.Popen[bytes]:
        return self.start("tests.jobs.watched_worker", name=name, hold=hold)

    def release(self) -> None:
        """Nobody waits any longer."""
        self.released.touch()

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As a power cut would."""
        process.send_signal(signal.SIGKILL)
        process.wait()

    def begun(self) -> list[str]:
        """The categories whose solving began, in order."""
        return self.log.read_text().split() if self.log.exists() else []

    def stop(self) -> None:
        for process in self.running:
            if process.poll() is None:
                self.kill(process)


@pytest.fixture
def workers(app: Flask, tmp_path: Path) -> Iterator[Workers]:
    url = app.extensions["engine_of_the_tests"].url
    made = Workers(make_url(url).render_as_string(hide_password=False), tmp_path)
    yield made
    made.stop()


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Wait until it happened, and fail saying what did not."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < until, f"still waiting: {what}"
        time.sleep(0.1)

"""Starting the web server and the worker together, and stopping both when either ends."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from sqlalchemy import create_engine

from marketplace.settings import PROJECT, Settings

PATIENCE_SECONDS = 60
LAST_MOMENTS_SECONDS = 8
MOST_PROCESSES = 4


def migrate(settings: Settings) -> None:
    """Bring the tables up to date; an embedded database's folder is made."""
    from migrations.check import upgrade_database

    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    engine = create_engine(settings.database_url)
    upgrade_database(engine)
    engine.dispose()


def serve(
    settings: Settings, *, host: str, port: int, when_ready: Callable[[], None] = lambda: None
) -> int:
    """Serve until Ctrl-C, SIGTERM or the end of either process; returns the exit status."""
    environment = {
        **os.environ,
        "MARKETPLACE_DATABASE_URL": settings.database_url,
        "MARKETPLACE_SECRET_KEY": settings.secret_key,
        "MARKETPLACE_KEYS_FOLDER": str(settings.keys_folder),
        "MARKETPLACE_DEMO": "1" if settings.demo else "",
        **({"MARKETPLACE_PUBLIC_URL": f"http://{host}:{port}"} if settings.demo else {}),
        "PYTHONPATH": str(PROJECT),
    }
    commands = (
        web_command(settings, host, port),
        [sys.executable, "-m", "marketplace.jobs.worker"],
    )
    with Processes(commands, environment) as processes:
        if not _answers(f"http://{host}:{port}/health", processes):
            print(
                f"The site did not start. Is something else using port {port}? "
                "Stop it, or choose another port with --port.",
                file=sys.stderr,
            )
            return 1
        when_ready()
        return processes.wait()


def web_command(settings: Settings, host: str, port: int) -> list[str]:
    """The web server: on PostgreSQL as many processes as there are processors, up to four.

    SQLite has one writer at a time, so that a second process would only wait for the first.
    """
    embedded = settings.database_url.startswith("sqlite")
    processes = 1 if embedded else min(os.cpu_count() or 1, MOST_PROCESSES)
    return [
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--chdir", str(PROJECT)),
        *("--bind", f"{host}:{port}", "--workers", str(processes), "--threads", "4"),
        *("--worker-class", "gthread", "--backlog", "2048", "--log-level", "warning"),
    ]


class Processes:
    """Processes that live and die together."""

    def __init__(self, commands: Sequence[Sequence[str]], environment: Mapping[str, str]) -> None:
        self.commands, self.environment = commands, environment
        self.running: list[subprocess.Popen[bytes]] = []
        self.stopping = False

    def __enter__(self) -> "Processes":
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        # Sessions of their own: Ctrl-C reaches them once, through us.
        self.running = [
            subprocess.Popen(command, env=self.environment, start_new_session=True)  # noqa: S603 - our own commands
            for command in self.commands
        ]
        return self

    def __exit__(self, *fault: object) -> None:
        self.stop()

    def all_alive(self) -> bool:
        return not self.stopping and all(process.poll() is None for process in self.running)

    def wait(self) -> int:
        """Until somebody asks to stop, or one of the processes ends by itself."""
        while self.all_alive():
            time.sleep(0.2)
        ended = [process.returncode for process in self.running if process.poll() is not None]
        return 0 if self.stopping else next((code for code in ended if code), 1)

    def stop(self) -> None:
        """Ask each to end, and end those that do not."""
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + LAST_MOMENTS_SECONDS
        for process in self.running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def _answers(address: str, processes: Processes) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and processes.all_alive():
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.1)
    return False

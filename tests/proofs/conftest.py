"""Servers of the proofs: real processes on a database of each proof's own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from marketplace.keyfiles import make_site_keys
from marketplace.settings import PROJECT
from tests.conftest import new_database


@dataclass
class Served:
    """A server that is running."""

    port: int
    process: "subprocess.Popen[str]"
    deaths: int = -1
    """How many children have died: all but the one that is there."""

    def children(self) -> Iterator[int]:
        """The number of each child as it begins, until the server ends."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.deaths += 1
            yield int(line)


@contextmanager
def serving(
    url: str, folder: Path, fault: str = "", shift: int = 0, before: tuple[str, ...] = ()
) -> Iterator[Served]:
    """Serve a database; `before` is a command that starts the server, such as strace."""
    keys = folder / "keys"
    if not keys.exists():
        make_site_keys(keys)
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(temporary)}
    command = [*before, sys.executable, "-m", "tests.proofs.server", url, str(keys)]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, fault, str(shift)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        try:
            assert process.stdout is not None
            yield Served(int(process.stdout.readline()), process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def empty_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """empty_url() is the address of a fresh database of the kind under test."""

    def fresh() -> str:
        if database == "sqlite":
            return f"sqlite:///{tmp_path / 'proof.sqlite'}"
        return new_database(request.getfixturevalue("postgresql_server"))

    return fresh

"""The servers of the proofs end with the test run that started them, however it ends."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from marketplace.settings import PROJECT

STARTER = """
import sys, time
from pathlib import Path
from tests.proofs.conftest import serving
with serving(sys.argv[1], Path(sys.argv[2])) as server:
    children = server.children()
    print(server.process.pid, next(children), flush=True)
    time.sleep(600)
"""


def alive(number: int) -> bool:
    """Whether the process is there and more than a name that nobody has asked for."""
    with suppress(OSError), open(f"/proc/{number}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.one_database
def test_a_server_ends_with_a_test_run_that_is_killed(tmp_path):
    command = [sys.executable, "-c", STARTER, f"sqlite:///{tmp_path / 'x.sqlite'}", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert run.stdout is not None
    processes = [int(number) for number in run.stdout.readline().split()]
    assert len(processes) == 2
    assert all(map(alive, processes))
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    until = time.monotonic() + 60
    while any(map(alive, processes)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(alive, processes))

"""A solver dies with its worker, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.optimiser.instances import made, written

PATIENCE_SECONDS = 30


def processes_of(session: int) -> list[str]:
    """What still runs of the session, zombies aside."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, its_session = status.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(its_session) == session and state != "Z":
            found.append(status.parent.name)
    return found


def gone(session: int) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while processes_of(session) and time.monotonic() < until:
        time.sleep(0.02)
    return not processes_of(session)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_killed_run_leaves_no_process_and_no_file(workers: str, tmp_path: Path):
    folder = written(made(3, 400, authorities=30), tmp_path / "in")
    there = {path.name for path in folder.iterdir()}
    scratch, out = tmp_path / "scratch", tmp_path / "out"
    for each in (scratch, out):
        each.mkdir()
    command = [sys.executable, "-m", "optimiser", "group", str(folder)]
    run = subprocess.Popen(
        [*command, "--out", str(out / "answer.json"), "--workers", workers],
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(scratch)},
        start_new_session=True,
    )
    assert run.stderr is not None
    assert run.stderr.readline()  # it has begun
    assert processes_of(run.pid), "the test looks at the wrong processes"
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stderr.close()
    assert gone(run.pid)
    assert [*scratch.iterdir(), *out.iterdir()] == []
    assert {path.name for path in folder.iterdir()} == there

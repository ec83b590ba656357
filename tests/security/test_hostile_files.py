"""Files made to do harm: each is read or refused in words, in a child that keeps to its limits."""

import re
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from marketplace.errors import Unacceptable
from marketplace.intake import reading
from tests.security.hostile import MEGABYTE, hostile_files

IN_EACH_RUN, ON_DEMAND = 60, 200
MOST_MEMORY, MOST_SECONDS = 256 * MEGABYTE, 10


@dataclass
class Costs:
    """The most that a child took so far, of memory and of processor time."""

    memory: int = 0
    seconds: float = 0.0

    def run(self, command, *, timeout, check, **how):
        """Like subprocess.run, but looking at what the child takes."""
        before = _seconds_of_children()
        with subprocess.Popen(command, **how) as started, self._watching(started.pid):
            out, _ = started.communicate(timeout=timeout)
        self.seconds = max(self.seconds, _seconds_of_children() - before)
        if check and started.returncode:
            raise subprocess.CalledProcessError(started.returncode, command)
        return subprocess.CompletedProcess(command, started.returncode, out)

    @contextmanager
    def _watching(self, pid: int) -> Iterator[None]:
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(pid, over))
        watcher.start()
        yield
        over.set()
        watcher.join()

    def _watch(self, pid: int, over: threading.Event) -> None:
        while not over.wait(0.002):
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                return
            if found := re.search(r"VmHWM:\s+(\d+) kB", status):
                self.memory = max(self.memory, int(found[1]) * 1024)


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture
def costs(monkeypatch) -> Costs:
    watched = Costs()
    monkeypatch.setattr(reading.subprocess, "run", watched.run)
    return watched


def survived(count: int, costs: Costs) -> None:
    read = refused = 0
    for name, content in hostile_files(count):
        try:
            reading.read_grids(name, content, key="releases")
            read += 1
        except Unacceptable as fault:
            refused += 1
            assert name in str(fault)  # noqa: PT017 - the one fault that is allowed says where
        assert costs.memory <= MOST_MEMORY, name
        assert costs.seconds <= MOST_SECONDS, name
    assert read
    assert refused > count / 3
    assert costs.memory > 0


def test_60_hostile_files_are_survived_within_256_megabytes_and_10_seconds(costs):
    survived(IN_EACH_RUN, costs)


@pytest.mark.prove
def test_200_hostile_files_are_survived_within_256_megabytes_and_10_seconds(costs):
    survived(ON_DEMAND, costs)


def test_a_child_that_takes_more_would_be_found():
    """The seeded fault: a child without limits that takes what it likes."""
    costs = Costs()
    greedy = "import time; kept = bytearray(b'x') * 300_000_000; time.sleep(0.3)"
    costs.run([sys.executable, "-c", greedy], timeout=20, check=True, stdout=subprocess.PIPE)
    assert costs.memory > MOST_MEMORY

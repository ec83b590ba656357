"""Hands that do the work: this process, or several others.

A job is a function at the top of a module with arguments that can travel between processes. The
caller keeps each hand busy with one job and asks for what is done.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

Job = Callable[..., Any]
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Hands(Protocol):
    """Somebody who does jobs."""

    def free(self) -> int: ...
    def busy(self) -> int: ...
    def give(self, key: str, job: Job, *arguments: Any) -> None: ...
    def done(self, seconds: float) -> list[tuple[str, Any]]: ...
    def close(self) -> None: ...


class OwnHands:
    """This process: a job is done while it is given."""

    def __init__(self) -> None:
        self._results: list[tuple[str, Any]] = []

    def free(self) -> int:
        return 0 if self._results else 1

    def busy(self) -> int:
        return len(self._results)

    def give(self, key: str, job: Job, *arguments: Any) -> None:
        self._results.append((key, job(*arguments)))

    def done(self, seconds: float) -> list[tuple[str, Any]]:
        results, self._results = self._results, []
        return results

    def close(self) -> None:
        """Nothing was opened."""


class ManyHands:
    """Other processes, each with a pipe; one that dies loses only the job it had."""

    def __init__(self, count: int) -> None:
        # Spawned, not forked: the caller may have threads, and the solver keeps its own.
        self._context = multiprocessing.get_context("spawn")
        self._workers: dict[Connection, multiprocessing.process.BaseProcess] = {}
        self._jobs: dict[Connection, str] = {}
        # Each process is one thread: they share the processors by being several.
        before = dict(os.environ)
        os.environ.update(dict.fromkeys(THREADS, "1"))
        try:
            for _ in range(count):
                self._hire()
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _hire(self) -> None:
        mine, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        self._workers[mine] = process

    def free(self) -> int:
        return len(self._workers) - len(self._jobs)

    def busy(self) -> int:
        return len(self._jobs)

    def give(self, key: str, job: Job, *arguments: Any) -> None:
        pipe = next(pipe for pipe in self._workers if pipe not in self._jobs)
        self._jobs[pipe] = key
        pipe.send((job, arguments))

    def done(self, seconds: float) -> list[tuple[str, Any]]:
        """What is done within so many seconds; None for a job whose process died."""
        found: list[tuple[str, Any]] = []
        for pipe in wait(list(self._jobs), max(0.0, seconds)):
            assert isinstance(pipe, Connection)
            key = self._jobs.pop(pipe)
            try:
                result = pipe.recv()
            except (EOFError, OSError):
                self._workers.pop(pipe).join()
                self._hire()
                found.append((key, None))
                continue
            if isinstance(result, BaseException):
                raise result
            found.append((key, result))
        return found

    def close(self) -> None:
        """End the processes, at work or not."""
        for pipe, process in self._workers.items():
            pipe.close()
            process.terminate()
        until = time.monotonic() + 0.5
        for process in self._workers.values():
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
        self._workers.clear()
        self._jobs.clear()


def _serve(pipe: Connection) -> None:
    # Ctrl-C reaches every process of a terminal; the caller decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            job, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            result = job(*arguments)
        except Exception as fault:  # it is the caller's to know
            result = fault
        try:
            pipe.send(result)
        except OSError:  # the caller waits no longer
            return

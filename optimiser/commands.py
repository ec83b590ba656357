"""The commands: read, think, write, and say in one line what came of it."""

import argparse
import gc
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from optimiser import written
from optimiser.arguments import parser
from optimiser.explaining import explain
from optimiser.faults import BadInput, Fault
from optimiser.grouping import group
from optimiser.problem import Problem
from optimiser.progress import Progress
from optimiser.reading import read_problem
from optimiser.sharing import share
from optimiser.solutions import check_writable, read_lots, write_answer

DONE = 0
WRONG_INPUT = 2
KEPT_FOR_WRITING = 0.5


def main(arguments: Sequence[str], *, began: float | None = None) -> int:
    """Run a command; `began` is when the stopwatch of its time limit started."""
    asked = parser().parse_args(arguments)
    began = time.monotonic() if began is None else began
    try:
        check_writable(asked.out)
        summary = COMMANDS[asked.command](asked, began)
    except BadInput as wrong:
        print_faults(wrong)
        return WRONG_INPUT
    print(summary)
    return DONE


def print_faults(wrong: BadInput) -> None:
    count = len(wrong.faults) + wrong.more
    print(f"The input is wrong, {count} fault{'s' * (count > 1)}:", file=sys.stderr)
    for fault in wrong.faults:
        print(fault, file=sys.stderr)
    if wrong.more:
        print(f"and {wrong.more} more.", file=sys.stderr)


def read(folder: Path) -> Problem:
    """The problem of a folder. What is read stays, so that looking for garbage in it meanwhile,
    a third of the time that a country takes, would find none."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return read_problem(folder)
    finally:
        if collecting:
            gc.enable()


def run_group(asked: argparse.Namespace, began: float) -> str:
    """Group the instance, write the solution, and return the summary."""
    progress = Progress(sys.stderr, "categories")
    problem = read(asked.instance)
    progress.say(f"Read {len(problem.requirements)} requirements.")
    limit = asked.time_limit
    if limit is not None:
        limit = max(0.0, limit - (time.monotonic() - began) - KEPT_FOR_WRITING)
    with stopping() as should_stop:
        found = group(
            problem,
            time_limit=limit,
            gap=asked.gap,
            workers=asked.workers,
            on_progress=lambda now: progress.tell(
                now.categories_done,
                now.categories,
                note=f"net benefit £{now.net_benefit:,.0f} of at most £{now.upper_bound:,.0f}",
            ),
            should_stop=should_stop,
        )
    progress.end()
    seconds = time.monotonic() - began
    write_answer(asked.out, written.grouping(found, seconds))
    joint = sum(len(lot) > 1 for lot in found.lots)
    proof = "proven optimal" if found.proven_optimal else f"at most {found.gap:.2%} below the best"
    return (
        f"{joint} joint lots of {len(problem.requirements)} requirements, "
        f"net benefit £{found.net_benefit:,.2f}, {proof}, {seconds:.1f} s"
    )


def run_share(asked: argparse.Namespace, began: float) -> str:
    """Divide the benefit of each joint lot of a solution, and return the summary."""
    progress = Progress(sys.stderr, "lots divided")
    problem = read(asked.instance)
    lots = read_lots(asked.solution, problem)
    progress.say(f"Read {len(problem.requirements)} requirements and {len(lots)} lots.")
    found = share(problem, lots, on_progress=progress.tell)
    progress.end()
    write_answer(asked.out, [written.shares(each) for each in found])
    left = sum(each.blocking is not None for each in found)
    empty = sum(each.core_is_empty for each in found)
    return (
        f"{len(found)} joint lots divided; some would gain by leaving in {left}, "
        f"no division keeps everybody in {empty}, {time.monotonic() - began:.1f} s"
    )


def run_explain(asked: argparse.Namespace, began: float) -> str:
    """Explain one requirement of a solution, and return the summary."""
    progress = Progress(sys.stderr, "limits looked at")
    problem = read(asked.instance)
    lots = read_lots(asked.solution, problem)
    name = asked.requirement
    if name not in problem.requirement_by_id:
        expected = "a requirement of requirements.csv"
        raise BadInput([Fault("--requirement", expected, found=name)])
    progress.say(f"Read {len(problem.requirements)} requirements and {len(lots)} lots.")
    found = explain(problem, lots, name, on_progress=progress.tell)
    progress.end()
    write_answer(asked.out, written.explanation(found))
    dearest = max(found.insistence, key=lambda each: each.gain, default=None)
    cost = (
        f"dearest limit {dearest.limit}, £{dearest.gain:,.2f}"
        if dearest and dearest.gain > 0
        else "no limit is known to cost anything"
    )
    return (
        f"{name} is worth £{found.worth_to_lot:,.2f} to its lot of {len(found.lot)}; {cost}, "
        f"{time.monotonic() - began:.1f} s"
    )


COMMANDS: dict[str, Callable[[argparse.Namespace, float], str]] = {
    "group": run_group,
    "share": run_share,
    "explain": run_explain,
}


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Ask to stop on the first Ctrl-C or TERM, so that the best lots so far are written."""
    asked: list[int] = []
    kept: dict[signal.Signals, Any] = {}

    def note(number: int, _: object) -> None:
        asked.append(number)
        for each, handler in kept.items():
            signal.signal(each, handler)

    for each in (signal.SIGINT, signal.SIGTERM):
        kept[each] = signal.signal(each, note)
    try:
        yield lambda: bool(asked)
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)

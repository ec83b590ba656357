"""Ours beside what a user would pick instead, on the same categories and the same wall-clock.

    python -m benchmarks.grouping INSTANCE [--seconds 10] [--categories N] [--times-ten]

Every run is a process of its own, one after the other: benefit, bound, seconds and memory of each,
and what it reached as a part of ours. With --times-ten the others get ten times our time too.
CP-SAT is run where `ortools` is installed; nothing else needs it.
"""

import argparse
import multiprocessing
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.compact import with_cp_sat, with_pulp
from optimiser.grouping import group_category
from optimiser.market import Market, Members, market_of
from optimiser.merging import merged
from optimiser.problem import Problem
from optimiser.reading import read_problem
from optimiser.timing import Deadline


@dataclass(frozen=True)
class Outcome:
    """What one method reached in one category."""

    benefit: float
    bound: float | None
    seconds: float
    megabytes: float


def ours(problem: Problem, seconds: float) -> tuple[list[Members], float | None]:
    found = group_category(problem, time_limit=seconds)
    place = {each: i for i, each in enumerate(market_of(problem).ids)}
    return [tuple(place[each] for each in lot) for lot in found.lots], found.upper_bound


def greedy(problem: Problem, seconds: float) -> tuple[list[Members], float | None]:
    return merged(market_of(problem), Deadline.after(seconds))[0], None


def compact_cbc(problem: Problem, seconds: float) -> tuple[list[Members], float | None]:
    return with_pulp(market_of(problem), seconds, "cbc")


def compact_highs(problem: Problem, seconds: float) -> tuple[list[Members], float | None]:
    return with_pulp(market_of(problem), seconds, "highs")


def compact_cp_sat(problem: Problem, seconds: float) -> tuple[list[Members], float | None]:
    return with_cp_sat(market_of(problem), seconds)


METHODS = {
    "ours": ours,
    "greedy": greedy,
    "compact, CBC": compact_cbc,
    "compact, HiGHS": compact_highs,
    "compact, CP-SAT": compact_cp_sat,
}


def _worth(market: Market, lots: list[Members]) -> float:
    """A lot that breaks a rule by a solver's rounding counts as buying alone."""
    return sum(market.net(lot) for lot in lots if market.feasible(lot))


def _run(name: str, problem: Problem, seconds: float) -> Outcome:
    began = time.monotonic()
    lots, bound = METHODS[name](problem, seconds)
    took = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Outcome(_worth(market_of(problem), lots), bound, took, max(memory, children) / 1024)


def outcomes(problem: Problem, seconds: float, ten: bool) -> Iterator[tuple[str, Outcome]]:
    """Each method alone in a process."""
    context = multiprocessing.get_context("spawn")
    plans = [(name, seconds) for name in METHODS]
    if ten:
        plans += [(name, 10 * seconds) for name in METHODS if name.startswith("compact")]
    for name, limit in plans:
        if "CP-SAT" in name and not find_spec("ortools"):
            continue
        with context.Pool(1) as pool:
            yield f"{name}, {limit:g} s", pool.apply(_run, (name, problem, limit))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("instance", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--categories", type=int, default=5)
    parser.add_argument("--times-ten", action="store_true")
    asked = parser.parse_args()
    problem = read_problem(asked.instance)
    totals: dict[str, list[Outcome]] = {}
    for category in problem.categories[: asked.categories]:
        part = problem.of_category(category.code)
        best = 0.0
        for name, outcome in outcomes(part, asked.seconds, asked.times_ten):
            best = best or outcome.benefit
            totals.setdefault(name, []).append(outcome)
            _line(category.code, name, [outcome], best)
    whole = sum(outcome.benefit for outcome in next(iter(totals.values())))
    for name, each in totals.items():
        _line("together", name, each, whole)


def _line(category: str, name: str, found: list[Outcome], ours_: float) -> None:
    benefit = sum(outcome.benefit for outcome in found)
    bounds = [outcome.bound for outcome in found if outcome.bound is not None]
    bound = f"{sum(bounds):14,.0f}" if bounds else " " * 14
    print(
        f"{category:9} {name:22} {benefit:14,.0f} {bound}"
        f" {sum(o.seconds for o in found):8.1f} s {max(o.megabytes for o in found):7.0f} MB"
        f" {benefit / ours_ if ours_ else 1.0:7.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()

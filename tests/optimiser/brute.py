"""Brute force: every partition of a small problem, through every set of requirements."""

import random
from datetime import date

from optimiser.lots import is_feasible, net_benefit
from optimiser.problem import Authority, Category, Problem, Reach, Requirement


def made(seed: int, size: int) -> Problem:
    """A small problem of one category with a bit of everything."""
    rng = random.Random(seed)
    codes = [f"A{n}" for n in range(rng.choice([3, 5, 8]))]
    category = Category(
        "1",
        rng.choice([0.0, 0.03, 0.1]),
        rng.choice([0.0, 0.05, 0.3]),
        rng.choice([0.0, 10_000.0]),
        rng.choice([0.0, 1_000.0, 20_000.0]),
        rng.choice([None, 900_000.0, 400_000.0]),
        rng.choice([None, 3, 1]),
        rng.choice(list(Reach)),
    )
    requirements = tuple(
        Requirement(
            f"R{n}",
            rng.choice(codes),
            "1",
            float(rng.choice([rng.randrange(20_000, 500_000), 100_000, 0.37 * rng.random() + 0.1])),
            date(2027, rng.randrange(1, 8), 1),
            date(2027, rng.randrange(8, 13), rng.choice([1, 15])),
            {
                name: frozenset(rng.sample("abc", rng.randrange(1, 4)))
                for name in ("spec", "grade")
                if rng.random() < 0.6
            },
            rng.choice([None, None, 0, 1, 2]),
        )
        for n in range(size)
    )
    pairs = [frozenset((a, b)) for a in codes for b in codes if a < b]
    return Problem(
        requirements,
        (category,),
        tuple(Authority(code, code, rng.choice("NS")) for code in codes),
        frozenset(rng.sample(pairs, len(pairs) // 2)),
        frozenset((pair, rng.choice(["", "1"])) for pair in rng.sample(pairs, 1)),
    )


def best(problem: Problem) -> float:
    """The most that any partition is worth.

    The best of a set of requirements is the best, over every feasible lot with its first one, of
    the lot and the best of what is left: each partition is looked at once.
    """
    ids = [requirement.id for requirement in problem.requirements]
    worth = {}
    for lot in range(1, 1 << len(ids)):
        members = [each for place, each in enumerate(ids) if lot >> place & 1]
        if is_feasible(problem, members):
            worth[lot] = net_benefit(problem, members)
    most = [0.0] * (1 << len(ids))
    for wanted in range(1, 1 << len(ids)):
        first = wanted & -wanted
        rest, found = wanted ^ first, -1e300
        part = rest
        while True:
            if part | first in worth:
                found = max(found, worth[part | first] + most[rest ^ part])
            if part == 0:
                break
            part = (part - 1) & rest
        most[wanted] = found
    return most[-1]

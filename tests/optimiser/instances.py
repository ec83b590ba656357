"""Small random problems, every partition of them, and folders of CSV files to read."""

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from optimiser.lots import is_feasible, net_benefit
from optimiser.problem import Authority, Category, Problem, Reach, Requirement

COLUMNS = {
    "requirements": "requirement authority category value earliest_start latest_start accepts "
    "max_partners",
    "categories": "category elasticity max_discount tender_cost coordination_cost max_lot_value "
    "max_authorities reach",
    "authorities": "authority name subregion",
    "neighbours": "authority_a authority_b",
    "exclusions": "authority_a authority_b category",
}
GOOD = {
    "requirements": [
        ["R1", "A1", "10", "100000", "2027-01-01", "2027-06-01", "colour=red|blue;size=l", ""],
        ["R2", "A2", "10", "250000.50", "2027-03-01", "2027-09-01", "", "3"],
        ["R3", "A3", "20", "90000", "2027-03-01", "2027-03-01", "colour=red", "0"],
    ],
    "categories": [
        ["10", "0.06", "0.25", "8000", "2000", "", "", "anywhere"],
        ["20", "0", "0", "0", "0", "500000", "4", "neighbour"],
    ],
    "authorities": [["A1", "First", "North"], ["A2", "Second", "North"], ["A3", "Third", "South"]],
    "neighbours": [["A1", "A2"]],
    "exclusions": [["A1", "A3", ""], ["A2", "A3", "20"]],
}


def write_folder(folder: Path, tables: dict[str, list[list[str]]] | None = None) -> Path:
    """An instance's folder with these rows, or with the good ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in {**GOOD, **(tables or {})}.items():
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS[name].split(), *rows])
    return folder


def written(problem: Problem, folder: Path) -> Path:
    """The problem as a folder of CSV files."""

    def pair(names: Iterable[str]) -> list[str]:
        return sorted(names)

    return write_folder(
        folder,
        {
            "requirements": [
                [
                    r.id,
                    r.authority,
                    r.category,
                    repr(r.value),
                    r.earliest_start.isoformat(),
                    r.latest_start.isoformat(),
                    ";".join(f"{k}={'|'.join(sorted(v))}" for k, v in r.accepts.items()),
                    "" if r.max_partners is None else str(r.max_partners),
                ]
                for r in problem.requirements
            ],
            "categories": [
                [
                    c.code,
                    repr(c.elasticity),
                    repr(c.max_discount),
                    repr(c.tender_cost),
                    repr(c.coordination_cost),
                    "" if c.max_lot_value is None else repr(c.max_lot_value),
                    "" if c.max_authorities is None else str(c.max_authorities),
                    c.reach.value,
                ]
                for c in problem.categories
            ],
            "authorities": [[a.code, a.name, a.subregion] for a in problem.authorities],
            "neighbours": [pair(each) for each in problem.neighbours],
            "exclusions": [[*pair(each), where] for each, where in problem.exclusions],
        },
    )


def made(seed: int, size: int, *, authorities: int = 5) -> Problem:
    """A random problem of one category in which every rule bites now and then."""
    rng = random.Random(f"{seed}-{size}-{authorities}")
    codes = [f"A{n}" for n in range(authorities)]
    category = Category(
        "1",
        rng.choice([0.0, 0.03, 0.1]),
        rng.choice([0.05, 0.3]),
        rng.choice([0.0, 10_000.0]),
        rng.choice([1_000.0, 20_000.0]),
        rng.choice([None, 900_000.0]),
        rng.choice([None, 3]),
        rng.choice([Reach.ANYWHERE, *Reach]),
    )
    requirements = tuple(
        Requirement(
            f"R{n}",
            rng.choice(codes),
            "1",
            float(rng.randrange(20_000, 500_000)),
            (start := date(2027, rng.choice([1, 1, 2, 3, 4, 6]), rng.choice([1, 1, 15]))),
            start + timedelta(days=rng.choice([0, 40, 60, 120, 200])),
            {
                name: frozenset(rng.sample("abc", rng.randrange(1, 4)))
                for name in ("colour", "size")
                if rng.random() < 0.6
            },
            rng.choice([None, None, 1, 2]),
        )
        for n in range(size)
    )
    pairs = [frozenset((a, b)) for a in codes for b in codes if a < b]
    return Problem(
        requirements,
        (category,),
        tuple(Authority(code, code, rng.choice("NS")) for code in codes),
        frozenset(rng.sample(pairs, len(pairs) * 6 // 10)),
        frozenset((pair, rng.choice(["", "1"])) for pair in rng.sample(pairs, 2)),
    )


Lots = tuple[tuple[str, ...], ...]


def partitions(ids: Sequence[str]) -> Iterator[list[list[str]]]:
    if not ids:
        yield []
        return
    for rest in partitions(ids[1:]):
        yield [[ids[0]], *rest]
        for place in range(len(rest)):
            yield [*rest[:place], [ids[0], *rest[place]], *rest[place + 1 :]]


def groupings(problem: Problem) -> list[tuple[float, Lots]]:
    """Every feasible grouping with its worth, best first; each lot and their list in order."""
    worth: dict[tuple[str, ...], float | None] = {}

    def worth_of(lot: tuple[str, ...]) -> float | None:
        if lot not in worth:
            worth[lot] = net_benefit(problem, lot) if is_feasible(problem, lot) else None
        return worth[lot]

    found = []
    for split in partitions(sorted(r.id for r in problem.requirements)):
        lots = tuple(sorted(tuple(lot) for lot in split))
        nets = [worth_of(lot) for lot in lots]
        if None not in nets:
            found.append((sum(net for net in nets if net is not None), lots))
    return sorted(found, key=lambda each: (-each[0], each[1]))


def best_of(problem: Problem) -> tuple[float, Lots]:
    """The best grouping, by trying all."""
    return groupings(problem)[0]


def feasible_lot(seed: int, size: int, *, authorities: int) -> tuple[Problem, tuple[str, ...]]:
    """A problem and a joint lot of all its requirements, which is feasible, though perhaps poor."""
    rng = random.Random(f"lot-{seed}-{size}-{authorities}")
    codes = [f"A{n:02d}" for n in range(authorities)]
    tender, coordination = rng.choice([(0.0, 2e3), (1e4, 2e3), (1e4, 3e4), (5e3, 1e4)])
    category = Category(
        "1",
        rng.choice([0.0, 0.01, 0.05, 0.1]),
        rng.choice([0.05, 0.1, 0.3]),
        tender,
        coordination,
        None,
        None,
        Reach.ANYWHERE,
    )
    owners = [*codes, *(rng.choice(codes) for _ in range(size - authorities))]
    requirements = tuple(
        Requirement(
            f"R{n:02d}",
            owner,
            "1",
            round(rng.lognormvariate(11.5, 1.0), 2),
            date(2027, 1, 1),
            date(2027, 12, 1),
            {},
            None,
        )
        for n, owner in enumerate(owners)
    )
    problem = Problem(
        requirements,
        (category,),
        tuple(Authority(code, code, "N") for code in codes),
        frozenset(),
        frozenset(),
    )
    return problem, tuple(r.id for r in requirements)

"""From a folder of CSV files to a problem, or every fault with its file, row and column."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimiser import columns
from optimiser.columns import Unexpected
from optimiser.faults import Fault, Faults, shown
from optimiser.problem import Authority, Category, Problem, Requirement
from optimiser.tables import Row, read_table

Parsers = Mapping[str, Callable[[str], Any]]
Codes = dict[str, int]

AUTHORITIES: Parsers = {
    "authority": columns.identifier,
    "name": columns.any_text,
    "subregion": columns.any_text,
}
CATEGORIES: Parsers = {
    "category": columns.identifier,
    "elasticity": columns.elasticity,
    "max_discount": columns.discount,
    "tender_cost": columns.amount,
    "coordination_cost": columns.amount,
    "max_lot_value": columns.amount_or_none,
    "max_authorities": columns.count_from(1),
    "reach": columns.reach,
}
REQUIREMENTS: Parsers = {
    "requirement": columns.identifier,
    "authority": columns.identifier,
    "category": columns.identifier,
    "value": columns.value,
    "earliest_start": columns.day,
    "latest_start": columns.day,
    "accepts": columns.accepts,
    "max_partners": columns.count_from(0),
}
NEIGHBOURS: Parsers = {"authority_a": columns.identifier, "authority_b": columns.identifier}
EXCLUSIONS: Parsers = {**NEIGHBOURS, "category": columns.any_text}


@dataclass(frozen=True)
class Table:
    """A table whose cells are read: row by row the values, None where a cell is wrong."""

    file: str
    columns: tuple[str, ...]
    rows: list[Row]
    parsers: Parsers

    def values(self, faults: Faults) -> Iterator[tuple[int, list[Any]]]:
        """The rows without a fault; the faults of the others are added to `faults`."""
        parsers = tuple(self.parsers.values())
        for row in self.rows:
            try:
                pairs = zip(parsers, row.cells, strict=True)
                yield row.number, [parser(text) for parser, text in pairs]
            except Unexpected:
                self._blame(row, faults)

    def codes(self) -> Codes:
        """The ids of the first column, those of faulty rows too, and the row of each."""
        found: Codes = {}
        for row in self.rows:
            found.setdefault(row.cells[0], row.number)
        return found

    def _blame(self, row: Row, faults: Faults) -> None:
        for column, text in zip(self.columns, row.cells, strict=True):
            try:
                self.parsers[column](text)
            except Unexpected as expected:
                faults.add(Fault(self.file, str(expected), row.number, column, text))


def read_problem(folder: Path) -> Problem:
    """The problem of a folder. Raises BadInput with every fault found in it."""
    faults = Faults()
    if not folder.is_dir():
        faults.add(Fault(shown(str(folder)), "a folder with the CSV files of an instance"))
        faults.stop_if_any()
    authorities = _table(folder / "authorities.csv", AUTHORITIES, faults)
    categories = _table(folder / "categories.csv", CATEGORIES, faults)
    requirements = _table(folder / "requirements.csv", REQUIREMENTS, faults)
    neighbours = _table(folder / "neighbours.csv", NEIGHBOURS, faults)
    exclusions = _table(folder / "exclusions.csv", EXCLUSIONS, faults)
    known = _codes(authorities, faults)
    codes = _codes(categories, faults)
    _codes(requirements, faults)
    problem = Problem(
        requirements=tuple(_requirements(requirements, known, codes, faults)),
        categories=tuple(Category(*values) for _, values in _values(categories, faults)),
        authorities=tuple(Authority(*values) for _, values in _values(authorities, faults)),
        neighbours=frozenset(pair for pair, _ in _pairs(neighbours, known, None, faults)),
        exclusions=frozenset(_pairs(exclusions, known, codes, faults)),
    )
    faults.stop_if_any()
    return problem


def _table(path: Path, parsers: Parsers, faults: Faults) -> Table | None:
    columns = tuple(parsers)
    rows = read_table(path, columns, faults)
    return None if rows is None else Table(path.name, columns, rows, parsers)


def _values(table: Table | None, faults: Faults) -> Iterator[tuple[int, list[Any]]]:
    return iter(()) if table is None else table.values(faults)


def _codes(table: Table | None, faults: Faults) -> Codes | None:
    """The ids of a table, each once; None where the table could not be read."""
    if table is None:
        return None
    first = table.codes()
    if len(first) < len(table.rows):
        for row in table.rows:
            code = row.cells[0]
            if first[code] != row.number and code.strip():
                expected = f"each id once, and row {first[code]} has it too"
                faults.add(Fault(table.file, expected, row.number, table.columns[0], code))
    return first


def _requirements(
    table: Table | None, known: Codes | None, codes: Codes | None, faults: Faults
) -> Iterator[Requirement]:
    for row, values in _values(table, faults):
        requirement = Requirement(*values)
        if known is not None and requirement.authority not in known:
            expected = "an authority of authorities.csv"
            faults.add(Fault("requirements.csv", expected, row, "authority", requirement.authority))
        if codes is not None and requirement.category not in codes:
            expected = "a category of categories.csv"
            faults.add(Fault("requirements.csv", expected, row, "category", requirement.category))
        if requirement.earliest_start > requirement.latest_start:
            expected = f"a day not after latest_start, which is {requirement.latest_start}"
            earliest = requirement.earliest_start.isoformat()
            faults.add(Fault("requirements.csv", expected, row, "earliest_start", earliest))
        yield requirement


def _pairs(
    table: Table | None, known: Codes | None, codes: Codes | None, faults: Faults
) -> Iterator[tuple[frozenset[str], str]]:
    """Pairs of authorities, each with its category; "" where the table has none."""
    if table is None:
        return
    for row, (a, b, *where) in table.values(faults):
        for column, code in (("authority_a", a), ("authority_b", b)):
            if known is not None and code not in known:
                faults.add(Fault(table.file, "an authority of authorities.csv", row, column, code))
        if a == b:
            faults.add(Fault(table.file, "two different authorities", row, "authority_b", b))
        category = where[0] if where else ""
        if category and codes is not None and category not in codes:
            expected = "a category of categories.csv, or nothing for all"
            faults.add(Fault(table.file, expected, row, "category", category))
        yield frozenset((a, b)), category

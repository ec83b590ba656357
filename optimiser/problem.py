"""The lot-grouping problem: what is given.

Sets
    R  requirements i, each of one category and one authority
    C  categories, independent of each other
    P  authorities
Parameters of a requirement i
    v_i  value over the whole term, pounds, at the price its authority would pay alone
    the days on which it may start, what it accepts of each attribute of its specification,
    and how many other authorities it accepts in its lot
Parameters of a category
    β elasticity, δ max_discount, F tender_cost, κ coordination_cost,
    U max_lot_value (None: no limit), M max_authorities (None: no limit), and its reach
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property


class Reach(StrEnum):
    """Which authorities may share a lot of a category."""

    ANYWHERE = "anywhere"
    SUBREGION = "subregion"
    NEIGHBOUR = "neighbour"


@dataclass(frozen=True)
class Requirement:
    """What one authority wants to buy. An attribute that `accepts` does not name: any value."""

    id: str
    authority: str
    category: str
    value: float
    earliest_start: date
    latest_start: date
    accepts: Mapping[str, frozenset[str]]
    max_partners: int | None


@dataclass(frozen=True)
class Category:
    """What buying together brings and costs in one category, and its limits."""

    code: str
    elasticity: float
    max_discount: float
    tender_cost: float
    coordination_cost: float
    max_lot_value: float | None
    max_authorities: int | None
    reach: Reach


@dataclass(frozen=True)
class Authority:
    """A buyer, and the subregion it lies in."""

    code: str
    name: str
    subregion: str


@dataclass(frozen=True)
class Problem:
    """Everything that is given. An exclusion with category "" holds in every category."""

    requirements: tuple[Requirement, ...]
    categories: tuple[Category, ...]
    authorities: tuple[Authority, ...]
    neighbours: frozenset[frozenset[str]]
    exclusions: frozenset[tuple[frozenset[str], str]]

    @cached_property
    def requirement_by_id(self) -> Mapping[str, Requirement]:
        return {requirement.id: requirement for requirement in self.requirements}

    @cached_property
    def category_by_code(self) -> Mapping[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def authority_by_code(self) -> Mapping[str, Authority]:
        return {authority.code: authority for authority in self.authorities}

    @cached_property
    def requirements_by_category(self) -> Mapping[str, tuple[Requirement, ...]]:
        found: dict[str, list[Requirement]] = {category.code: [] for category in self.categories}
        for requirement in self.requirements:
            found.setdefault(requirement.category, []).append(requirement)
        return {code: tuple(members) for code, members in found.items()}

    def of_category(self, code: str) -> "Problem":
        """The part of the problem that one category is: its optimum is independent of the rest."""
        members = self.requirements_by_category.get(code, ())
        present = {requirement.authority for requirement in members}
        return Problem(
            requirements=members,
            categories=(self.category_by_code[code],),
            authorities=tuple(a for a in self.authorities if a.code in present),
            neighbours=frozenset(pair for pair in self.neighbours if pair <= present),
            exclusions=frozenset(
                (pair, where)
                for pair, where in self.exclusions
                if where in ("", code) and pair <= present
            ),
        )

    def __getstate__(self) -> dict[str, object]:
        """Travel light between processes: the look-up tables are made again where needed."""
        names = ("requirements", "categories", "authorities", "neighbours", "exclusions")
        return {name: self.__dict__[name] for name in names}

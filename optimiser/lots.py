"""The rules of a lot, each in one place, and what a lot is worth.

For a lot L with n members of A authorities and volume V = Σ v_i:

    saving(L) = Σ_i v_i · min(δ, 1 − (V / v_i)^(−β))
    net(L)    = saving(L) − κ · (A − 1) + F · (n − 1),   and 0 for a lot of one

`market.py` restates the same rules as bits and arrays for the search; the tests hold the two
together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from optimiser.problem import Category, Problem, Reach, Requirement

Members = Sequence[Requirement]


@dataclass(frozen=True)
class LotFigures:
    """A lot in numbers, and the terms that all its members accept."""

    requirements: tuple[str, ...]
    authorities: tuple[str, ...]
    value: float
    saving: float
    coordination_cost: float
    tender_saving: float
    net: float
    start_from: date
    start_to: date
    specification: Mapping[str, tuple[str, ...]]
    leverage: float


def members_of(problem: Problem, lot_ids: Sequence[str]) -> tuple[Requirement, ...]:
    return tuple(problem.requirement_by_id[each] for each in lot_ids)


def category_of(problem: Problem, lot_ids: Sequence[str]) -> Category:
    return problem.category_by_code[problem.requirement_by_id[lot_ids[0]].category]


# What a lot is worth.


def saving_at(members: Members, elasticity: float, ceiling: float) -> float:
    """Σ v·min(δ, 1 − (V/v)^(−β)): what the lower price saves over the whole term."""
    volume = sum(member.value for member in members)
    return sum(
        member.value * min(ceiling, 1.0 - float((volume / member.value) ** -elasticity))
        for member in members
    )


def coordination_cost(members: Members, category: Category) -> float:
    partners = len({member.authority for member in members}) - 1
    return category.coordination_cost * partners


def tender_saving(members: Members, category: Category) -> float:
    return category.tender_cost * (len(members) - 1)


def benefit_at(problem: Problem, lot_ids: Sequence[str], elasticity: float) -> float:
    """The net benefit of a lot if the price fell with volume as `elasticity` says."""
    if len(lot_ids) < 2:
        return 0.0
    members, category = members_of(problem, lot_ids), category_of(problem, lot_ids)
    return (
        saving_at(members, elasticity, category.max_discount)
        - coordination_cost(members, category)
        + tender_saving(members, category)
    )


def net_benefit(problem: Problem, lot_ids: Sequence[str]) -> float:
    """The net benefit of a lot compared with everybody in it buying alone."""
    if len(lot_ids) < 2:
        return 0.0
    return benefit_at(problem, lot_ids, category_of(problem, lot_ids).elasticity)


def figures(problem: Problem, lot_ids: Sequence[str]) -> LotFigures:
    members, category = members_of(problem, lot_ids), category_of(problem, lot_ids)
    volume = sum(member.value for member in members)
    return LotFigures(
        requirements=tuple(lot_ids),
        authorities=tuple(sorted({member.authority for member in members})),
        value=volume,
        saving=saving_at(members, category.elasticity, category.max_discount)
        if len(members) > 1
        else 0.0,
        coordination_cost=coordination_cost(members, category),
        tender_saving=tender_saving(members, category),
        net=net_benefit(problem, lot_ids),
        start_from=max(member.earliest_start for member in members),
        start_to=min(member.latest_start for member in members),
        specification={
            name: tuple(sorted(values)) for name, values in common_terms(members).items()
        },
        leverage=volume * len(members) / volume,
    )


# What a lot must obey. Each rule yields the ways in which it is broken, in plain words.

Rule = Callable[[Problem, Members, Category], Iterator[str]]


def one_category(problem: Problem, members: Members, category: Category) -> Iterator[str]:
    codes = sorted({member.category for member in members})
    if len(codes) > 1:
        yield f"more than one category: {', '.join(codes)}"


def common_start_day(problem: Problem, members: Members, category: Category) -> Iterator[str]:
    soonest = min(members, key=lambda member: (member.latest_start, member.id))
    latest = max(members, key=lambda member: (member.earliest_start, member.id))
    if latest.earliest_start > soonest.latest_start:
        yield (
            f"no common start day: {soonest.authority} can start by {soonest.latest_start} at "
            f"the latest, {latest.authority} from {latest.earliest_start} at the earliest"
        )


def common_terms(members: Members) -> dict[str, frozenset[str]]:
    """What every member accepts of each attribute that anybody names."""
    common: dict[str, frozenset[str]] = {}
    for member in members:
        for name, values in member.accepts.items():
            common[name] = common.get(name, values) & values
    return common


def common_specification(problem: Problem, members: Members, category: Category) -> Iterator[str]:
    for name, values in sorted(common_terms(members).items()):
        if not values:
            demands = "; ".join(
                f"{member.authority} accepts {' or '.join(sorted(member.accepts[name]))}"
                for member in members
                if name in member.accepts
            )
            yield f"no common value of {name}: {demands}"


def why_apart(problem: Problem, a: str, b: str, category: Category) -> str | None:
    """Why two authorities may not share a lot of the category, or None."""
    pair = frozenset((a, b))
    if (pair, "") in problem.exclusions or (pair, category.code) in problem.exclusions:
        return f"{a} and {b} have said that they will not share a lot"
    if category.reach is Reach.SUBREGION:
        where = problem.authority_by_code
        if where[a].subregion != where[b].subregion:
            return f"{a} and {b} are in different subregions"
    if category.reach is Reach.NEIGHBOUR and pair not in problem.neighbours:
        return f"{a} and {b} are not neighbours"
    return None


def authorities_may_share(problem: Problem, members: Members, category: Category) -> Iterator[str]:
    for a, b in combinations(sorted({member.authority for member in members}), 2):
        reason = why_apart(problem, a, b, category)
        if reason:
            yield reason


def value_within_cap(problem: Problem, members: Members, category: Category) -> Iterator[str]:
    volume = sum(member.value for member in members)
    if category.max_lot_value is not None and volume > category.max_lot_value:
        yield (
            f"above the largest lot of the category: £{volume:,.0f} together, "
            f"£{category.max_lot_value:,.0f} allowed"
        )


def few_enough_authorities(problem: Problem, members: Members, category: Category) -> Iterator[str]:
    count = len({member.authority for member in members})
    if category.max_authorities is not None and count > category.max_authorities:
        yield f"too many authorities: {count}, the category allows {category.max_authorities}"
    for member in members:
        if member.max_partners is not None and count > 1 + member.max_partners:
            yield (
                f"too many partners for {member.authority}: {count - 1}, "
                f"it accepts {member.max_partners} for {member.id}"
            )


RULES: tuple[Rule, ...] = (
    common_start_day,
    common_specification,
    authorities_may_share,
    value_within_cap,
    few_enough_authorities,
)


def faults_of(problem: Problem, lot_ids: Sequence[str]) -> tuple[str, ...]:
    """Every rule that the lot breaks, in plain words; empty: the lot is feasible."""
    if not lot_ids:
        return ("a lot needs at least one requirement",)
    if len(set(lot_ids)) < len(lot_ids):
        return ("a requirement is in the lot twice",)
    if len(lot_ids) == 1:
        return ()
    members, category = members_of(problem, lot_ids), category_of(problem, lot_ids)
    mixed = tuple(one_category(problem, members, category))
    if mixed:
        return mixed
    return tuple(fault for rule in RULES for fault in rule(problem, members, category))


def is_feasible(problem: Problem, lot_ids: Sequence[str]) -> bool:
    return not faults_of(problem, lot_ids)

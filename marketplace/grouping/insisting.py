"""What insisting costs: each limit of a requirement, and the pounds that relaxing it would bring.

It searches for seconds, so that it is the work of a job and never of a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marketplace.grouping.translate import (
    HasSnapshot,
    in_pounds,
    price_saving,
    problem_of,
    who_keeps_apart,
    with_names,
)
from marketplace.web.formatting import day
from optimiser.explaining import explain
from optimiser.insistence import Cost
from optimiser.problem import Problem

SECONDS = 2.0
"""For one requirement; more would make the brackets narrower."""


@dataclass(frozen=True)
class LimitCost:
    """One limit, relaxed: what everybody gains, at most, and what its own authority saves more."""

    limit: str
    relaxed: str
    kind: str
    gain: Decimal
    gain_at_most: Decimal
    own_gain: Decimal


def costs_of_insisting(
    run: HasSnapshot, code: str, lots: Sequence[Sequence[str]], reference: str
) -> list[LimitCost]:
    """What each limit of a requirement of the snapshot costs, the dearest first."""
    part = problem_of(run).of_category(code)
    found = explain(part, lots, reference, seconds=SECONDS)
    costs = [_told(run, part, found.lot, reference, each) for each in found.insistence]
    return sorted(costs, key=lambda each: (-each.gain, -each.gain_at_most, each.limit))


def _told(
    run: HasSnapshot, problem: Problem, lot: Sequence[str], reference: str, cost: Cost
) -> LimitCost:
    limit, relaxed = _in_words(run, problem, cost)
    gains = cost.gain > 0 and cost.lot
    own = _saving(problem, cost.lot, reference) - _saving(problem, lot, reference) if gains else 0
    return LimitCost(
        limit=limit,
        relaxed=relaxed,
        kind=cost.limit,
        gain=in_pounds(cost.gain),
        gain_at_most=in_pounds(cost.gain_at_most),
        own_gain=Decimal(own),
    )


def _saving(problem: Problem, lot: Sequence[str], reference: str) -> Decimal:
    """What the lot's price saves the requirement; alone, nothing."""
    volume = sum(problem.requirement_by_id[each].value for each in lot)
    beta = problem.categories[0].elasticity
    return price_saving(problem, reference, volume, beta) if len(lot) > 1 else Decimal(0)


def _in_words(run: HasSnapshot, problem: Problem, cost: Cost) -> tuple[str, str]:
    """The limit, and what it would be instead."""
    if cost.limit == "earliest_start":
        return f"No start before {_day(cost.was)}", f"from {_day(cost.becomes)}"
    if cost.limit == "latest_start":
        return f"No start after {_day(cost.was)}", f"until {_day(cost.becomes)}"
    if cost.limit == "max_partners":
        return f"At most {cost.was} partners", "any number of partners"
    if cost.limit == "exclusion":
        who = who_keeps_apart(run, *cost.was.split(" and "))
        limit = f"{with_names(cost.was, problem)} do not share"
        return limit + (f" (so {who} said)" if who else ""), "that they may share"
    name = cost.limit.removeprefix("accepts ").replace("_", " ")
    more = sorted(set(cost.becomes.split("|")) - set(cost.was.split("|")))
    return f"Only {' or '.join(cost.was.split('|'))} as {name}", f"{' or '.join(more)} too"


def _day(text: str) -> str:
    return day(date.fromisoformat(text))

"""The one meeting of the database and the optimiser: from a run's snapshot to a problem and back.

In the problem a requirement is known by its reference and an authority by its code, so that the
order of things, and with it the answer, does not depend on random keys.
"""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from marketplace.web.formatting import day
from optimiser import explaining, grouping
from optimiser.lots import benefit_at, faults_of, figures
from optimiser.problem import Authority, Category, Problem, Reach, Requirement
from optimiser.regrouping import regroup

PENCE = Decimal("0.01")
REVIEWER = "reviewer"
"""In place of an authority's code: who keeps two apart on a scenario."""

Lots = Sequence[Sequence[str]]
OnProgress = Callable[[Decimal, Decimal], None]


class HasSnapshot(Protocol):
    """A run, or whatever else carries a snapshot."""

    @property
    def snapshot(self) -> str: ...


@dataclass(frozen=True)
class Solved:
    """What was found in one category: joint lots of references, and the proof."""

    lots: Lots
    net_benefit: Decimal
    upper_bound: Decimal
    proven_optimal: bool
    seconds: Decimal
    method: str


@dataclass(frozen=True)
class MemberWorth:
    """What a lot saves one of its members on the price, before costs, at each elasticity."""

    requirement_id: uuid.UUID
    reference: str
    value: Decimal
    price_saving_low: Decimal
    price_saving: Decimal
    price_saving_high: Decimal


@dataclass(frozen=True)
class Worth:
    """A lot in pounds and terms; `faults` says in words each rule that it breaks."""

    members: tuple[MemberWorth, ...]
    category_code: str
    value: Decimal
    saving: Decimal
    coordination_cost: Decimal
    tender_saving: Decimal
    net_benefit_low: Decimal
    net_benefit_likely: Decimal
    net_benefit_high: Decimal
    start_from: date
    start_to: date
    specification: dict[str, list[str]]
    leverage: Decimal
    faults: tuple[str, ...]
    net_benefit_expected: Decimal | None = None
    """If members join as often as before; see `expectations.py`."""


@dataclass(frozen=True)
class Alone:
    """A requirement that is better bought alone, and why."""

    requirement_id: uuid.UUID
    reason: str
    change: Decimal | None


@dataclass(frozen=True)
class Conclusion:
    """All that a finished run says: what each joint lot is worth, and who is left alone."""

    lots: tuple[Worth, ...]
    alone: tuple[Alone, ...]


def problem_of(run: HasSnapshot) -> Problem:
    """The problem exactly as it was frozen with the run."""
    return _problem(run.snapshot)


def solve_category(
    run: HasSnapshot,
    code: str,
    *,
    time_limit: float,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solved:
    """Group one category of the run within the time limit, in seconds."""
    found = grouping.group_category(
        _problem(run.snapshot).of_category(code),
        time_limit=time_limit,
        on_progress=_told_in_pounds(on_progress),
        should_stop=should_stop,
    )
    return _solved(found)


def solve_each(run: HasSnapshot, *, time_limit: float) -> dict[str, Solved]:
    """Group every category of a snapshot; the time limit, in seconds, is for all together."""
    found = grouping.group(_problem(run.snapshot), time_limit=time_limit)
    return {each.category: _solved(each) for each in found.categories}


def regroup_category(run: HasSnapshot, code: str, standing: Lots, *, seconds: float) -> Solved:
    """Group a category anew within about the time, begun from the lots that stand there.

    Those of them that the rules allow are the answer until a better one is found.
    """
    began = time.monotonic()
    problem = _problem(run.snapshot).of_category(code)
    found = regroup(problem, known=standing, seconds=seconds)
    return Solved(
        lots=sorted(sorted(lot) for lot in found.lots if len(lot) > 1),
        net_benefit=in_pounds(found.net_benefit),
        upper_bound=max(in_pounds(found.upper_bound), in_pounds(found.net_benefit)),
        proven_optimal=found.proven_optimal,
        seconds=Decimal(str(round(time.monotonic() - began, 3))),
        method="regrouping",
    )


def _solved(found: grouping.CategoryResult) -> Solved:
    return Solved(
        lots=sorted(sorted(lot) for lot in found.lots if len(lot) > 1),
        net_benefit=in_pounds(found.net_benefit),
        # Rounding must not make the bound less than one.
        upper_bound=max(in_pounds(found.upper_bound), in_pounds(found.net_benefit)),
        proven_optimal=found.proven_optimal,
        seconds=Decimal(str(round(found.seconds, 3))),
        method=found.method,
    )


def first_bound(run: HasSnapshot, code: str) -> Decimal:
    """The most that any grouping of the category could bring, found without a search."""
    problem = _problem(run.snapshot).of_category(code)
    return in_pounds(grouping.group_category(problem, time_limit=0.0).upper_bound)


def conclude(run: HasSnapshot, lots: Lots) -> Conclusion:
    """What the joint lots found in all categories are worth, and why the rest is left alone."""
    problem = _problem(run.snapshot)
    ids = _ids(run.snapshot)
    alone = [
        Alone(
            ids[each.requirement],
            _as_sentence(with_names(each.reason, problem)),
            _pounds_or_none(each.change),
        )
        for each in explaining.left_alone(problem, lots)
    ]
    return Conclusion(tuple(worth_of(run, lot) for lot in lots), tuple(alone))


def worth_of(run: HasSnapshot, references: Sequence[str]) -> Worth:
    """What a lot of these requirements of the snapshot would be worth, feasible or not."""
    problem, ids = _problem(run.snapshot), _ids(run.snapshot)
    lot = sorted(references)
    numbers = figures(problem, lot)
    code = problem.requirement_by_id[lot[0]].category
    low, likely, high = _elasticities(run.snapshot)[code]
    members = tuple(
        MemberWorth(ids[each], each, *_member(problem, each, lot, (low, likely, high)))
        for each in lot
    )
    saving = sum((member.price_saving for member in members), Decimal(0))
    costs, tenders = in_pounds(numbers.coordination_cost), in_pounds(numbers.tender_saving)
    return Worth(
        members=members,
        category_code=code,
        value=sum((member.value for member in members), Decimal(0)),
        saving=saving,
        coordination_cost=costs,
        tender_saving=tenders,
        net_benefit_low=in_pounds(benefit_at(problem, lot, low)),
        # From the parts as they are shown, so that a page adds up to the penny.
        net_benefit_likely=saving - costs + tenders,
        net_benefit_high=in_pounds(benefit_at(problem, lot, high)),
        start_from=numbers.start_from,
        start_to=numbers.start_to,
        specification={name: list(values) for name, values in numbers.specification.items()},
        leverage=Decimal(str(round(numbers.leverage, 6))),
        faults=tuple(rule_in_words(run, fault) for fault in faults_of(problem, lot)),
    )


def references_in(run: HasSnapshot, code: str) -> list[str]:
    """The requirements of the snapshot that are in the category."""
    rows = content_of(run.snapshot)["requirements"]
    return sorted(row["reference"] for row in rows if row["category"] == code)


def solver_used() -> str:
    """The solver and its version, for the run's proof."""
    return str(grouping.SOLVER)


def savings_at(
    run: HasSnapshot, references: Sequence[str], volume: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    """What these requirements of one category save together at the price of `volume`.

    At the low, likely and high price effect, in pounds, before costs.
    """
    problem = _problem(run.snapshot)
    code = problem.requirement_by_id[references[0]].category
    low, likely, high = (
        sum((price_saving(problem, each, float(volume), beta) for each in references), Decimal(0))
        for beta in _elasticities(run.snapshot)[code]
    )
    return low, likely, high


def _member(
    problem: Problem, reference: str, lot: Sequence[str], elasticities: Sequence[float]
) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """The member's value and its part of the saving at each elasticity."""
    volume = sum(problem.requirement_by_id[each].value for each in lot)
    low, likely, high = (price_saving(problem, reference, volume, beta) for beta in elasticities)
    return in_pounds(problem.requirement_by_id[reference].value), low, likely, high


def price_saving(problem: Problem, reference: str, volume: float, elasticity: float) -> Decimal:
    """v · min(δ, 1 − (V / v)^(−β))."""
    member = problem.requirement_by_id[reference]
    ceiling = problem.category_by_code[member.category].max_discount
    share = 1.0 - float((volume / member.value) ** -elasticity)
    return in_pounds(member.value * min(ceiling, share))


@lru_cache(maxsize=4)
def content_of(snapshot: str) -> dict[str, Any]:
    """What a snapshot says; it is shared, so nobody may change it."""
    content: dict[str, Any] = json.loads(snapshot)
    return content


@lru_cache(maxsize=4)
def _problem(snapshot: str) -> Problem:
    content = content_of(snapshot)
    return Problem(
        requirements=tuple(map(_requirement, content["requirements"])),
        categories=tuple(map(_category, content["categories"])),
        authorities=tuple(
            Authority(each["code"], each["name"], each["subregion"])
            for each in content["authorities"]
        ),
        neighbours=frozenset(map(frozenset, content["neighbours"])),
        exclusions=frozenset((frozenset(pair[:2]), pair[2]) for pair in content["exclusions"]),
    )


def _requirement(row: Mapping[str, Any]) -> Requirement:
    return Requirement(
        id=row["reference"],
        authority=row["authority"],
        category=row["category"],
        value=float(row["value"]),
        earliest_start=date.fromisoformat(row["earliest_start"]),
        latest_start=date.fromisoformat(row["latest_start"]),
        accepts={name: frozenset(values) for name, values in row["accepts"].items()},
        max_partners=row["max_partners"],
    )


def _category(row: Mapping[str, Any]) -> Category:
    return Category(
        code=row["code"],
        elasticity=float(row["elasticity"]),
        max_discount=float(row["max_discount"]),
        tender_cost=float(row["tender_cost"]),
        coordination_cost=float(row["coordination_cost"]),
        max_lot_value=None if row["max_lot_value"] is None else float(row["max_lot_value"]),
        max_authorities=row["max_authorities"],
        reach=Reach(row["reach"]),
    )


@lru_cache(maxsize=4)
def _ids(snapshot: str) -> dict[str, uuid.UUID]:
    rows: Iterable[Mapping[str, Any]] = content_of(snapshot)["requirements"]
    return {row["reference"]: uuid.UUID(row["id"]) for row in rows}


@lru_cache(maxsize=4)
def _elasticities(snapshot: str) -> dict[str, tuple[float, float, float]]:
    names = ("elasticity_low", "elasticity", "elasticity_high")
    rows: Iterable[Mapping[str, Any]] = content_of(snapshot)["categories"]
    found: dict[str, tuple[float, float, float]] = {}
    for row in rows:
        low, likely, high = (float(row[name]) for name in names)
        found[row["code"]] = (low, likely, high)
    return found


def _told_in_pounds(on_progress: OnProgress | None) -> Callable[..., None] | None:
    if on_progress is None:
        return None
    return lambda best, bound, *rest: on_progress(in_pounds(best), in_pounds(bound))


def with_names(sentence: str, problem: Problem) -> str:
    """The sentence with authorities and days as people say them."""
    names = {authority.code: authority.name for authority in problem.authorities}
    dated = re.sub(r"\d{4}-\d\d-\d\d", lambda text: day(date.fromisoformat(text[0])), sentence)
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), dated)


def rule_in_words(run: HasSnapshot, fault: str) -> str:
    """A rule that is broken, with names, and of two that do not share who said so."""
    return with_names(_exclusions_in_words(run.snapshot).get(fault, fault), _problem(run.snapshot))


def who_keeps_apart(run: HasSnapshot, a: str, b: str) -> str:
    """Who said that two authorities, by code, do not share: one, both, or the reviewer."""
    pair = sorted((a, b))
    rows = content_of(run.snapshot)["exclusions"]
    by = sorted({row[3] for row in rows if row[:2] == pair and len(row) > 3})
    names = ["a reviewer" if each == REVIEWER else each for each in by]
    return with_names(" and ".join(names), _problem(run.snapshot))


@lru_cache(maxsize=4)
def _exclusions_in_words(snapshot: str) -> dict[str, str]:
    """The optimiser's sentence on each pair that does not share, and ours, which says whose it is.

    Snapshots from before this was kept say of a pair only that it does not share.
    """
    by: dict[tuple[str, str], set[str]] = {}
    for row in content_of(snapshot)["exclusions"]:
        by.setdefault((row[0], row[1]), set()).update(row[3:])
    words = {}
    for (a, b), who in by.items():
        parts = [
            f"a reviewer keeps {a} and {b} apart"
            if each == REVIEWER
            else f"{each} has said that it will not share a lot with {b if each == a else a}"
            for each in sorted(who)
        ]
        if parts:
            words[f"{a} and {b} have said that they will not share a lot"] = "; ".join(parts)
    return words


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def in_pounds(amount: float) -> Decimal:
    """The optimiser's figure to the penny."""
    return Decimal(str(amount)).quantize(PENCE)


def _pounds_or_none(amount: float | None) -> Decimal | None:
    return None if amount is None else in_pounds(amount)

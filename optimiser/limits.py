"""The limits that a requirement insists on, and the problem with one of them relaxed."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date

from optimiser.problem import Problem, Requirement

MONTHS = (1, 3, 6)


@dataclass(frozen=True)
class Relaxation:
    """One limit relaxed. `within` is the same limit relaxed further, if that is there too.

    A lot that only the relaxed problem allows holds `requirement` and, where the limit is an
    exclusion, a requirement of the authority `partner`.
    """

    limit: str
    was: str
    becomes: str
    problem: Problem
    requirement: str
    partner: str | None = None
    within: "Relaxation | None" = None


def relaxations(problem: Problem, requirement: str) -> Iterator[Relaxation]:
    """Every limit of a requirement of a problem of one category."""
    one = problem.requirement_by_id[requirement]
    yield from _wider_windows(problem, one)
    yield from _one_more_value(problem, one)
    if one.max_partners is not None:
        freed = _with(problem, replace(one, max_partners=None))
        yield Relaxation("max_partners", str(one.max_partners), "", freed, requirement)
    yield from _without_an_exclusion(problem, one)


def _with(problem: Problem, changed: Requirement) -> Problem:
    members = tuple(changed if r.id == changed.id else r for r in problem.requirements)
    return replace(problem, requirements=members)


def _wider_windows(problem: Problem, one: Requirement) -> Iterator[Relaxation]:
    """Either end of the window moved outwards, by few months first."""
    for limit, sign in (("earliest_start", -1), ("latest_start", 1)):
        was: date = getattr(one, limit)
        found: list[Relaxation] = []
        for months in reversed(MONTHS):
            day = months_from(was, sign * months)
            freed = _with(problem, _starting(one, limit, day))
            wider = found[-1] if found else None
            found.append(
                Relaxation(limit, was.isoformat(), day.isoformat(), freed, one.id, within=wider)
            )
        yield from reversed(found)


def _starting(one: Requirement, limit: str, day: date) -> Requirement:
    if limit == "earliest_start":
        return replace(one, earliest_start=day)
    return replace(one, latest_start=day)


def _one_more_value(problem: Problem, one: Requirement) -> Iterator[Relaxation]:
    """Each value that somebody else names and it does not accept."""
    for name, accepted in sorted(one.accepts.items()):
        named = {value for other in problem.requirements for value in other.accepts.get(name, ())}
        for value in sorted(named - accepted):
            more = {**one.accepts, name: accepted | {value}}
            freed = _with(problem, replace(one, accepts=more))
            was, becomes = "|".join(sorted(accepted)), "|".join(sorted(more[name]))
            yield Relaxation(f"accepts {name}", was, becomes, freed, one.id)


def _without_an_exclusion(problem: Problem, one: Requirement) -> Iterator[Relaxation]:
    """Each authority that its own will not share with, or that will not share with it."""
    code = problem.categories[0].code
    pairs = {pair for pair, where in problem.exclusions if where in ("", code)}
    for pair in sorted(pairs, key=sorted):
        if one.authority in pair:
            (partner,) = pair - {one.authority}
            kept = problem.exclusions - {(pair, ""), (pair, code)}
            freed = replace(problem, exclusions=kept)
            yield Relaxation(
                "exclusion", f"{one.authority} and {partner}", "", freed, one.id, partner
            )


def months_from(day: date, months: int) -> date:
    """The same day some months on, or the last of that month; never outside the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < MINYEAR:
        return date.min
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

"""Why these: what each member is worth to its lot, and who nearly joined it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.grouping.translate import HasSnapshot, in_pounds, problem_of, rule_in_words
from optimiser.lots import net_benefit
from optimiser.outsiders import outsiders

LOOKED_AT = 60
"""Of so many that would bring most, those that least stands against are the nearest."""
MOST = 6


@dataclass(frozen=True)
class NearMiss:
    """A requirement that is not in the lot: what bars it, and what everybody would gain."""

    reference: str
    authority: str
    barred_by: tuple[str, ...]
    change: Decimal

    @property
    def would_gain(self) -> bool:
        return self.change > 0


@dataclass(frozen=True)
class Whys:
    """What each member is worth to the lot, by reference, and the nearest of the others."""

    worth: Mapping[str, Decimal]
    near: tuple[NearMiss, ...]


def whys(run: HasSnapshot, lots: Sequence[Sequence[str]], lot: Sequence[str]) -> Whys:
    """Why these requirements of the snapshot and no others, with the lots that stand beside."""
    problem, members = problem_of(run), sorted(lot)
    whole = net_benefit(problem, members)
    worth = {
        each: in_pounds(whole - net_benefit(problem, [other for other in members if other != each]))
        for each in members
    }
    names = {each.code: each.name for each in problem.authorities}
    near = [
        NearMiss(
            reference=each.requirement,
            authority=names[problem.requirement_by_id[each.requirement].authority],
            barred_by=tuple(rule_in_words(run, rule) for rule in each.barred_by),
            change=in_pounds(each.change),
        )
        for each in outsiders(problem, lots, members, LOOKED_AT)
    ]
    near.sort(key=lambda each: (not each.would_gain, len(each.barred_by), -each.change))
    return Whys(worth, tuple(near[:MOST]))

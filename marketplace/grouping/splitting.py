"""Splitting a lot in two, what it would cost, and the reason for not doing it in words.

Section 18 of the Procurement Act 2023: before a notice is published, whoever buys considers
whether to divide into lots, and gives reasons for not dividing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.grouping.translate import HasSnapshot, in_pounds, problem_of
from marketplace.suppliers.queries import Bidders
from marketplace.web.formatting import counted
from optimiser import splitting
from optimiser.problem import Problem

ENOUGH_BIDDERS = 3


@dataclass(frozen=True)
class Part:
    """One part of a split: its authorities by name, and its value."""

    authorities: tuple[str, ...]
    value: Decimal


@dataclass(frozen=True)
class Split:
    """Two parts, the larger first, and what everybody together would lose."""

    parts: tuple[Part, Part]
    cost: Decimal


@dataclass(frozen=True)
class Splits:
    """The least costly split and the most even one, which may be the same."""

    cheapest: Split
    even: Split
    complete: bool
    """Whether every split was looked at."""

    @property
    def differ(self) -> bool:
        return self.cheapest != self.even


def splits(run: HasSnapshot, references: Sequence[str]) -> Splits | None:
    """The best ways to split the lot of these requirements; None where one authority has all."""
    problem = problem_of(run)
    found = splitting.splits(problem, sorted(references))
    if found is None:
        return None
    return Splits(_split(problem, found.cheapest), _split(problem, found.even), found.complete)


def _split(problem: Problem, found: splitting.Split) -> Split:
    names = {each.code: each.name for each in problem.authorities}
    one, other = (
        Part(tuple(sorted(names[code] for code in codes)), in_pounds(value))
        for codes, value in zip(found.parts, found.values, strict=True)
    )
    return Split((one, other), in_pounds(found.cost))


def reason_not_to_split(found: Splits | None, benefit: Decimal, bidders: Bidders) -> str:
    """The text ready to be published; empty where the figures give no reason.

    It holds no figure that rests on the members' values: with the published volume, a cost in
    pounds would let one member work out another's value.
    """
    if found is None or found.cheapest.cost <= 0 or benefit <= 0:
        return ""
    reasons = [
        f"to divide it in the least costly way would lose {_part(found.cheapest.cost / benefit)} "
        "of what buying together is expected to save, and would need a second competition"
    ]
    if bidders.able >= ENOUGH_BIDDERS:
        small = f", {bidders.able_small} of them small" if bidders.able_small else ""
        reasons.append(
            f"{counted(bidders.able, 'registered supplier')}{small} could take it undivided"
        )
    reasons.append("each authority has a contract of its own, for its own area")
    return (
        "We considered whether this could be supplied under more than one contract and awarded by "
        "reference to lots (Procurement Act 2023, section 18). It could. We do not divide it, "
        f"because {'; '.join(reasons[:-1])}; and {reasons[-1]}."
    )


def _part(share: Decimal) -> str:
    if share > Decimal("0.5"):
        return "more than half"
    return "a substantial part" if share > Decimal("0.1") else "a small part"

"""What one authority may be told of a lot's division and of leaving, without anybody else's value.

All is worked out from its own values, from how many others there are, from their volume as it is
shown to it, and from whether one of them brings half of that: the others' parts are made up, once
as even and once as uneven as that allows. So it says no more of the others than those figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.grouping.translate import HasSnapshot, in_pounds, problem_of, savings_at
from optimiser.anonymous import expectation

HALF = Decimal("0.5")
MOST = Decimal("0.9")
"""The part of the others' volume that one of them brings, where it brings half or more."""
FARTHEST = Decimal(10) ** 11
"""Pounds; a volume beyond is none that anybody will see."""

Range = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class OwnShare:
    """An authority's part of a lot's net benefit, from the least to the most."""

    whole: Range
    """What there is to divide."""
    fair: Range
    """Its Shapley value."""
    stable: Range | None
    """What a division from which nobody has reason to walk away gives it; None: there is none."""
    left: Range
    """Its likely price saving if the other that brings most leaves."""


def own_share(
    run: HasSnapshot, references: Sequence[str], volume: Decimal, others: int, *, carried: bool
) -> OwnShare:
    """The part of these requirements beside so many others of that volume together.

    `carried` says whether one of the others brings at least half of it.
    """
    problem = problem_of(run)
    own = [problem.requirement_by_id[each].value for each in sorted(references)]
    category = problem.category_by_code[problem.requirement_by_id[references[0]].category]
    found = [
        expectation(category, own, float(first), float(rest), others)
        for first, rest in _parts(volume, others, carried)
    ]
    stable = [each.stable for each in found if each.stable]
    mine = Decimal(str(sum(own)))
    least, most = _left(volume, others, carried)
    return OwnShare(
        whole=_range([each.whole for each in found]),
        fair=_range([each.fair for each in found]),
        stable=_range([end for ends in stable for end in ends])
        if len(stable) == len(found)
        else None,
        left=(
            savings_at(run, references, mine + least)[1],
            savings_at(run, references, mine + most)[1],
        ),
    )


def breaks_even_at(run: HasSnapshot, references: Sequence[str], costs: Decimal) -> Decimal | None:
    """The others' volume from which the likely price saving covers the costs.

    Nothing where there are no costs to cover; None where no volume does.
    """
    problem = problem_of(run)
    mine = Decimal(str(sum(problem.requirement_by_id[each].value for each in references)))

    def saving(others: Decimal) -> Decimal:
        return savings_at(run, references, mine + others)[1]

    if costs <= 0:
        return Decimal(0)
    if saving(FARTHEST) < costs:
        return None
    low, high = Decimal(0), FARTHEST
    while high - low > 1:
        middle = ((low + high) / 2).quantize(Decimal(1))
        low, high = (low, middle) if saving(middle) >= costs else (middle, high)
    return high


def _parts(volume: Decimal, others: int, carried: bool) -> list[Range]:
    """What the first of the others brings, and what each of the rest."""
    if others == 1:
        return [(volume, Decimal(0))]
    shares = (HALF, MOST) if carried else (Decimal(1) / others, HALF)
    return [(volume * share, volume * (1 - share) / (others - 1)) for share in shares]


def _left(volume: Decimal, others: int, carried: bool) -> Range:
    """What the others still bring, at least and at most, without the one that brings most."""
    if others == 1:
        return Decimal(0), Decimal(0)
    if carried:
        return Decimal(0), volume * HALF
    return volume * HALF, volume * (others - 1) / others


def _range(amounts: Sequence[float]) -> Range:
    return in_pounds(min(amounts)), in_pounds(max(amounts))

"""One authority’s part of a case, from what it may know: its own figures and a coarse volume.

The others of the lot count with their frozen values together on the grid of the joining page, in
equal parts, so that its figures say no more of them than that page does. Where the authority may
not see even that, the part rests on no lower price at all.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from marketplace.cases.baseline import Baseline
from marketplace.cases.sums import (
    Assumptions,
    Benefit,
    Case,
    Part,
    Swing,
    payback_year,
    tornado,
    work_out,
)
from marketplace.lots.volumes import coarse

OTHERS = "The others"
NOTHING = Decimal(0)


@dataclass(frozen=True)
class OwnCase:
    """What the lot is worth to one of its authorities."""

    benefit: Benefit
    others: int
    volume: Decimal | None
    """The others’ volume on the grid; None where nothing that rests on it may be shown."""
    swings: tuple[Swing, ...]
    payback_year: int | None


def own_case(
    frozen: Baseline, given: Assumptions, authority: str, *, sees_volume: bool
) -> OwnCase | None:
    """The part of an authority; None where the baseline was frozen without it."""
    mine = next((part for part in frozen.parts if part.authority == authority), None)
    if mine is None:
        return None
    others = [part for part in frozen.parts if part is not mine]
    volume = coarse(sum((part.value for part in others), NOTHING)) if sees_volume else None
    each = (volume if volume is not None else mine.value * len(others)) / len(others)
    parts = [mine, *(Part(OTHERS, each, mine.term_months) for _ in others)]
    if volume is None:
        given = replace(given, elasticity=NOTHING)

    def own(case: Case) -> Decimal:
        return case.benefits[0].present_value

    ends = (frozen.elasticity_low, frozen.elasticity_high)
    benefit = work_out(parts, given).benefits[0]
    return OwnCase(
        benefit,
        len(others),
        volume,
        tuple(tornado(parts, given, ends, own)) if volume is not None else (),
        payback_year(benefit.flows, given.rate),
    )

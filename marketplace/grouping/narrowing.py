"""A run's snapshot as somebody else would have it: one category, other assumptions, pairs apart."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from marketplace.grouping.translate import REVIEWER, HasSnapshot, content_of


@dataclass(frozen=True)
class Narrowed:
    """A snapshot of one category, under assumptions of somebody's own."""

    snapshot: str


def narrowed(
    run: HasSnapshot,
    code: str,
    *,
    elasticity: Decimal | None = None,
    tender_cost: Decimal | None = None,
    coordination_cost: Decimal | None = None,
    apart: Iterable[Iterable[str]] = (),
    leaving_out: Collection[str] = (),
) -> Narrowed:
    """The run's category alone, with what is given in place of the policy's terms.

    The low and high price effect widen to hold the assumed one; `apart` adds pairs of authorities
    that do not share; `leaving_out` takes requirements away, by reference.
    """
    content = content_of(run.snapshot)
    category = dict(next(row for row in content["categories"] if row["code"] == code))
    if elasticity is not None:
        category["elasticity"] = str(elasticity)
        category["elasticity_low"] = str(min(Decimal(category["elasticity_low"]), elasticity))
        category["elasticity_high"] = str(max(Decimal(category["elasticity_high"]), elasticity))
    if tender_cost is not None:
        category["tender_cost"] = str(tender_cost)
    if coordination_cost is not None:
        category["coordination_cost"] = str(coordination_cost)
    requirements = [
        row
        for row in content["requirements"]
        if row["category"] == code and row["reference"] not in leaving_out
    ]
    kept_apart = [[*sorted(pair), code, REVIEWER] for pair in apart]
    return Narrowed(
        json.dumps(
            {
                **content,
                "requirements": requirements,
                "categories": [category],
                "exclusions": [*content["exclusions"], *sorted(kept_apart)],
            }
        )
    )

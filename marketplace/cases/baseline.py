"""What a business case begins from, frozen as canonical JSON with its hash."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marketplace.audit.chain import canonical
from marketplace.cases.sums import Part
from marketplace.categories.models import CategoryPolicy
from marketplace.lots.models import Lot, LotMember


@dataclass(frozen=True)
class Baseline:
    """A baseline as it was frozen."""

    parts: tuple[Part, ...]
    elasticity_low: Decimal
    elasticity_likely: Decimal
    elasticity_high: Decimal
    max_discount: Decimal


def freeze(lot: Lot, members: Sequence[LotMember], policy: CategoryPolicy) -> str:
    """The lot, its members' values and the policy's terms, as they are now."""
    return canonical(
        {
            "lot": lot.reference,
            "category": lot.category_code,
            "members": [
                {
                    "authority": member.authority.name,
                    "code": member.authority.code,
                    "requirement": member.requirement.reference,
                    "value": str(member.value),
                    "term_months": member.requirement.term_months,
                }
                for member in members
            ],
            "policy": {
                name: str(getattr(policy, name))
                for name in (
                    *("elasticity_low", "elasticity_likely", "elasticity_high"),
                    *("max_discount", "tender_cost", "coordination_cost"),
                )
            },
            "start_from": lot.start_from.isoformat(),
        }
    )


def digest(frozen: str) -> str:
    """The SHA-256 of a baseline’s text."""
    return hashlib.sha256(frozen.encode()).hexdigest()


def read(frozen: str) -> Baseline:
    """The baseline; an authority with several requirements has their sum over the longest term."""
    content: dict[str, Any] = json.loads(frozen)
    values: dict[str, Decimal] = {}
    terms: dict[str, int] = {}
    for each in content["members"]:
        name = each["authority"]
        values[name] = values.get(name, Decimal(0)) + Decimal(each["value"])
        terms[name] = max(terms.get(name, 0), each["term_months"])
    policy = {name: Decimal(text) for name, text in content["policy"].items()}
    return Baseline(
        tuple(Part(name, values[name], terms[name]) for name in sorted(values)),
        policy["elasticity_low"],
        policy["elasticity_likely"],
        policy["elasticity_high"],
        policy["max_discount"],
    )

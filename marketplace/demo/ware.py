"""What the demo says about one thing that London buys: its policy and the words for it."""

from dataclasses import dataclass, field
from decimal import Decimal

from marketplace.categories.models import Reach, Tier
from marketplace.categories.services import PolicyTerms

# Price effects of volume, low to high, and the deepest discount: the evidence is in design notes.
GOODS = "0.02 0.06 0.10"
SERVICE = "0 0.03 0.06"
CARE = "0 0.01 0.03"
DEEPEST = {GOODS: Decimal("0.28"), SERVICE: Decimal("0.15"), CARE: Decimal("0.06")}

ANYWHERE, SUBREGION, NEIGHBOUR = Reach.ANYWHERE, Reach.SUBREGION, Reach.NEIGHBOUR
LOW, MEDIUM, HIGH = Tier.LOW, Tier.MEDIUM, Tier.HIGH


@dataclass(frozen=True)
class Policy:
    """The centre's policy in the terms in which the demo writes it down."""

    tier: Tier
    effect: str
    tender: int
    """What one tender costs, pounds."""
    effort: int
    """What each further authority costs to align, pounds."""
    most: tuple[int, int]
    """The largest joint lot in thousands of pounds, and the most authorities in it."""
    reach: Reach
    risk: str | None = None
    """The row of the 2006 report's risk table that the tier rests on."""
    light_touch: bool = False
    """Under the law's lighter rules for services to people."""


@dataclass(frozen=True)
class Ware:
    """A category with its policy and the words and sizes of what authorities post in it."""

    code: str
    name: str
    policy: Policy
    unit: str
    each: tuple[float, float]
    """The price of one unit, pounds, from and to."""
    yearly: tuple[int, int]
    """The value of a year for a middling authority, thousands of pounds, from and to."""
    months: tuple[int, ...]
    heads: tuple[str, ...]
    """Titles begin with one of these …"""
    tails: tuple[str, ...]
    """… and end with one of these, which may be empty."""
    notes: tuple[str, ...]
    """Sentences of descriptions."""
    specification: dict[str, str] = field(default_factory=dict)
    """The name of an attribute and its values, split at semicolons."""
    questions: tuple[str, ...] = ()
    """What bidders are asked about quality."""

    def values(self, attribute: str) -> list[str]:
        """The values that an attribute can take."""
        return [value.strip() for value in self.specification[attribute].split(";")]

    def terms(self) -> PolicyTerms:
        """The policy as the marketplace keeps it."""
        return policy_terms(
            self.name,
            self.policy,
            unit=self.unit,
            attributes=[
                (name, name.replace("_", " ").capitalize(), self.values(name))
                for name in self.specification
            ],
        )


def policy_terms(
    title: str,
    policy: Policy,
    *,
    unit: str | None = None,
    attributes: list[tuple[str, str, list[str]]] | None = None,
) -> PolicyTerms:
    """A policy as the marketplace keeps it."""
    low, likely, high = (Decimal(part) for part in policy.effect.split())
    return PolicyTerms(
        title=title,
        tier=policy.tier,
        elasticity_low=low,
        elasticity_likely=likely,
        elasticity_high=high,
        max_discount=DEEPEST[policy.effect],
        tender_cost=Decimal(policy.tender),
        coordination_cost=Decimal(policy.effort),
        max_lot_value=Decimal(policy.most[0]) * 1000,
        max_authorities=policy.most[1],
        reach=policy.reach,
        unit=unit,
        risk_activity=policy.risk,
        light_touch=policy.light_touch,
        attributes=attributes or [],
    )

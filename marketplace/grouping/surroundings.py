"""What a reviewer weighs beside a proposal's own figures: the law, the market, the risk."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.categories.models import CategoryPolicy
from marketplace.categories.queries import policy_for
from marketplace.categories.risk import RiskRow, risk_row
from marketplace.categories.thresholds import Reached, reached, threshold_for
from marketplace.grouping.models import Proposal
from marketplace.suppliers.queries import Bidders, bidders_for

CARRIES = Decimal("0.5")
"""From this share of the volume on, a member carries the others."""


@dataclass(frozen=True)
class Surroundings:
    """The law, the market and the risk around one proposal."""

    policy: CategoryPolicy
    risk: RiskRow | None
    threshold: Reached[uuid.UUID]
    lifted: tuple[str, ...]
    """Authorities that alone would have stayed below the threshold, by name."""
    bidders: Bidders
    carrier: tuple[str, Decimal] | None
    """The authority that carries the others, with its share of the volume."""

    @property
    def fall_when_doubled(self) -> tuple[Decimal, Decimal, Decimal]:
        """By what part the price falls where twice as much is bought: low, likely, high."""
        policy = self.policy
        effects = (policy.elasticity_low, policy.elasticity_likely, policy.elasticity_high)
        low, likely, high = (min(policy.max_discount, 1 - Decimal(2) ** -each) for each in effects)
        return low, likely, high


def surroundings(session: Session, proposal: Proposal) -> Surroundings:
    """Look around a proposal whose members and their authorities are loaded."""
    parts: dict[uuid.UUID, Decimal] = defaultdict(Decimal)
    names: dict[uuid.UUID, str] = {}
    for member in proposal.members:
        authority = member.requirement.authority
        parts[authority.id] += member.value
        names[authority.id] = authority.name
    policy = policy_for(session, proposal.category_code)
    threshold = threshold_for(proposal.category.kind, policy.light_touch)
    law = reached(threshold, parts)
    heaviest = max(parts, key=lambda key: (parts[key], str(key)))
    share = parts[heaviest] / proposal.value
    return Surroundings(
        policy=policy,
        risk=risk_row(policy.risk_activity),
        threshold=law,
        lifted=tuple(sorted(names[key] for key in law.lifted)),
        bidders=bidders_for(session, proposal.category_code, proposal.value, set(names.values())),
        carrier=(names[heaviest], share) if share >= CARRIES and len(parts) > 1 else None,
    )

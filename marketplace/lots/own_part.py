"""One authority's part of a lot beside its price: costs, and what it gives up of what it accepts.

Both rest on the category's policy, on how many are asked and on the authority's own words, so that
they say nothing of anybody else's value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.categories.models import CategoryPolicy
from marketplace.requirements.models import Requirement

PENCE = Decimal("0.01")


@dataclass(frozen=True)
class OwnCosts:
    """An equal share of what the authorities of a lot spend together, and what one spares."""

    agreeing: Decimal
    tender: Decimal
    """Its share of the one joint tender."""
    spared: Decimal
    """The tenders that it need not run."""

    @property
    def balance(self) -> Decimal:
        """What it is better off by, before any lower price."""
        return self.spared - self.agreeing - self.tender


def own_costs(policy: CategoryPolicy, authorities: int, own_requirements: int) -> OwnCosts:
    """The costs of a lot divided equally among its authorities."""
    agreeing = policy.coordination_cost * (authorities - 1) / authorities
    return OwnCosts(
        agreeing=agreeing.quantize(PENCE),
        tender=(policy.tender_cost / authorities).quantize(PENCE),
        spared=policy.tender_cost * own_requirements,
    )


def given_up(
    own: Sequence[Requirement], specification: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """By attribute, the values that the authority accepts and the lot does not take."""
    lost: dict[str, set[str]] = {}
    for requirement in own:
        for name, values in (requirement.accepts or {}).items():
            taken = set(specification.get(name, values))
            lost.setdefault(name, set()).update(set(values) - taken)
    return {name: sorted(values) for name, values in lost.items() if values}

"""The form of a category's policy."""

import re
from collections.abc import Sequence
from decimal import Decimal

from marketplace.categories.models import CategoryPolicy, Reach, Tier
from marketplace.categories.services import PolicyTerms
from marketplace.web.fields import (
    LineField,
    MoneyField,
    NumberField,
    OneOfField,
    ProseField,
    SendField,
    WholeNumberField,
    YesField,
)
from marketplace.web.forms import Form

REACHES = [
    (Reach.ANYWHERE.value, "Any authority"),
    (Reach.SUBREGION.value, "Authorities of one sub-region"),
    (Reach.NEIGHBOUR.value, "Neighbours only"),
]
ONE = Decimal(1)
FIRST_DEFAULT = {
    "title": "Everything else",
    "tier": Tier.MEDIUM.value,
    "elasticity_low": Decimal(0),
    "elasticity_likely": Decimal("0.03"),
    "elasticity_high": Decimal("0.06"),
    "max_discount": Decimal("0.25"),
    "tender_cost": Decimal(8000),
    "coordination_cost": Decimal(4000),
    "reach": Reach.SUBREGION.value,
}
"""With what a new default begins: the evidence for services, and what a tender costs a buyer."""


class PolicyForm(Form):
    title = LineField("Plain name", required="Enter a plain name, like Library books")
    tier = OneOfField(
        "How sensitive is sharing",
        required="Choose a tier",
        choices=[(tier.value, tier.value.capitalize()) for tier in Tier],
    )
    risk_activity = LineField("Row of the 2006 report’s risk table (optional)", longest=120)
    elasticity_low = NumberField(
        "Price effect of volume, low", required="Enter the low price effect", at_most=ONE
    )
    elasticity_likely = NumberField(
        "Price effect of volume, likely", required="Enter the likely price effect", at_most=ONE
    )
    elasticity_high = NumberField(
        "Price effect of volume, high", required="Enter the high price effect", at_most=ONE
    )
    max_discount = NumberField(
        "Deepest discount that volume can bring, as a share",
        required="Enter the deepest discount, like 0.25",
        at_most=Decimal("0.999"),
    )
    tender_cost = MoneyField("Cost of one tender", required="Enter what one tender costs")
    coordination_cost = MoneyField(
        "Cost of each further authority", required="Enter what each further authority costs"
    )
    max_lot_value = MoneyField("Largest joint lot (optional)", at_least=Decimal(1))
    max_authorities = WholeNumberField(
        "Most authorities in a lot (optional)", at_least=1, at_most=500
    )
    reach = OneOfField("Who may share", required="Choose who may share", choices=REACHES)
    unit = LineField("Unit of quantity (optional)", longest=40)
    light_touch = YesField("The light touch regime holds for these services")
    attributes = ProseField(
        "Specification on which partners must agree (optional)",
        description="One a line: name: value, value. For example, servicing: shelf-ready, none.",
        longest=3000,
    )
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Save this policy")

    def terms(self) -> PolicyTerms:
        """What was filled in; raises ValueError for a line of the specification it cannot read."""
        return PolicyTerms(
            title=self.title.data,
            tier=Tier(self.tier.data),
            elasticity_low=self.elasticity_low.data,
            elasticity_likely=self.elasticity_likely.data,
            elasticity_high=self.elasticity_high.data,
            max_discount=self.max_discount.data,
            tender_cost=self.tender_cost.data,
            coordination_cost=self.coordination_cost.data,
            max_lot_value=self.max_lot_value.data,
            max_authorities=self.max_authorities.data,
            reach=Reach(self.reach.data),
            unit=self.unit.data or None,
            risk_activity=self.risk_activity.data or None,
            light_touch=bool(self.light_touch.data),
            attributes=read_attributes(self.attributes.data or ""),
        )


def read_attributes(text: str) -> list[tuple[str, str, Sequence[str]]]:
    """Lines of `name: value, value` as (slug, label, values)."""
    found: list[tuple[str, str, Sequence[str]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        label, colon, rest = line.partition(":")
        if not line.strip():
            continue
        values = [value.strip() for value in rest.split(",") if value.strip()]
        slug = re.sub(r"[^a-z0-9]+", "_", label.strip().lower()).strip("_")[:40]
        if not colon or not slug or len(values) < 2:
            raise ValueError(f"Line {number}: write name: value, value")
        if any(re.search(r"[|;=]", value) for value in values):
            raise ValueError(f"Line {number}: leave out the signs | ; and =")
        found.append((slug, label.strip(), values))
    return found


def shown(policy: CategoryPolicy) -> dict[str, object]:
    """A policy as the form shows it, the specification as lines of text."""
    names = (*PolicyTerms.__dataclass_fields__, "version")
    return {name: getattr(policy, name) for name in names} | {"attributes": _lines(policy)}


def _lines(policy: CategoryPolicy) -> str:
    return "\n".join(f"{each.label}: {', '.join(each.values)}" for each in policy.attributes)

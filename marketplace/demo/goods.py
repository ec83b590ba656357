"""What the demo's London buys: CPV codes with their parents, policies, and words for titles."""

from decimal import Decimal

from marketplace.categories.models import Reach, Tier
from marketplace.categories.services import PolicyTerms

CPV = (
    ("22000000", None, "division", "supplies", "Printed matter and related products"),
    ("22100000", "22000000", "group", "supplies", "Printed books, brochures and leaflets"),
    ("22110000", "22100000", "class", "supplies", "Printed books"),
    ("22113000", "22110000", "category", "supplies", "Library books"),
    (
        *("79000000", None, "division", "services"),
        "Business services: law, marketing, consulting, recruitment, printing and security",
    ),
    ("79600000", "79000000", "group", "services", "Recruitment services"),
    (
        *("79620000", "79600000", "class", "services"),
        "Supply services of personnel including temporary staff",
    ),
    ("85000000", None, "division", "services", "Health and social work services"),
    ("85300000", "85000000", "group", "services", "Social work and related services"),
    ("85310000", "85300000", "class", "services", "Social work services"),
    (
        *("85311000", "85310000", "category", "services"),
        "Social work services with accommodation",
    ),
)


def terms(
    title: str, tier: Tier, effect: str, tender: int, effort: int, reach: Reach, *attributes: str
) -> PolicyTerms:
    """A policy; `effect` is the low, likely and high elasticity, attributes name:value,value."""
    low, likely, high = (Decimal(part) for part in effect.split())
    parts = [each.split(":") for each in attributes]
    return PolicyTerms(
        title=title,
        tier=tier,
        elasticity_low=low,
        elasticity_likely=likely,
        elasticity_high=high,
        max_discount=Decimal("0.25"),
        tender_cost=Decimal(tender),
        coordination_cost=Decimal(effort),
        max_lot_value=Decimal(3_000_000),
        max_authorities=4,
        reach=reach,
        attributes=[
            (name, name.replace("_", " ").capitalize(), values.split(",")) for name, values in parts
        ],
    )


POLICIES = {
    None: terms("Everything else", Tier.MEDIUM, "0 0.03 0.06", 8000, 4000, Reach.SUBREGION),
    "22113000": terms(
        *("Library books", Tier.LOW, "0.02 0.06 0.10", 8000, 2000, Reach.SUBREGION),
        "servicing:shelf-ready,labels only,none",
    ),
    "79620000": terms(
        *("Agency staff", Tier.MEDIUM, "0 0.03 0.06", 20000, 6000, Reach.SUBREGION),
        "grades:office,professional,social work",
    ),
    "85311000": terms(
        *("Care placements", Tier.HIGH, "0 0.01 0.03", 15000, 9000, Reach.SUBREGION),
        "need:older people,learning disability,mental health",
    ),
}

TITLES = {
    "22113000": ("Stock for libraries", "Library books for adults", "Books for children"),
    "79620000": ("Temporary office staff", "Agency social workers", "Interim professionals"),
    "85311000": ("Residential placements", "Supported living", "Respite placements"),
}

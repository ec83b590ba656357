"""What London buys in the demo: one file for each kind of ware."""

from marketplace.demo.shelves import care, goods, offices, places
from marketplace.demo.ware import (
    CARE,
    HIGH,
    MEDIUM,
    NEIGHBOUR,
    SERVICE,
    SUBREGION,
    Policy,
    Ware,
    policy_terms,
)

WARES: dict[str, Ware] = {
    ware.code: ware for ware in (*goods.WARES, *offices.WARES, *places.WARES, *care.WARES)
}

EVERYTHING_ELSE = policy_terms(
    "Everything else", Policy(MEDIUM, SERVICE, 8_000, 4_000, (3_000, 4), SUBREGION)
)
PARENTS = {
    "85300000": policy_terms(
        "Social work and related services",
        Policy(HIGH, CARE, 12_000, 8_000, (6_000, 3), NEIGHBOUR, "Personal care", True),
    ),
}
"""Policies of whole branches: codes below without one of their own inherit these."""

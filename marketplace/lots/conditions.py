"""Committing under a condition, and the largest set of authorities whose conditions all hold.

Each kind of condition only gets easier as more join: members, volume and one's own saving grow
with the set, and a named partner is in it or not. So whoever is not satisfied by everybody who
would join can never be, and taking the unsatisfied away until nothing changes leaves the largest
set, in whatever order they go.

Whether a condition held is an answer, and ten windows with ten conditions are a search. So volume
and saving count as the authority itself is shown them, on the grid of `volumes.py`.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Authorities = frozenset[uuid.UUID]


@dataclass(frozen=True)
class Condition:
    """What must hold for an authority to join; a part that is None asks for nothing."""

    at_least_members: int | None = None
    at_least_volume: Decimal | None = None
    at_least_saving: Decimal | None = None
    """Its own projected price saving, in pounds."""
    with_authority: uuid.UUID | None = None

    @property
    def asks_nothing(self) -> bool:
        return self == Condition()


@dataclass(frozen=True)
class Facts:
    """A set of authorities as conditions look at it."""

    authorities: Authorities
    volumes: Mapping[uuid.UUID, Decimal]
    """The lot's volume as each of them sees it: its own part, and the others' coarse."""
    savings: Mapping[uuid.UUID, Decimal]
    """What each would save at the price of that volume, at the likely price effect."""


@dataclass(frozen=True)
class Settled:
    """Who joins, and for each of the others which part of its condition failed, in words."""

    authorities: Authorities
    unsatisfied: Mapping[uuid.UUID, str]


def settle(
    conditions: Mapping[uuid.UUID, Condition], facts_of: Callable[[Authorities], Facts]
) -> Settled:
    """The largest set of the authorities in `conditions` all of whose conditions hold."""
    joining: Authorities = frozenset(conditions)
    unsatisfied: dict[uuid.UUID, str] = {}
    while joining:
        facts = facts_of(joining)
        failing = {
            authority: why
            for authority in sorted(joining)
            if (why := why_not(authority, conditions[authority], facts))
        }
        if not failing:
            break
        unsatisfied |= failing
        joining -= failing.keys()
    return Settled(joining, unsatisfied)


def why_not(authority: uuid.UUID, condition: Condition, facts: Facts) -> str:
    """Which part of the condition the set does not meet, in words; empty where it meets all."""
    members, wanted = len(facts.authorities), condition.at_least_members
    if wanted is not None and members < wanted:
        return f"it asked for at least {wanted} authorities"
    volume = facts.volumes.get(authority, Decimal(0))
    if condition.at_least_volume is not None and volume < condition.at_least_volume:
        return f"it asked for a volume of at least £{condition.at_least_volume:,.0f}"
    saving = facts.savings.get(authority, Decimal(0))
    if condition.at_least_saving is not None and saving < condition.at_least_saving:
        return f"it asked for a saving of its own of at least £{condition.at_least_saving:,.0f}"
    if condition.with_authority and condition.with_authority not in facts.authorities:
        return "it asked for a partner that did not join"
    return ""

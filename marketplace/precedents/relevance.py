"""Which precedents speak to a purchase, and why: pure, so that each point has its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from marketplace.categories.codes import covers
from marketplace.categories.models import Tier
from marketplace.precedents.models import Evidence
from marketplace.precedents.ways import WAYS, Way

LEAST = 4
"""Fewer points are chance: the same way of sharing, or the same tier, alone says little."""
MOST = 5
NEAR_COUNT = 2
LEVELS = ((4, 3, "a category of the same class"), (3, 2, "of the same group"))
DIVISION = (2, 1, "of the same division")
STRENGTH = {each: place for place, each in enumerate(Evidence)}


@dataclass(frozen=True)
class Sought:
    """The purchase that somebody looks for precedents of."""

    code: str
    tier: Tier
    way: Way
    authorities: int


class Case(Protocol):
    """What a precedent is judged by."""

    @property
    def reference(self) -> str: ...
    @property
    def category_code(self) -> str | None: ...
    @property
    def tier(self) -> Tier | None: ...
    @property
    def way(self) -> Way | None: ...
    @property
    def authorities(self) -> int | None: ...
    @property
    def evidence(self) -> Evidence: ...


@dataclass(frozen=True)
class Relevant:
    """A precedent, how much it has in common, and what."""

    precedent: Case
    points: int
    reasons: tuple[str, ...]


def relevant(sought: Sought, cases: Iterable[Case], most: int = MOST) -> list[Relevant]:
    """The cases with most in common, the better evidence first among equals."""
    found = (weighed(sought, case) for case in cases)
    near = [each for each in found if each.points >= LEAST]
    near.sort(
        key=lambda each: (
            -each.points,
            STRENGTH[each.precedent.evidence],
            each.precedent.reference,
        )
    )
    return near[:most]


def weighed(sought: Sought, case: Case) -> Relevant:
    """Category 1 to 5 points, tier 2, way 2, number of authorities 1."""
    found = [
        closeness(sought.code, case.category_code),
        (2, f"the same tier of risk, {sought.tier.value}") if case.tier == sought.tier else None,
        (2, f"the same way: {WAYS[sought.way].name.lower()}") if case.way == sought.way else None,
        _count(sought.authorities, case.authorities),
    ]
    held = [each for each in found if each]
    return Relevant(case, sum(points for points, _ in held), tuple(text for _, text in held))


def closeness(code: str, other: str | None) -> tuple[int, str] | None:
    """How near two codes of the CPV stand, in points and words."""
    if other is None:
        return None
    if code == other:
        return 5, "the same category"
    if covers(code, other) or covers(other, code):
        return 4, "a category above or below it"
    for digits, points, text in (*LEVELS, DIVISION):
        if code[:digits] == other[:digits]:
            return points, text
    return None


def _count(sought: int, found: int | None) -> tuple[int, str] | None:
    if found is None or found < 2 or abs(found - sought) > NEAR_COUNT:
        return None
    return 1, f"about as many authorities ({found})"

"""Freezing what is posted: the input of a run as canonical text, with its hash.

The text holds all that the optimiser is told and nothing that it is not: no titles, no people. Two
runs with the same hash were given the same problem.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Neighbours, Organisation
from marketplace.categories.codes import covers
from marketplace.categories.models import CategoryPolicy
from marketplace.categories.queries import policies_for
from marketplace.grouping.queries import free_requirements
from marketplace.requirements.models import Requirement, SharingExclusion


@dataclass(frozen=True)
class Frozen:
    """The text of a snapshot, its hash, and how many requirements each category has in it."""

    snapshot: str
    sha256: str
    counts: Mapping[str, int]


def freeze(session: Session, codes: Iterable[str]) -> Frozen:
    """What is posted and free in these categories, with the policies and who may share."""
    requirements = session.scalars(free_requirements(codes).order_by(Requirement.reference)).all()
    counts = Counter(requirement.category_code for requirement in requirements)
    return _sealed(_content(session, requirements, sorted(counts)), counts)


def freeze_these(session: Session, requirements: Sequence[Requirement]) -> Frozen:
    """A snapshot of just these requirements, whatever state they are in."""
    ordered = sorted(requirements, key=lambda requirement: requirement.reference)
    counts = Counter(requirement.category_code for requirement in ordered)
    return _sealed(_content(session, ordered, sorted(counts)), counts)


def _sealed(content: Mapping[str, Any], counts: Mapping[str, int]) -> Frozen:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Frozen(text, hashlib.sha256(text.encode()).hexdigest(), counts)


def _content(
    session: Session, requirements: Sequence[Requirement], codes: Sequence[str]
) -> dict[str, Any]:
    buyers = {each.authority_id for each in requirements}
    authorities = {
        each.id: each
        for each in session.scalars(select(Organisation).where(Organisation.id.in_(buyers)))
    }
    policies = policies_for(session, codes)
    return {
        "form": 1,
        "requirements": [
            _requirement(each, authorities[each.authority_id]) for each in requirements
        ],
        "categories": [_category(code, policies[code]) for code in codes],
        "authorities": sorted(map(_authority, authorities.values()), key=lambda a: str(a["code"])),
        "neighbours": _neighbours(session, authorities),
        "exclusions": _exclusions(session, authorities, codes),
    }


def _requirement(requirement: Requirement, authority: Organisation) -> dict[str, Any]:
    return {
        "id": str(requirement.id),
        "reference": requirement.reference,
        "authority": authority.code,
        "category": requirement.category_code,
        "value": str(requirement.value),
        "earliest_start": requirement.earliest_start.isoformat(),
        "latest_start": requirement.latest_start.isoformat(),
        # Nothing said about an attribute is the same as accepting any value of it.
        "accepts": {
            name: sorted(values) for name, values in (requirement.accepts or {}).items() if values
        },
        "max_partners": requirement.max_partners,
    }


def _category(code: str, policy: CategoryPolicy) -> dict[str, Any]:
    return {
        "code": code,
        "policy": policy.title,
        "elasticity_low": _plain(policy.elasticity_low),
        "elasticity": _plain(policy.elasticity_likely),
        "elasticity_high": _plain(policy.elasticity_high),
        "max_discount": _plain(policy.max_discount),
        "tender_cost": str(policy.tender_cost),
        "coordination_cost": str(policy.coordination_cost),
        "max_lot_value": None if policy.max_lot_value is None else str(policy.max_lot_value),
        "max_authorities": policy.max_authorities,
        "reach": policy.reach.value,
    }


def _authority(authority: Organisation) -> dict[str, Any]:
    return {
        "code": authority.code,
        "name": authority.name,
        "subregion": authority.subregion or "",
    }


def _neighbours(session: Session, authorities: Mapping[Any, Organisation]) -> list[list[str]]:
    pairs = session.execute(select(Neighbours.authority_a_id, Neighbours.authority_b_id))
    return sorted(
        sorted((str(authorities[a].code), str(authorities[b].code)))
        for a, b in pairs
        if a in authorities and b in authorities
    )


def _exclusions(
    session: Session, authorities: Mapping[Any, Organisation], codes: Sequence[str]
) -> list[list[str]]:
    """Pairs that will not share, with "" for everywhere, and which of the two says so.

    A code covers the codes below it.
    """
    found: set[tuple[str, ...]] = set()
    for rule in session.scalars(select(SharingExclusion)):
        if rule.authority_id not in authorities or rule.other_id not in authorities:
            continue
        by = str(authorities[rule.authority_id].code)
        pair = sorted((by, str(authorities[rule.other_id].code)))
        covered = [
            code for code in codes if rule.category_code and covers(rule.category_code, code)
        ]
        places = covered if rule.category_code else [""]
        found.update((*pair, place, by) for place in places)
    return sorted(map(list, found))


def _plain(ratio: Decimal) -> str:
    return f"{ratio.normalize():f}"

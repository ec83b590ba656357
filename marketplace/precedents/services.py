"""Filling the library: the report's facts, and what our own lots taught."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.barriers import Barrier
from marketplace.categories.models import CpvCode, Tier
from marketplace.errors import StaleEdit
from marketplace.labels import Label
from marketplace.precedents import queries
from marketplace.precedents.models import Evidence, Outcome, Precedent
from marketplace.precedents.seeds import REPORT, SEEDS, YEAR, Seed
from marketplace.precedents.ways import Way
from marketplace.references import next_reference, next_references


@dataclass(frozen=True)
class Told:
    """What a reviewer writes of a case."""

    title: str
    who: str
    way: Way
    how: str
    result: str
    outcome: Outcome
    evidence: Evidence
    barrier: Barrier | None
    saving_share: Decimal | None
    saving_label: Label | None


@dataclass(frozen=True)
class Facts:
    """What a case is by itself: the lot knows it, or whoever found it elsewhere gives it."""

    lot_id: uuid.UUID | None
    category_code: str | None
    tier: Tier | None
    authorities: int | None
    year: int
    value: Decimal | None
    source: str


def load_report(session: Session, *, by: Person | None, at: datetime) -> int:
    """Add the report's facts that are not in the library yet; how many were added."""
    there = queries.seeded(session)
    missing = [seed for seed in SEEDS if seed.key not in there]
    codes = _known_codes(session, missing)
    references = next_references(session, "PRE", at.year, len(missing)) if missing else []
    for seed, reference in zip(missing, references, strict=True):
        found = _of_seed(seed, reference, codes)
        found.added_at, found.added_by_id = at, by.id if by else None
        session.add(found)
        record(session, Action.PRECEDENT_ADDED, found, by=by, at=at, source=found.source)
    return len(missing)


def add_precedent(
    session: Session, told: Told, facts: Facts, *, by: Person, at: datetime
) -> Precedent:
    """Keep what a lot of ours taught, or what somebody found elsewhere."""
    found = Precedent(
        reference=next_reference(session, "PRE", at.year),
        added_at=at,
        added_by_id=by.id,
        **vars(facts),
        **vars(told),
    )
    session.add(found)
    record(session, Action.PRECEDENT_ADDED, found, by=by, at=at, source=facts.source)
    return found


def change_precedent(
    session: Session,
    found: Precedent,
    told: Told,
    facts: Facts | None,
    *,
    version: int,
    by: Person,
    at: datetime,
) -> None:
    """Correct what is told of a case, and the facts of one that a person wrote.

    Raises StaleEdit where somebody else did since `version`.
    """
    if found.version != version:
        raise StaleEdit("Somebody else changed this since you opened it. Check it and save again.")
    corrected = vars(facts) if facts and found.is_written else {}
    for name, value in (vars(told) | corrected).items():
        setattr(found, name, value)
    record(session, Action.PRECEDENT_CHANGED, found, by=by, at=at)


def _of_seed(seed: Seed, reference: str, codes: set[str]) -> Precedent:
    return Precedent(
        reference=reference,
        seed_key=seed.key,
        title=seed.title,
        who=seed.who,
        way=seed.way,
        category_code=seed.code if seed.code in codes else None,
        tier=seed.tier,
        authorities=seed.authorities,
        year=YEAR,
        how=seed.how,
        result=seed.result,
        outcome=seed.outcome,
        value=seed.value,
        evidence=seed.evidence,
        barrier=seed.barrier,
        source=REPORT + seed.section,
    )


def _known_codes(session: Session, seeds: Sequence[Seed]) -> set[str]:
    """Those of the seeds' codes that this site has."""
    wanted = [seed.code for seed in seeds if seed.code]
    return set(session.scalars(select(CpvCode.code).where(CpvCode.code.in_(wanted))))

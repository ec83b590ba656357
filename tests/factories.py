"""Things to test with. Each factory spells out only the fact that matters to the test."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Organisation, OrganisationKind, Person, Role
from marketplace.accounts.passwords import hasher
from marketplace.categories.models import CategoryPolicy, CpvCode, CpvKind, Reach, Tier
from marketplace.contracts.models import (
    Contract,
    ContractImport,
    ContractSource,
    ContractStatus,
)
from marketplace.grouping.models import (
    GroupingRun,
    Proposal,
    ProposalMember,
    ProposalStatus,
    RunStatus,
)
from marketplace.grouping.snapshots import freeze_these
from marketplace.intake.models import ImportStatus
from marketplace.keyfiles import public_line
from marketplace.lots.joining import open_joining
from marketplace.lots.models import Lot, LotOpener, LotStatus
from marketplace.openers.models import OpenerKey
from marketplace.requirements.models import Requirement, RequirementStatus
from tests.conftest import PASSWORD, PLAYED

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CHEAP_HASH = hasher(memory_kib=8, rounds=1).hash(PASSWORD)
_numbers = itertools.count(1)


def make_organisation(
    session: Session, kind: OrganisationKind = OrganisationKind.AUTHORITY, **facts: Any
) -> Organisation:
    number = next(_numbers)
    facts.setdefault("name", f"{kind.value.capitalize()} {number}")
    if kind == OrganisationKind.AUTHORITY:
        facts.setdefault("code", f"E0900{number:04d}")
        facts.setdefault("subregion", "North")
    organisation = Organisation(kind=kind, created_at=NOW, **facts)
    session.add(organisation)
    session.flush()
    return organisation


KIND_OF_ROLE = {
    Role.COMMISSIONER: OrganisationKind.AUTHORITY,
    Role.SUPPLIER: OrganisationKind.SUPPLIER,
    Role.REVIEWER: OrganisationKind.CENTRE,
    Role.ADMINISTRATOR: OrganisationKind.CENTRE,
}


def make_person(
    session: Session, role: Role, organisation: Organisation | None = None, **facts: Any
) -> Person:
    number = next(_numbers)
    facts.setdefault("email", f"{role.value}{number}@tests.example")
    facts.setdefault("name", f"{role.value.capitalize()} {number}")
    person = Person(
        role=role,
        organisation=organisation or make_organisation(session, KIND_OF_ROLE[role]),
        password_hash=CHEAP_HASH,
        created_at=NOW,
        **facts,
    )
    session.add(person)
    session.flush()
    return person


def make_cpv(
    session: Session, code: str = "22113000", name: str = "Library books", **facts: Any
) -> CpvCode:
    """The code; an existing one is given back."""
    found = session.get(CpvCode, code)
    if found is None:
        facts.setdefault("level", "category")
        facts.setdefault("kind", CpvKind.SUPPLIES)
        found = CpvCode(code=code, name=name, **facts)
        session.add(found)
        session.flush()
    return found


def make_policy(session: Session, code: str | None = "22113000", **facts: Any) -> CategoryPolicy:
    """The policy of a code, or with code=None the default."""
    query = select(CategoryPolicy).where(
        CategoryPolicy.cpv_code == code if code else CategoryPolicy.is_default
    )
    found = session.scalar(query)
    if found is not None:
        return found
    if code:
        make_cpv(session, code)
    defaults: dict[str, Any] = {
        "title": "Library books" if code else "Everything else",
        "tier": Tier.LOW,
        "elasticity_low": Decimal("0.02"),
        "elasticity_likely": Decimal("0.06"),
        "elasticity_high": Decimal("0.10"),
        "max_discount": Decimal("0.25"),
        "tender_cost": Decimal(12000),
        "coordination_cost": Decimal(2000),
        "reach": Reach.ANYWHERE,
        "updated_at": NOW,
    }
    policy = CategoryPolicy(cpv_code=code, is_default=code is None, **{**defaults, **facts})
    session.add(policy)
    session.flush()
    return policy


def make_opener(session: Session, person: Person | None = None, **facts: Any) -> OpenerKey:
    """An opener whose key is at hand."""
    person = person or make_person(session, Role.REVIEWER)
    private = X25519PrivateKey.generate()
    key = OpenerKey(
        person=person, public_key=public_line(private.public_key()), added_at=NOW, **facts
    )
    PLAYED[key.public_key] = private
    session.add(key)
    session.flush()
    return key


def make_openers(session: Session) -> list[OpenerKey]:
    """Three openers of three organisations."""
    return [make_opener(session) for _ in range(3)]


def name_openers(session: Session, lot: Lot) -> None:
    """Give a lot its openers, without which it takes no bids."""
    session.add_all(
        LotOpener(lot_id=lot.id, position=position, key_id=key.id)
        for position, key in enumerate(make_openers(session), start=1)
    )
    session.flush()


def make_requirement(
    session: Session, authority: Organisation | None = None, **facts: Any
) -> Requirement:
    number = next(_numbers)
    make_cpv(session, facts.setdefault("category_code", "22113000"))
    defaults: dict[str, Any] = {
        "reference": f"REQ-2026-{number:04d}",
        "title": f"Library books {number}",
        "description": "",
        "value": Decimal(100_000),
        "earliest_start": date(2027, 4, 1),
        "latest_start": date(2027, 10, 1),
        "term_months": 24,
        "accepts": {},
        "status": RequirementStatus.POSTED,
        "created_at": NOW,
        "posted_at": NOW,
    }
    requirement = Requirement(
        authority=authority or make_organisation(session), **{**defaults, **facts}
    )
    session.add(requirement)
    session.flush()
    return requirement


def make_proposal(session: Session, members: Sequence[Requirement] = (), **facts: Any) -> Proposal:
    """A proposal of these by a finished run on them: undecided, or without members approved."""
    number = next(_numbers)
    frozen = freeze_these(session, members)
    if members:
        facts.setdefault("category_code", members[0].category_code)
        facts.setdefault("status", ProposalStatus.PROPOSED)
        facts.setdefault("decided_at", None)
        facts.setdefault("value", sum((each.value for each in members), Decimal(0)))
    run = GroupingRun(
        reference=f"RUN-2026-{number:04d}",
        status=RunStatus.DONE,
        created_at=NOW,
        time_limit_seconds=60,
        started_at=NOW,
        finished_at=NOW,
        net_benefit=Decimal(20_000),
        upper_bound=Decimal(20_000),
        proven_optimal=True,
        solver="a solver",
        snapshot=frozen.snapshot,
        snapshot_sha256=frozen.sha256,
        requirement_count=len(members),
    )
    session.add(run)
    session.flush()
    defaults: dict[str, Any] = {
        "reference": f"PROP-2026-{number:04d}",
        "title": f"Proposal {number}",
        "status": ProposalStatus.APPROVED,
        "saving": Decimal(18_000),
        "coordination_cost": Decimal(4_000),
        "tender_saving": Decimal(6_000),
        "leverage": Decimal(3),
        "created_at": NOW,
        "decided_at": NOW,
        **WORTH,
    }
    proposal = Proposal(run_id=run.id, **{**defaults, **facts})
    session.add(proposal)
    session.flush()
    session.add_all(
        ProposalMember(
            proposal_id=proposal.id, requirement_id=each.id, value=each.value, price_saving=0
        )
        for each in members
    )
    session.flush()
    return proposal


WORTH: dict[str, Any] = {
    "value": Decimal(300_000),
    "net_benefit_low": Decimal(10_000),
    "net_benefit_likely": Decimal(20_000),
    "net_benefit_high": Decimal(30_000),
    "start_from": date(2027, 4, 1),
    "start_to": date(2027, 10, 1),
    "specification": {},
}
"""What a lot and the proposal before it say of their worth."""


def make_joining(
    session: Session, requirements: Sequence[Requirement], reviewer: Person, **facts: Any
) -> Lot:
    """A lot whose window is open, approved by the real verb from a proposal of these."""
    proposal = make_proposal(session, requirements)
    now = facts.setdefault("at", clock.now())
    facts.setdefault("closes_at", now + timedelta(days=14))
    return open_joining(session, proposal, by=reviewer, **facts)


def make_lot(session: Session, **facts: Any) -> Lot:
    """A lot without members, with the run and the proposal that it needs behind it."""
    number = next(_numbers)
    code = facts.setdefault("category_code", "22113000")
    make_cpv(session, code, f"Category {code}")
    defaults: dict[str, Any] = {
        "reference": f"LOT-2026-{number:04d}",
        "title": f"Lot {number}",
        "status": LotStatus.JOINING,
        "created_at": NOW,
        "joining_opens_at": NOW,
        "joining_closes_at": NOW + timedelta(days=14),
        **WORTH,
    }
    proposal = make_proposal(session, category_code=code)
    lot = Lot(proposal_id=proposal.id, **{**defaults, **facts})
    session.add(lot)
    session.flush()
    return lot


def make_contract(
    session: Session, authority: Organisation | None = None, **facts: Any
) -> Contract:
    """A contract of the register, from a file that was imported."""
    number = next(_numbers)
    authority = authority or make_organisation(session)
    source = ContractImport(
        file_name="register.csv",
        file_format="marketplace",
        sha256=f"{number:064d}",
        authority_id=authority.id,
        status=ImportStatus.ACCEPTED,
        rows_read=1,
        rows_understood=1,
        rows_refused=0,
        rows_known=0,
        created_at=NOW,
        decided_at=NOW,
    )
    session.add(source)
    session.flush()
    defaults: dict[str, Any] = {
        "reference": f"CON-2026-{number:04d}",
        "source": ContractSource.IMPORT,
        "import_id": source.id,
        "source_row": number,
        "source_key": f"row {number}",
        "title": f"Books for libraries {number}",
        "description": "",
        "supplier_name": "Made-up Supplies Ltd",
        "value": Decimal(240_000),
        "yearly_value": Decimal(120_000),
        "start_date": date(2025, 6, 1),
        "end_date": date(2027, 5, 31),
        "status": ContractStatus.ACTIVE,
        "created_at": NOW,
    }
    contract = Contract(authority=authority, **{**defaults, **facts})
    session.add(contract)
    session.flush()
    return contract

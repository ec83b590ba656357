"""A database the size of many years: 100,000 requirements, 5,000 lots and what they hang on."""

import random
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, OrganisationKind
from marketplace.categories.models import CategoryPolicy, CpvCode, CpvKind
from marketplace.contracts.models import Contract, ContractImport
from marketplace.finding import INDEXED, index_rows
from marketplace.grouping.models import GroupingRun, Proposal
from marketplace.jobs.upkeep import look_at_tables
from marketplace.lots.models import Lot, LotMember
from marketplace.requirements.models import Requirement

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RNG = random.Random(7)
Rows = list[dict[str, Any]]


def fill(session: Session, requirements: int = 100_000, lots: int = 5_000) -> None:
    """Fill an empty database in bulk; the rows satisfy every constraint."""
    authorities = [_authority(n) for n in range(33)]
    codes = [f"{22_000_000 + 1000 * n:08d}" for n in range(40)]
    session.execute(insert(Organisation), authorities)
    session.execute(insert(CpvCode), [_code(code) for code in codes])
    session.execute(insert(CategoryPolicy), [_default_policy()])
    needs = [_requirement(n, authorities, codes) for n in range(requirements)]
    _insert(session, Requirement, needs)
    run = _run()
    session.execute(insert(GroupingRun), [run])
    proposals = [_proposal(n, run["id"], codes) for n in range(lots)]
    _insert(session, Proposal, proposals)
    market = [_lot(n, proposal) for n, proposal in enumerate(proposals)]
    _insert(session, Lot, market)
    _insert(
        session, LotMember, [m for n, lot in enumerate(market) for m in _members(n, lot, needs)]
    )
    source = _import()
    session.execute(insert(ContractImport), [source])
    _insert(
        session, Contract, [_contract(n, authorities, codes, source["id"]) for n in range(20_000)]
    )
    look_at_tables(session.connection())  # as the worker does every hour
    session.commit()


def _insert(session: Session, model: Any, rows: Rows) -> None:
    for start in range(0, len(rows), 5_000):
        session.execute(insert(model), rows[start : start + 5_000])
    if model in INDEXED:
        index_rows(session, model, rows)


def _authority(number: int) -> dict[str, Any]:
    return {
        "id": uuid.UUID(int=number + 1),
        "kind": OrganisationKind.AUTHORITY,
        "name": f"Authority {number:02d}",
        "code": f"E0900{number:04d}",
        "subregion": f"Part {number % 4}",
        "created_at": NOW,
    }


def _code(code: str) -> dict[str, Any]:
    return {"code": code, "name": f"Goods {code}", "level": "category", "kind": CpvKind.SUPPLIES}


def _default_policy() -> dict[str, Any]:
    return {
        "is_default": True,
        "title": "Everything else",
        "tier": "medium",
        "elasticity_low": Decimal(0),
        "elasticity_likely": Decimal("0.03"),
        "elasticity_high": Decimal("0.06"),
        "max_discount": Decimal("0.25"),
        "tender_cost": Decimal(8000),
        "coordination_cost": Decimal(4000),
        "reach": "anywhere",
        "light_touch": False,
        "updated_at": NOW,
        "version": 1,
    }


def _requirement(number: int, authorities: Rows, codes: list[str]) -> dict[str, Any]:
    start = date(2027, 1, 1) + timedelta(days=RNG.randrange(900))
    status = RNG.choice(["posted"] * 6 + ["draft", "joined", "in_tender", "contracted"])
    return {
        "id": uuid.UUID(int=10**6 + number),
        "reference": f"REQ-2026-{number:06d}",
        "authority_id": RNG.choice(authorities)["id"],
        "category_code": RNG.choice(codes),
        "title": f"Supply of things, part {number}",
        "description": "",
        "value": Decimal(RNG.randrange(10_000, 5_000_000)),
        "earliest_start": start,
        "latest_start": start + timedelta(days=RNG.randrange(30, 400)),
        "term_months": RNG.choice([12, 24, 36]),
        "accepts": {},
        "status": status,
        "created_at": NOW - timedelta(minutes=number),
        "version": 1,
    }


def _run() -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "reference": "RUN-2026-0001",
        "status": "done",
        "created_at": NOW,
        "time_limit_seconds": 60,
        "snapshot": "{}",
        "snapshot_sha256": "0" * 64,
        "requirement_count": 0,
        "proven_optimal": True,
    }


def _proposal(number: int, run_id: uuid.UUID, codes: list[str]) -> dict[str, Any]:
    benefit = Decimal(RNG.randrange(10_000, 900_000))
    return {
        "id": uuid.UUID(int=2 * 10**6 + number),
        "reference": f"PRO-2026-{number:05d}",
        "run_id": run_id,
        "category_code": RNG.choice(codes),
        "title": f"Things bought together, part {number}",
        "status": "approved",
        "value": benefit * 10,
        "net_benefit_low": benefit / 2,
        "net_benefit_likely": benefit,
        "net_benefit_high": benefit * 2,
        "saving": benefit,
        "coordination_cost": Decimal(0),
        "tender_saving": Decimal(0),
        "start_from": date(2027, 4, 1),
        "start_to": date(2027, 10, 1),
        "specification": {},
        "leverage": Decimal(4),
        "created_at": NOW,
        "decided_at": NOW,
        "version": 1,
    }


def _lot(number: int, proposal: dict[str, Any]) -> dict[str, Any]:
    taken = (
        *("category_code", "title", "value", "start_from", "start_to", "specification"),
        *("net_benefit_low", "net_benefit_likely", "net_benefit_high", "version"),
    )
    facts = {name: proposal[name] for name in taken}
    return {
        **facts,
        "id": uuid.UUID(int=3 * 10**6 + number),
        "proposal_id": proposal["id"],
        "reference": f"LOT-2026-{number:05d}",
        "status": RNG.choice(["open", "open", "opened", "awarded"]),
        "created_at": NOW - timedelta(minutes=number),
        "joining_opens_at": NOW - timedelta(days=60),
        "joining_closes_at": NOW - timedelta(days=30),
        "joining_closed_at": NOW - timedelta(days=30),
        "published_at": NOW - timedelta(days=20),
        "deadline": NOW + timedelta(days=RNG.randrange(-10, 60)),
        "description": "",
        "terms": "",
        "pounds_per_point": Decimal(100),
        "tie_rule": "receipt",
    }


def _members(number: int, lot: dict[str, Any], needs: Rows) -> Rows:
    return [
        {
            "lot_id": lot["id"],
            "requirement_id": need["id"],
            "authority_id": need["authority_id"],
            "active": True,
            "value": need["value"],
            "answer": "committed",
            "answered_at": NOW,
        }
        for need in needs[number * 3 : number * 3 + 3]
    ]


def _import() -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "file_name": "register.csv",
        "file_format": "lga",
        "sha256": "0" * 64,
        "status": "accepted",
        "rows_read": 0,
        "rows_understood": 0,
        "rows_refused": 0,
        "rows_known": 0,
        "created_at": NOW,
    }


def _contract(
    number: int, authorities: Rows, codes: list[str], import_id: uuid.UUID
) -> dict[str, Any]:
    start = date(2022, 1, 1) + timedelta(days=RNG.randrange(1500))
    return {
        "id": uuid.UUID(int=4 * 10**6 + number),
        "reference": f"CON-2026-{number:06d}",
        "authority_id": RNG.choice(authorities)["id"],
        "source": "import",
        "import_id": import_id,
        "source_key": f"{number:064d}",
        "title": f"Contract for things, part {number}",
        "description": "",
        "supplier_name": f"Supplier {number % 300}",
        "category_code": RNG.choice(codes),
        "value": Decimal(RNG.randrange(10_000, 900_000)),
        "start_date": start,
        "end_date": start + timedelta(days=1460),
        "end_is_estimate": False,
        "status": "active",
        "created_at": NOW,
        "version": 1,
    }

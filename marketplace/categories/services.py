"""Setting the centre's policy for a category, and loading the list of CPV codes."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.models import (
    CategoryAttribute,
    CategoryPolicy,
    CpvCode,
    CpvKind,
    Reach,
    Tier,
)
from marketplace.errors import StaleEdit, Unacceptable

COLUMNS = ("code8", "parent", "level", "kind", "description")
LEVELS = ("division", "group", "class", "category", "subcategory")


@dataclass(frozen=True)
class PolicyTerms:
    """What an administrator decides about a category."""

    title: str
    tier: Tier
    elasticity_low: Decimal
    elasticity_likely: Decimal
    elasticity_high: Decimal
    max_discount: Decimal
    tender_cost: Decimal
    coordination_cost: Decimal
    max_lot_value: Decimal | None
    max_authorities: int | None
    reach: Reach
    unit: str | None = None
    risk_activity: str | None = None
    light_touch: bool = False
    attributes: Sequence[tuple[str, str, Sequence[str]]] = ()
    """Name, label and possible values of each."""


def set_policy(
    session: Session,
    policy: CategoryPolicy | None,
    terms: PolicyTerms,
    *,
    cpv_code: str | None,
    by: Person | None,
    at: datetime,
    version: int | None = None,
) -> CategoryPolicy:
    """Make or change a policy; `cpv_code` None is the default's.

    Raises StaleEdit where it was changed since `version`, Unacceptable for terms that make no
    sense or a second policy for a code.
    """
    _check(terms)
    if policy is None:
        own = CategoryPolicy.is_default if cpv_code is None else CategoryPolicy.cpv_code == cpv_code
        if session.scalar(select(CategoryPolicy.id).where(own)):
            raise Unacceptable("This category has a policy of its own already. Change that one.")
        policy = CategoryPolicy(cpv_code=cpv_code, is_default=cpv_code is None)
        session.add(policy)
    elif version is not None and policy.version != version:
        raise StaleEdit("Somebody changed this policy since you opened it.")
    for name, value in vars(terms).items():
        if name != "attributes":
            setattr(policy, name, value)
    policy.updated_at = at
    _set_attributes(session, policy, terms)
    record(session, Action.POLICY_CHANGED, policy, by=by, at=at, code=policy.cpv_code)
    return policy


def _set_attributes(session: Session, policy: CategoryPolicy, terms: PolicyTerms) -> None:
    policy.attributes.clear()
    session.flush()  # the old rows go before rows of the same name come
    policy.attributes.extend(
        CategoryAttribute(name=name, label=label, values=list(values), position=position)
        for position, (name, label, values) in enumerate(terms.attributes, start=1)
    )


def _check(terms: PolicyTerms) -> None:
    if not 0 <= terms.elasticity_low <= terms.elasticity_likely <= terms.elasticity_high <= 1:
        raise Unacceptable("Give three price effects from low to high, between 0 and 1.")
    if not 0 <= terms.max_discount < 1:
        raise Unacceptable("Give the deepest discount as a share below 1, like 0.25.")
    names = [name for name, _, _ in terms.attributes]
    if len(set(names)) != len(names):
        raise Unacceptable("Two lines of the specification have the same name.")
    if any(len(set(values)) < 2 for _, _, values in terms.attributes):
        raise Unacceptable("Give each line of the specification at least two values.")


def load_cpv(session: Session, content: str, *, by: Person | None, at: datetime) -> int:
    """Load CPV codes from CSV with the columns code8, parent, level, kind and description.

    Codes that are there already are left as they are. Returns how many were added; raises
    Unacceptable naming the first rows that cannot be read, and then adds nothing.
    """
    rows = list(csv.DictReader(StringIO(content)))
    if not rows or not set(COLUMNS) <= set(rows[0]):
        raise Unacceptable(f"Expected a CSV file with the columns {', '.join(COLUMNS)}.")
    codes = [_cpv_row(row) for row in rows]
    _check_cpv(rows, codes)
    return add_cpv(session, codes)


def add_cpv(session: Session, codes: Iterable[Mapping[str, Any]]) -> int:
    """Add the codes that are not there yet, parents first; returns how many."""
    known = set(session.scalars(select(CpvCode.code)))
    new = [code for code in codes if code["code"] not in known]
    new.sort(key=lambda code: LEVELS.index(code["level"]))
    if new:
        session.execute(insert(CpvCode), new)
    return len(new)


def _cpv_row(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": (row["code8"] or "").strip(),
        "parent_code": (row["parent"] or "").strip()[:8] or None,
        "level": (row["level"] or "").strip(),
        "kind": (row["kind"] or "").strip(),
        "name": (row["description"] or "").strip()[:255],
    }


def _check_cpv(rows: Sequence[Mapping[str, str]], codes: Sequence[Mapping[str, Any]]) -> None:
    faults: list[str] = []
    known = {code["code"] for code in codes}
    for number, code in enumerate(codes, start=2):
        if not (len(code["code"]) == 8 and code["code"].isdigit()):
            faults.append(f"row {number}, code8: {code['code']!r}, expected eight digits")
        elif code["level"] not in LEVELS:
            faults.append(f"row {number}, level: {code['level']!r}, expected one of {LEVELS}")
        elif code["kind"] not in set(CpvKind):
            faults.append(
                f"row {number}, kind: {code['kind']!r}, expected supplies, works, services"
            )
        elif code["parent_code"] and code["parent_code"] not in known:
            faults.append(f"row {number}, parent: {code['parent_code']!r} is not in the file")
    if len(known) != len(codes):
        faults.append("a code stands in the file twice")
    if faults:
        raise Unacceptable("Nothing was loaded. " + "; ".join(faults[:5]) + ".")

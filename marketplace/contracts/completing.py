"""What a later edition of a source says that a contract in the register lacks.

Only what is missing is filled in: what the register says, whoever said it, stays as it is.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.contracts.models import Contract, ImportRow, Sureness

CHUNK = 500
WORDS = {
    "supplier_name": "supplier",
    "suppliers": "further suppliers",
    "category_code": "category",
    "category_label": "what its source calls it",
    "value": "value",
    "yearly_value": "yearly value",
    "awarded_on": "day of award",
    "start_date": "start",
    "end_date": "end",
    "review_date": "review date",
    "extensions": "extension options",
    "break_date": "first day of ending it early",
    "break_terms": "break clause",
    "others_may_join": "whether others may join",
    "joining_terms": "terms of joining",
    "lead_authority": "lead authority",
}
"""What can be filled in, in the order in which it is said and done."""


def missing(there: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """The names of what is empty there and is said here, where both can be true together."""
    merged = dict(there)
    found: list[str] = []
    for name in WORDS:
        if _is_empty(there[name]) and not _is_empty(said.get(name)):
            tried = merged | {name: said[name]}
            if _possible(tried):
                merged, found = tried, [*found, name]
    return found


def in_words(names: Sequence[str]) -> str:
    """What would be filled in, for a sentence."""
    words = [WORDS[name] for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def fill_in(
    session: Session,
    rows: Iterable[Mapping[str, Any]],
    read: Any,
    *,
    by: Person | None,
    at: datetime,
) -> int:
    """Fill in what these rows of a preview promised and is still missing; how many contracts."""
    said = {uuid.UUID(row["fills"]["contract"]): row for row in rows}
    filled = 0
    for contract in _contracts(session, sorted(said, key=str)):
        facts = read(said[contract.id])
        now = {name: getattr(contract, name) for name in WORDS}
        names = missing(now, {name: facts[name] for name in said[contract.id]["fills"]["names"]})
        if names:
            _fill(contract, facts, names)
            record(session, Action.CONTRACT_EDITED, contract, by=by, at=at, changed=names)
            filled += 1
    return filled


def promised(session: Session, import_id: uuid.UUID) -> list[dict[str, Any]]:
    """The rows of a preview that fill something in."""
    contents = session.scalars(
        select(ImportRow.content)
        .where(ImportRow.import_id == import_id, ImportRow.known)
        .order_by(ImportRow.position)
    )
    return [content for content in contents if content and content.get("fills")]


def _fill(contract: Contract, facts: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        setattr(contract, name, facts[name])
    if "end_date" in names and facts["end_is_estimate"]:
        contract.end_is_estimate = True
        if contract.sureness == Sureness.AS_GIVEN:
            contract.sureness = Sureness.ESTIMATED


def _contracts(session: Session, keys: Sequence[uuid.UUID]) -> Iterable[Contract]:
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        query = select(Contract).where(Contract.id.in_(part)).order_by(Contract.reference)
        yield from session.scalars(query.with_for_update(of=Contract))


def _possible(facts: Mapping[str, Any]) -> Any:
    """Whether a contract can be like that, as the register has it."""
    start, end, breaks = (_day(facts[name]) for name in ("start_date", "end_date", "break_date"))
    in_order = not (start and end) or start <= end
    breaks_late = not (start and breaks) or start <= breaks
    return in_order and breaks_late and (not facts["joining_terms"] or facts["others_may_join"])


def _day(value: Any) -> str:
    """A day as it is written in a preview, which sorts as days do."""
    return "" if value is None else str(value)


def _is_empty(value: Any) -> bool:
    return value is None or value == ""

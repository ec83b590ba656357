"""From a file to what would be added: pure but for three look-ups in the database."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.contracts.buyers import Ownership
from marketplace.contracts.classifying import known_codes, nearest_known
from marketplace.contracts.completing import WORDS, in_words, missing
from marketplace.contracts.extensions import written
from marketplace.contracts.formats import Format
from marketplace.contracts.formats.found import LONGEST_LINE, Found, folded
from marketplace.contracts.formats.suppliers import in_one_line
from marketplace.contracts.models import Contract, Sureness
from marketplace.intake.faults import Fault, RowReader
from marketplace.intake.services import Outcome
from marketplace.intake.tables import Table

CHUNK = 500


@dataclass
class Understood:
    """A row that says one contract, and whose."""

    number: int
    found: Found
    owner: Organisation
    suppliers: tuple[str, ...]
    key: str = ""
    known: str = ""
    """Why it adds nothing, in words."""
    there: "There | None" = None
    """The contract of the register that it is."""


@dataclass(frozen=True)
class ReadRow:
    """A row understood, or its faults."""

    number: int
    faults: Sequence[Fault]
    understood: Understood | None = None


def read_rows(
    table: Table, chosen: Format, term_months: int | None, ownership: Ownership
) -> list[ReadRow]:
    """Each row of the table read, with its owner or its faults."""
    readers = [RowReader(table, row) for row in table.rows]
    ownership.learn([reader.line("buyer") for reader in readers])
    return [_read(reader, chosen, term_months, ownership) for reader in readers]


def _read(
    reader: RowReader, chosen: Format, term_months: int | None, ownership: Ownership
) -> ReadRow:
    number = reader.row.number
    found = chosen.read_row(reader, term_months)
    if found is None:
        return ReadRow(number, reader.faults)
    owner, expected = ownership.of(found.buyer)
    if owner is None:
        reader.refuse("buyer", expected)
        return ReadRow(number, reader.faults)
    return ReadRow(number, (), Understood(number, found, owner, found.suppliers))


def join_same(rows: Iterable[Understood]) -> None:
    """Give each contract its key; rows that say the same, or add a supplier, join the first.

    Of several contracts under one identity, the second and later ones are told apart by their
    order, which the next edition of the source keeps.
    """
    seen: dict[tuple[object, ...], dict[tuple[object, ...], Understood]] = {}
    for row in rows:
        identity = tuple(folded(part) for part in row.found.identity)
        same = seen.setdefault((row.owner.id, *identity), {})
        first = same.setdefault(row.found.facts, row)
        if first is row:
            row.key = _key(identity, len(same))
        else:
            row.known = _join(first, row)


def _join(first: Understood, row: Understood) -> str:
    there = {name.casefold() for name in first.suppliers}
    new = tuple(name for name in row.suppliers if name.casefold() not in there)
    first.suppliers += new
    if new:
        return f"Another supplier of the contract in row {first.number}"
    return f"The same as row {first.number}"


def _key(identity: tuple[str, ...], rank: int) -> str:
    parts = [*identity, f"#{rank}"] if rank > 1 else identity
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class There:
    """What the register has."""

    id: uuid.UUID
    reference: str
    facts: dict[str, Any]


def mark_known(session: Session, rows: Sequence[Understood]) -> None:
    """Mark what the register has already, by the key or by our own reference."""
    keyed = [row for row in rows if row.key]
    keys = existing(session, Contract.source_key, [row.key for row in keyed])
    named = [row.found.own_reference for row in keyed if row.found.own_reference]
    references = existing(session, Contract.reference, named)
    for row in keyed:
        by_reference = references.get((row.owner.id, row.found.own_reference))
        row.there = keys.get((row.owner.id, row.key)) or by_reference
        if row.there:
            row.known = _already(row.there, row.found)


def _already(there: There, found: Found) -> str:
    """That the register has it, and what it says of the end where the source says another."""
    known = f"In the register already, as {there.reference}"
    end = there.facts["end_date"]
    if found.end_date is None or end is None or found.end_date == end:
        return known
    return f"{known}, where it ends on {end:%d/%m/%Y}"


def existing(
    session: Session, column: Any, values: Sequence[str]
) -> dict[tuple[uuid.UUID, str], There]:
    """The contracts that have one of the values, by authority and value."""
    found: dict[tuple[uuid.UUID, str], There] = {}
    unique = sorted(set(values))
    for start in range(0, len(unique), CHUNK):
        part = unique[start : start + CHUNK]
        kept = [getattr(Contract, name) for name in WORDS]
        query = select(Contract.authority_id, column, Contract.id, Contract.reference, *kept).where(
            column.in_(part)
        )
        for owner, value, key, reference, *facts in session.execute(query):
            found[owner, value] = There(key, reference, dict(zip(WORDS, facts, strict=True)))
    return found


def outcomes(session: Session, rows: Sequence[ReadRow]) -> list[Outcome]:
    """What became of each row, as the preview keeps it."""
    understood = [row.understood for row in rows if row.understood]
    join_same(understood)
    mark_known(session, understood)
    codes = known_codes(session, (code for row in understood for code in row.found.codes))
    completed: set[uuid.UUID] = set()
    return [
        Outcome(
            row.number,
            _completing(row.understood, content_of(row.understood, codes), completed),
            known=bool(row.understood.known),
        )
        if row.understood
        else Outcome(row.number, faults=row.faults)
        for row in rows
    ]


def _completing(
    row: Understood, content: dict[str, Any], completed: set[uuid.UUID]
) -> dict[str, Any]:
    """The content with what it fills in of a contract of the register, each contract once."""
    names = missing(row.there.facts, content) if row.there else []
    if row.there is None or row.there.id in completed or not names:
        return content
    completed.add(row.there.id)
    return content | {
        "known": f"{row.known}. Fills in what is missing there: {in_words(names)}",
        "fills": {"contract": str(row.there.id), "names": names},
    }


def content_of(row: Understood, codes: frozenset[str]) -> dict[str, Any]:
    """A contract as plain JSON values; `contract_of` turns them back."""
    found, owner = row.found, row.owner
    label = " ".join([*found.codes[:1], found.category_label]) if found.codes else ""
    return {
        "authority_id": str(owner.id),
        "authority": owner.name,
        "source_key": row.key,
        "source_reference": found.source_reference[:LONGEST_LINE] or None,
        "title": found.title,
        "description": found.description,
        "supplier_name": in_one_line(row.suppliers),
        "suppliers": "\n".join(row.suppliers) if len(row.suppliers) > 1 else "",
        "category_code": nearest_known(found.codes, codes),
        "category_label": (label or found.category_label)[:LONGEST_LINE].strip() or None,
        "value": _text(found.value),
        "yearly_value": _text(found.yearly_value),
        "awarded_on": _text(found.awarded_on),
        "start_date": _text(found.start_date),
        "end_date": _text(found.end_date),
        "end_is_estimate": found.end_is_estimate,
        "review_date": _text(found.review_date),
        **_options(found),
        "known": row.known,
    }


def _options(found: Found) -> dict[str, Any]:
    """Extensions, breaks, joining, and how sure the row is."""
    return {
        "extensions": written(found.extensions),
        "break_date": _text(found.break_date),
        "break_terms": found.break_terms,
        "others_may_join": found.others_may_join,
        "joining_terms": found.joining_terms,
        "lead_authority": found.lead_authority,
        "sureness": _sureness(found).value,
        "checked_on": _text(found.checked_on),
        "is_public": found.is_public,
    }


def _sureness(found: Found) -> Sureness:
    if found.checked_on:
        return Sureness.CHECKED
    return Sureness.ESTIMATED if found.end_is_estimate else Sureness.AS_GIVEN


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)

"""The verbs of an import: look at a file, accept what was understood, or leave it.

Nothing of a file is in the register before somebody has accepted its preview, and then all that
was understood is, in one transaction.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person, Role
from marketplace.accounts.queries import authorities
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.contracts.buyers import Ownership
from marketplace.contracts.completing import fill_in, promised
from marketplace.contracts.formats import FORMATS, RegisterFormat
from marketplace.contracts.models import (
    Contract,
    ContractImport,
    ContractSource,
    ContractStatus,
    ImportRow,
    Sureness,
)
from marketplace.contracts.previewing import (
    existing,
    outcomes,
    read_rows,
)
from marketplace.errors import NotAllowed, Unacceptable, WrongState
from marketplace.finding import index_rows
from marketplace.intake.models import ImportStatus
from marketplace.intake.services import (
    Outcome,
    accept_preview,
    keep_preview,
    leave_preview,
    reasons,
)
from marketplace.intake.tables import Table, read_table
from marketplace.references import next_references

CHUNK = 1_000
LONGEST_TERM = 600
NO_TERM = (
    "Give the term in months: these notices do not say when contracts end, so the end is "
    "estimated from the day of the award."
)
DAYS = ("awarded_on", "start_date", "end_date", "review_date", "break_date", "checked_on")
AMOUNTS = ("value", "yearly_value")

NO_COLUMNS = ("authority", "known", "fills")
"""What a preview says of a row beside the facts of its contract."""
OF_EARLIER_PREVIEWS: dict[str, Any] = {
    "extensions": None,
    "break_terms": "",
    "others_may_join": None,
    "joining_terms": "",
    "lead_authority": "",
    "sureness": Sureness.AS_GIVEN,
    "is_public": False,
}
"""What a preview does not say that was made before contracts had it."""


@dataclass(frozen=True)
class GivenFile:
    """A file as somebody gave it, and the format that they say it has."""

    name: str
    content: bytes
    format: RegisterFormat

    @cached_property
    def table(self) -> Table:
        """The rows, read once; raises Unacceptable where they cannot be."""
        return read_table(self.name, self.content, FORMATS[self.format].layout)

    def read(self) -> Table:
        """Read it now, which may take seconds, rather than in the middle of a transaction."""
        return self.table


def preview_contracts(
    session: Session,
    file: GivenFile,
    *,
    authority: Organisation | None,
    term_months: int | None,
    by: Person | None,
    at: datetime,
) -> ContractImport:
    """Read a file and keep what it would add, without adding it.

    `authority` is whose register it is; None where each row names its own. Raises Unacceptable
    for a file that cannot be read or lacks the term that its format needs, NotAllowed for a
    commissioner's import of another authority.
    """
    _must_be_own(authority, by)
    preview, results = _looked_over(session, file, authority, term_months)
    keep_preview(
        session,
        preview,
        ImportRow,
        results,
        authority=authority,
        content=file.content,
        by=by,
        at=at,
    )
    counts = {"rows": preview.rows_read, "refused": preview.rows_refused}
    record(session, Action.CONTRACTS_PREVIEWED, preview, by=by, at=at, **counts)
    return preview


def _looked_over(
    session: Session, file: GivenFile, authority: Organisation | None, term_months: int | None
) -> tuple[ContractImport, list[Outcome]]:
    """What the file as a whole says, and what became of each row."""
    chosen = FORMATS[file.format]
    if chosen.needs_term and term_months is None:
        raise Unacceptable(NO_TERM)
    table = file.table
    ownership = Ownership(authorities(session), authority)
    results = outcomes(session, read_rows(table, chosen, term_months, ownership))
    preview = ContractImport(
        file_name=table.file,
        file_format=file.format.value,
        term_months=term_months,
        notice=ownership.notice,
        reasons=reasons(results),
        rows_filling=sum("fills" in (each.content or ()) for each in results),
    )
    return preview, results


def accept_import(
    session: Session, preview: ContractImport, *, by: Person | None, at: datetime
) -> int:
    """Add what was understood and is not there yet (import: previewed → accepted).

    Contracts that are there have what they lack filled in. Returns how many were added; raises
    WrongState for an import that was decided, and Unacceptable where it would change nothing.
    """
    if preview.status != ImportStatus.PREVIEWED:
        raise WrongState(f"This import was {preview.status.value} already.")
    new = _not_there_yet(session, preview)
    filled = fill_in(session, promised(session, preview.id), contract_of, by=by, at=at)
    if not new and not filled:
        raise Unacceptable("Nothing in this file is new to the register. You can leave it.")
    if new:
        _add(session, preview, new, at)
    accept_preview(preview, added=len(new), at=at)
    preview.rows_filling = filled
    counts = {"number": len(new)} | ({"filled": filled} if filled else {})
    record(session, Action.CONTRACTS_IMPORTED, preview, by=by, at=at, **counts)
    return len(new)


def leave_import(
    session: Session, preview: ContractImport, *, by: Person | None, at: datetime
) -> None:
    """Add nothing of it (import: previewed → left); raises WrongState for a decided one."""
    leave_preview(preview, at=at)
    record(session, Action.IMPORT_LEFT, preview, by=by, at=at)


def _not_there_yet(session: Session, preview: ContractImport) -> list[tuple[int, Any]]:
    """What was understood, but for what another import has added since the preview."""
    query = (
        select(ImportRow.source_row, ImportRow.content)
        .where(ImportRow.import_id == preview.id, ~ImportRow.refused, ~ImportRow.known)
        .order_by(ImportRow.position)
    )
    rows: list[tuple[int, Any]] = [(row, content) for row, content in session.execute(query)]
    there = existing(session, Contract.source_key, [content["source_key"] for _, content in rows])
    return [
        (row, content)
        for row, content in rows
        if (uuid.UUID(content["authority_id"]), content["source_key"]) not in there
    ]


def _must_be_own(authority: Organisation | None, by: Person | None) -> None:
    if by is None or by.role == Role.ADMINISTRATOR:
        return
    if authority is None or authority.id != by.organisation_id:
        raise NotAllowed("You can import your own authority’s contracts only.")


def _add(
    session: Session, preview: ContractImport, rows: list[tuple[int, Any]], at: datetime
) -> None:
    references = next_references(session, "CON", at.year, len(rows))
    contracts = [
        contract_of(content)
        | {
            "id": uuid.uuid4(),
            "reference": reference,
            "source": ContractSource.IMPORT,
            "import_id": preview.id,
            "source_row": row,
            "status": ContractStatus.ACTIVE,
            "created_at": at,
            "version": 1,
        }
        for reference, (row, content) in zip(references, rows, strict=True)
    ]
    # With absent values written out, all rows are of one shape and go in together.
    adding = insert(Contract).execution_options(render_nulls=True)
    for start in range(0, len(contracts), CHUNK):
        session.execute(adding, contracts[start : start + CHUNK])
    index_rows(session, Contract, contracts)


def contract_of(content: dict[str, Any]) -> dict[str, Any]:
    """The columns of a contract from a preview's plain values."""
    given = {name: value for name, value in content.items() if name not in NO_COLUMNS}
    kept = OF_EARLIER_PREVIEWS | given
    kept["sureness"] = Sureness(kept["sureness"])
    kept["authority_id"] = uuid.UUID(kept["authority_id"])
    kept |= _read_back(content, DAYS, date.fromisoformat)
    kept |= _read_back(content, AMOUNTS, Decimal)
    return kept


def _read_back(content: dict[str, Any], names: Iterable[str], read: Any) -> dict[str, Any]:
    return {name: read(content[name]) if content.get(name) is not None else None for name in names}

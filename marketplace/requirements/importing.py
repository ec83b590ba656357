"""The verbs of a file of requirements: look at it, accept what was understood, or leave it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.accounts.queries import authorities
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.queries import names_of, policies_for
from marketplace.clock import london_day
from marketplace.errors import Unacceptable, WrongState
from marketplace.intake.faults import RowReader
from marketplace.intake.models import ImportStatus
from marketplace.intake.services import (
    Outcome,
    accept_preview,
    keep_preview,
    leave_preview,
    reasons,
)
from marketplace.intake.tables import Table
from marketplace.requirements import queries, services
from marketplace.requirements.file_format import (
    Known,
    Understood,
    by_name_and_code,
    code_of,
    read_row,
)
from marketplace.requirements.models import (
    Requirement,
    RequirementImport,
    RequirementImportRow,
    RequirementOrigin,
)
from marketplace.requirements.needs import need_of
from marketplace.requirements.services import Posting

FORMAT = "requirements"


@dataclass(frozen=True)
class Accepted:
    """The requirements that a file added, and what became of posting them."""

    drafts: Sequence[Requirement]
    postings: Sequence[Posting] = ()

    @property
    def refused(self) -> Sequence[Posting]:
        return [posting for posting in self.postings if posting.fault]


def preview_requirements(
    session: Session,
    table: Table,
    content: bytes,
    *,
    authority: Organisation,
    by: Person | None,
    at: datetime,
) -> RequirementImport:
    """Look over a file that was read and keep what it would add, without adding it."""
    results = _outcomes(session, table, authority, at)
    preview = RequirementImport(file_name=table.file, file_format=FORMAT, reasons=reasons(results))
    keep_preview(
        session,
        preview,
        RequirementImportRow,
        results,
        authority=authority,
        content=content,
        by=by,
        at=at,
    )
    counts = {"rows": preview.rows_read, "refused": preview.rows_refused}
    record(session, Action.REQUIREMENTS_PREVIEWED, preview, by=by, at=at, **counts)
    return preview


def accept_requirements(
    session: Session,
    preview: RequirementImport,
    authority: Organisation,
    *,
    post: bool,
    by: Person | None,
    at: datetime,
) -> Accepted:
    """Draft what was understood and is not there yet (import: previewed → accepted), and post it.

    Raises WrongState for a file that was decided, Unacceptable where it would add nothing.
    """
    if preview.status != ImportStatus.PREVIEWED:
        raise WrongState(f"This file was {preview.status.value} already.")
    rows = _not_there_yet(session, preview, authority)
    if not rows:
        raise Unacceptable("Nothing in this file is new. You can leave it.")
    needs = [(authority, need_of(content["need"])) for _, content in rows]
    drafts = services.draft_requirements(session, needs, by=by, at=at)
    session.add_all(
        RequirementOrigin(
            requirement_id=draft.id,
            authority_id=authority.id,
            import_id=preview.id,
            source_row=row,
            source_key=content["key"],
            source_reference=content["reference"],
        )
        for draft, (row, content) in zip(drafts, rows, strict=True)
    )
    _keep_apart(session, authority, [content for _, content in rows], by=by, at=at)
    postings = services.post_requirements(session, drafts, by=by, at=at) if post else []
    accept_preview(preview, added=len(drafts), at=at)
    record(session, Action.REQUIREMENTS_IMPORTED, preview, by=by, at=at, number=len(drafts))
    return Accepted(drafts, postings)


def leave_requirements(
    session: Session, preview: RequirementImport, *, by: Person | None, at: datetime
) -> None:
    """Add nothing of it (import: previewed → left); raises WrongState for a decided one."""
    leave_preview(preview, at=at)
    record(session, Action.IMPORT_LEFT, preview, by=by, at=at)


def _outcomes(
    session: Session, table: Table, authority: Organisation, at: datetime
) -> list[Outcome]:
    """What became of each row: refused, known, or new."""
    readers = [RowReader(table, row) for row in table.rows]
    codes = names_of(session, [code_of(reader) for reader in readers])
    known = Known(
        policies_for(session, codes),
        by_name_and_code(authorities(session)),
        authority,
        london_day(at),
    )
    read = [(reader, read_row(reader, known)) for reader in readers]
    there = _there(session, authority, [row.key for _, row in read if row])
    results: list[Outcome] = []
    for reader, row in read:
        if row is None:
            results.append(Outcome(reader.row.number, faults=reader.faults))
            continue
        results.append(
            Outcome(row.number, _content(row, codes, there.get(row.key, "")), row.key in there)
        )
        there.setdefault(row.key, f"the same as row {row.number}")
    return results


def _content(row: Understood, names: dict[str, str], known: str) -> dict[str, object]:
    return {
        "key": row.key,
        "reference": row.reference,
        "need": row.need.plain(),
        "category": names[row.need.category_code],
        "apart": [str(each.id) for each in row.apart],
        "known": known,
    }


def _there(session: Session, authority: Organisation, keys: Sequence[str]) -> dict[str, str]:
    """Of these keys those that made a requirement before, and which it is."""
    rows = session.execute(
        select(RequirementOrigin.source_key, Requirement.reference)
        .join(Requirement, Requirement.id == RequirementOrigin.requirement_id)
        .where(RequirementOrigin.authority_id == authority.id)
        .order_by(Requirement.reference)
    )
    wanted = set(keys)
    return {key: f"here already, as {reference}" for key, reference in rows if key in wanted}


def _not_there_yet(
    session: Session, preview: RequirementImport, authority: Organisation
) -> list[tuple[int, dict[str, Any]]]:
    """What was understood, but for what another file has added since the preview."""
    understood = session.execute(
        select(RequirementImportRow.source_row, RequirementImportRow.content)
        .where(
            RequirementImportRow.import_id == preview.id,
            ~RequirementImportRow.refused,
            ~RequirementImportRow.known,
        )
        .order_by(RequirementImportRow.position)
    )
    rows: list[tuple[int, dict[str, Any]]] = [(row, content or {}) for row, content in understood]
    there = _there(session, authority, [content["key"] for _, content in rows])
    return [(row, content) for row, content in rows if content["key"] not in there]


def _keep_apart(
    session: Session,
    authority: Organisation,
    contents: Iterable[dict[str, Any]],
    *,
    by: Person | None,
    at: datetime,
) -> None:
    """Add the authorities with which the file will not share to those of each category."""
    named: dict[str, set[uuid.UUID]] = {}
    for content in contents:
        ids = {uuid.UUID(each) for each in content["apart"]}
        if ids:
            named.setdefault(content["need"]["category_code"], set()).update(ids)
    everybody = {each.id: each for each in authorities(session)} if named else {}
    for code, ids in sorted(named.items()):
        before = {each.id for each in queries.excluded_by(session, authority.id, code)}
        others = [everybody[each] for each in sorted(before | ids, key=str)]
        services.set_exclusions(session, authority, code, others, by=by, at=at)

"""Reading files of requirements: a commissioner sees its own authority's."""

import uuid
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.errors import NotFound
from marketplace.finding import each_word_in
from marketplace.intake.models import ImportStatus
from marketplace.requirements.models import (
    Requirement,
    RequirementImport,
    RequirementImportRow,
    RequirementOrigin,
)

SHOWN = ("new", "known", "refused")


def imports_of(
    person: Person, words: str = "", status: ImportStatus | None = None
) -> Select[RequirementImport]:
    """The files of the person's authority (named so, of a status), for a list."""
    query = select(RequirementImport).where(
        RequirementImport.authority_id == person.organisation_id,
        *each_word_in(words, RequirementImport.file_name),
    )
    return query if status is None else query.where(RequirementImport.status == status)


def requirement_import(
    session: Session, person: Person, import_id: uuid.UUID, *, to_decide: bool = False
) -> RequirementImport:
    """One file, locked where it is about to be decided; raises NotFound for another's."""
    query = imports_of(person).where(RequirementImport.id == import_id)
    found = session.scalar(query.with_for_update() if to_decide else query)
    if found is None:
        raise NotFound()
    return found


def rows_of(preview: RequirementImport, shown: str) -> Select[RequirementImportRow]:
    """The rows of one kind: new, known or refused."""
    return select(RequirementImportRow).where(
        RequirementImportRow.import_id == preview.id,
        RequirementImportRow.refused.is_(shown == "refused"),
        RequirementImportRow.known.is_(shown == "known"),
    )


def refused_faults(session: Session, preview: RequirementImport) -> list[list[dict[str, Any]]]:
    """The faults of each refused row, in the order of the file."""
    query = rows_of(preview, "refused").order_by(RequirementImportRow.position)
    return [row.faults or [] for row in session.scalars(query)]


def origin_of(session: Session, requirement: Requirement) -> tuple[str, int] | None:
    """The file and the row from which a requirement was drafted, if it was."""
    found = session.execute(
        select(RequirementImport.file_name, RequirementOrigin.source_row)
        .join(RequirementImport, RequirementImport.id == RequirementOrigin.import_id)
        .where(RequirementOrigin.requirement_id == requirement.id)
    ).first()
    return (found.file_name, found.source_row) if found else None

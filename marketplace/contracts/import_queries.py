"""Reading imports: a commissioner sees its own authority's, an administrator all."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Person, Role
from marketplace.contracts.models import ContractImport, ImportRow
from marketplace.errors import NotFound
from marketplace.intake.models import ImportStatus
from marketplace.security.permissions import Permission, may

SHOWN = ("new", "known", "refused")


@dataclass(frozen=True)
class ImportFilter:
    """What a reader of the list of imports asks for; an empty part asks for nothing."""

    words: str = ""
    status: ImportStatus | None = None
    authority_id: uuid.UUID | None = None

    @property
    def anything(self) -> bool:
        return self != ImportFilter()

    def apply(self, query: Select[ContractImport]) -> Select[ContractImport]:
        """Narrow the query."""
        if self.words:
            query = query.where(ContractImport.file_name.icontains(self.words, autoescape=True))
        if self.status:
            query = query.where(ContractImport.status == self.status)
        if self.authority_id:
            query = query.where(ContractImport.authority_id == self.authority_id)
        return query


def imports_of(person: Person) -> Select[ContractImport]:
    """The imports that the person may see, for a list."""
    query = select(ContractImport).options(joinedload(ContractImport.authority))
    if person.role == Role.COMMISSIONER:
        query = query.where(ContractImport.authority_id == person.organisation_id)
    return query


def sees(person: Person, preview: ContractImport | None) -> bool:
    """Whether the person may open an import: its own authority's, an administrator any."""
    if preview is None or not may(person.role, Permission.IMPORT_CONTRACTS):
        return False
    return person.role == Role.ADMINISTRATOR or preview.authority_id == person.organisation_id


def contract_import(
    session: Session, person: Person, import_id: uuid.UUID, *, to_decide: bool = False
) -> ContractImport:
    """One import, locked where it is about to be decided; raises NotFound for another's."""
    query = imports_of(person).where(ContractImport.id == import_id)
    if to_decide:
        query = query.with_for_update(of=ContractImport)
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def rows_of(preview: ContractImport, shown: str) -> Select[ImportRow]:
    """The rows of one kind: new, known or refused."""
    return select(ImportRow).where(
        ImportRow.import_id == preview.id,
        ImportRow.refused.is_(shown == "refused"),
        ImportRow.known.is_(shown == "known"),
    )


def refused_faults(session: Session, preview: ContractImport) -> list[list[dict[str, Any]]]:
    """The faults of each refused row, in the order of the file."""
    query = (
        select(ImportRow.faults)
        .where(ImportRow.import_id == preview.id, ImportRow.refused)
        .order_by(ImportRow.position)
    )
    return [faults or [] for faults in session.scalars(query)]

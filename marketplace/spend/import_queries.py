"""Reading imports of spending: a commissioner sees its own authority's, the centre all."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Organisation, OrganisationKind, Person, Role
from marketplace.db import AnyColumns, AnyRow
from marketplace.errors import NotFound
from marketplace.intake.models import ImportStatus
from marketplace.spend.models import SpendImport, SpendImportRow

MOST_LISTED = 200


@dataclass(frozen=True)
class SpendImportFilter:
    """What a reader of the list of imports asks for; an empty part asks for nothing."""

    words: str = ""
    status: ImportStatus | None = None
    authority_id: uuid.UUID | None = None

    @property
    def anything(self) -> bool:
        return self != SpendImportFilter()

    def apply(self, query: Select[SpendImport]) -> Select[SpendImport]:
        """Narrow the query."""
        if self.words:
            query = query.where(SpendImport.file_name.icontains(self.words, autoescape=True))
        if self.status:
            query = query.where(SpendImport.status == self.status)
        if self.authority_id:
            query = query.where(SpendImport.authority_id == self.authority_id)
        return query


def imports_of(person: Person) -> Select[SpendImport]:
    """The imports that the person may see, each with its authority."""
    return _seen_by(person).options(joinedload(SpendImport.authority))


def _seen_by(person: Person) -> Select[SpendImport]:
    query = select(SpendImport)
    if person.role == Role.COMMISSIONER:
        query = query.where(SpendImport.authority_id == person.organisation_id)
    return query


def listed(person: Person, asked: SpendImportFilter) -> Select[SpendImport]:
    """The imports of the list, for `shown` to say what a row of it shows."""
    return asked.apply(_seen_by(person))


def shown(query: Select[SpendImport]) -> AnyColumns:
    """What a row of the list shows."""
    one = SpendImport
    return query.outerjoin(Organisation, Organisation.id == one.authority_id).with_only_columns(
        *(one.id, one.reference, one.file_name, one.created_at, one.rows_understood),
        *(one.rows_refused, one.amount, one.status, one.taken_back_at, one.replaced_by_id),
        Organisation.name.label("authority"),
    )


def authority_names(session: Session) -> Sequence[AnyRow]:
    """The key and name of each authority, to choose from."""
    return session.connection().execute(_NAMES).all()


_NAMES = (
    select(Organisation.id, Organisation.name)
    .where(Organisation.kind == OrganisationKind.AUTHORITY)
    .order_by(Organisation.name, Organisation.id)
)


def spend_import(
    session: Session, person: Person, import_id: uuid.UUID, *, to_decide: bool = False
) -> SpendImport:
    """One import, locked where it is about to be decided; raises NotFound for another's."""
    query = imports_of(person).where(SpendImport.id == import_id)
    if to_decide:
        query = query.with_for_update(of=SpendImport)
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def refused_rows(preview: SpendImport) -> Select[SpendImportRow]:
    """The refused rows of an import that are kept one by one, for a list."""
    return select(SpendImportRow).where(SpendImportRow.import_id == preview.id)


def refused_faults(session: Session, preview: SpendImport) -> list[list[dict[str, Any]]]:
    """The faults of each refused row, in the order of the file."""
    query = (
        select(SpendImportRow.faults)
        .where(SpendImportRow.import_id == preview.id)
        .order_by(SpendImportRow.position)
    )
    return [faults or [] for faults in session.scalars(query)]


def newest(session: Session, owner: Organisation | None) -> Sequence[SpendImport]:
    """The newest imports, of one authority or of all."""
    query = select(SpendImport).order_by(SpendImport.number.desc()).limit(MOST_LISTED)
    if owner is not None:
        query = query.where(SpendImport.authority_id == owner.id)
    return session.scalars(query).all()


def called(session: Session, reference: str) -> SpendImport:
    """The import of that reference; raises NotFound."""
    found = session.scalar(select(SpendImport).where(SpendImport.reference == reference))
    if found is None:
        raise NotFound(f"No import is called {reference}.")
    return found


def codes_of(session: Session, query: Any, most: int) -> list[str]:
    """The categories of these totals, the largest first."""
    model = query.column_descriptions[0]["entity"]
    rows = session.scalars(query.order_by(model.amount.desc(), model.id).limit(most))
    return [row.category_code for row in rows]

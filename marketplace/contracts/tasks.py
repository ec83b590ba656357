"""What the register asks of people: previews that nobody has accepted or left."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.contracts.import_queries import imports_of
from marketplace.contracts.models import ContractImport
from marketplace.home.tasks import Task, add_source
from marketplace.intake.models import ImportStatus
from marketplace.security.permissions import Permission, may

MOST = 5


@add_source
def imports_to_decide(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """The latest files that were looked at and wait for a yes or no."""
    if not may(person.role, Permission.IMPORT_CONTRACTS):
        return []
    waiting = session.scalars(
        imports_of(person)
        .where(ContractImport.status == ImportStatus.PREVIEWED)
        .order_by(ContractImport.created_at.desc(), ContractImport.id)
        .limit(MOST)
    )
    return [
        Task(
            f"{preview.file_name}: accept what was understood, or leave it",
            url_for("imports.show", import_id=preview.id),
            f"{preview.rows_new:,} to add",
        )
        for preview in waiting
    ]

"""Writing the record: one function, called where the change is made."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action, AuditEntry


def record(
    session: Session,
    action: Action,
    thing: Any,
    *,
    by: Person | None,
    at: datetime,
    **detail: Any,
) -> AuditEntry:
    """Add an entry about `thing` (a model with an `id`) to the transaction under way.

    `by` is None for what the system does by itself. `detail` must be plain JSON values.
    """
    session.flush()  # a new thing has its id only now
    entry = AuditEntry(
        at=at,
        actor_id=by.id if by else None,
        action=action,
        object_type=type(thing).__tablename__,
        object_id=str(thing.id),
        detail=detail,
    )
    session.add(entry)
    return entry

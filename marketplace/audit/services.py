"""Writing the record: one function, called where the change is made."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.chain import canonical, wait_for_commit
from marketplace.audit.models import Action


def record(
    session: Session,
    action: Action,
    thing: Any,
    *,
    by: Person | None,
    at: datetime,
    **detail: Any,
) -> None:
    """Add an entry about `thing` (a model with an `id`) to the transaction under way.

    `by` is None for what the system does by itself. `detail` must be plain JSON values. The entry
    is written as the transaction is committed, and never if it is not.
    """
    session.flush()  # a new thing has its id only now
    fields = {
        "at": at,
        "actor_id": by.id if by else None,
        "action": action,
        "object_type": type(thing).__tablename__,
        "object_id": str(thing.id),
        # As the database will give it back, and as it is now: the verb may go on changing it.
        "detail": json.loads(canonical(detail)),
    }
    wait_for_commit(session, fields)

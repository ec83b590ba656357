"""The record as others can check it: an export, and checkpoints to keep elsewhere.

An export has an entry a line, in the canonical form that its hash covers. docs/record.md
describes it for whoever writes a verifier of their own.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.chain import BEGINNING, line_of
from marketplace.audit.models import Action, AuditEntry

AT_A_TIME = 2000


def export_lines(session: Session) -> Iterator[str]:
    """Every entry as a line, without its end, the first to the last."""
    columns = AuditEntry.__table__.c
    rows = session.execute(
        select(*columns).order_by(columns.sequence), execution_options={"yield_per": AT_A_TIME}
    )
    return (line_of(row) for row in rows.mappings())


def checkpoint(session: Session) -> str:
    """Where the record ends now, as SEQUENCE:HASH: who keeps it can tell if it is changed."""
    last = session.execute(
        select(AuditEntry.sequence, AuditEntry.sha256).order_by(AuditEntry.sequence.desc()).limit(1)
    ).one_or_none()
    return _checkpoint(*(last or (0, BEGINNING)))


def checkpoint_of(session: Session, action: Action, thing: Any, **detail: object) -> str:
    """The checkpoint of the entry about this thing with this detail; empty if there is none."""
    found = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == type(thing).__tablename__,
            AuditEntry.object_id == str(thing.id),
            AuditEntry.action == action,
        )
        .order_by(AuditEntry.sequence)
    )
    for entry in found:
        if all(entry.detail.get(name) == value for name, value in detail.items()):
            return _checkpoint(entry.sequence, entry.sha256)
    return ""


def _checkpoint(sequence: int, sha256: str) -> str:
    return f"{sequence}:{sha256}"

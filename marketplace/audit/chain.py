"""The chain: entries wait in their session and are numbered and hashed as the transaction ends.

Appending is the last thing a transaction does, under a lock that it keeps until it is committed:
nobody waits for a lock while holding this one, and the order of the entries is that of the
commits. An entry's hash covers its canonical form, which holds the hash of the entry before:
JSON in ASCII, keys in alphabetical order, no spaces.
"""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, event, insert, select, text
from sqlalchemy.orm import Session, SessionTransaction

from marketplace import clock
from marketplace.audit.models import AuditEntry
from marketplace.errors import ClockBehind

log = logging.getLogger(__name__)

BEGINNING = "0" * 64
"""What the first entry holds for the hash of the one before."""
LOCK = 5_073_672
"""Of the record, among the advisory locks of this PostgreSQL database."""
TOLERANCE = timedelta(seconds=1)
"""So far may the clock be behind the last entry, which then lends its time."""
WAITING = "record"

Fields = Mapping[str, Any] | RowMapping
Waiting = list[tuple[SessionTransaction, Fields]]


def wait_for_commit(session: Session, fields: Fields) -> None:
    """Keep an entry until the transaction that is now the innermost one ends."""
    innermost = session.get_nested_transaction() or session.get_transaction() or session.begin()
    _waiting(session).append((innermost, fields))


def canonical(content: Any) -> str:
    """The one way to write this content as JSON."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


def present_moment(session: Session) -> datetime:
    """The present moment by the database's clock, asked for now, in a statement of its own.

    What depends on a deadline asks for it once the lock is held that its competitors wait for.
    Raises ClockBehind where the clock runs behind the last entry of the record.
    """
    now = clock.of_database(session)
    return _moment_after(_last_moment(session), now)


def _last_moment(session: Session) -> datetime | None:
    return session.scalar(
        select(AuditEntry.recorded_at).order_by(AuditEntry.sequence.desc()).limit(1)
    )


def line_of(entry: Fields) -> str:
    """An entry as a line of an export: its canonical form, with its hash, which sorts last."""
    return canonical({**_content(entry), "sha256": entry["sha256"]})


def _content(entry: Fields) -> dict[str, Any]:
    """What an entry's hash covers."""
    return {
        "action": entry["action"],
        "actor": entry["actor_id"] and str(entry["actor_id"]),
        "at": _time(entry["at"]),
        "detail": entry["detail"],
        "object": entry["object_type"],
        "object_id": entry["object_id"],
        "previous": entry["previous"],
        "recorded_at": _time(entry["recorded_at"]),
        "sequence": entry["sequence"],
    }


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    """Chain what waits, everything else being written and every other lock held."""
    if not _waiting(session):
        return
    session.flush()
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    rows = _chained(session, [fields for _, fields in _waiting(session)])
    _waiting(session).clear()
    session.execute(insert(AuditEntry), rows)


def _chained(session: Session, waiting: Sequence[Fields]) -> list[dict[str, Any]]:
    last = session.execute(
        select(AuditEntry.sequence, AuditEntry.sha256, AuditEntry.recorded_at)
        .order_by(AuditEntry.sequence.desc())
        .limit(1)
    ).one_or_none()
    ended, previous, before = last or (0, BEGINNING, None)
    recorded_at = _moment_after(before, clock.of_database(session))
    rows = []
    for number, fields in enumerate(waiting, start=ended + 1):
        row = {**fields, "sequence": number, "recorded_at": recorded_at, "previous": previous}
        row["sha256"] = previous = hashlib.sha256(canonical(_content(row)).encode()).hexdigest()
        rows.append(row)
    return rows


def _moment_after(before: datetime | None, now: datetime) -> datetime:
    """The present moment, which is never before the last entry's; raises ClockBehind."""
    if before is None or now >= before:
        return now
    if before - now > TOLERANCE:
        log.error("The clock says %s and the last entry of the record %s.", now, before)
        raise ClockBehind(
            f"The clock of this service is {before - now} behind what it has already recorded. "
            "Nothing was changed. Tell whoever runs it."
        )
    return before


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    """What was not committed is not recorded: a rollback, of a savepoint too, takes its entries."""
    _waiting(session)[:] = [each for each in _waiting(session) if each[0] is not ended]


def _waiting(session: Session) -> Waiting:
    waiting: Waiting = session.info.setdefault(WAITING, [])
    return waiting

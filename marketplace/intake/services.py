"""The verbs that every previewed file shares: keep the preview, leave it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.intake.faults import Fault
from marketplace.intake.models import IMPORT_MOVES, ImportStatus, PreviewedFile
from marketplace.status import move

MOST_REASONS = 20
MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Outcome:
    """What became of one row: content and perhaps known already, or faults."""

    row: int
    content: dict[str, Any] | None = None
    known: bool = False
    faults: Sequence[Fault] = field(default_factory=tuple)


def keep_preview(
    session: Session,
    preview: Any,
    row_model: Any,
    outcomes: Sequence[Outcome],
    *,
    authority: Organisation | None,
    content: bytes,
    by: Person | None,
    at: datetime,
) -> None:
    """Store a preview (of a noun's own model) and its rows in the transaction under way."""
    kinds = Counter((bool(o.faults), o.known) for o in outcomes)
    preview.sha256 = hashlib.sha256(content).hexdigest()
    preview.authority_id = authority.id if authority else None
    preview.status = ImportStatus.PREVIEWED
    preview.rows_read = len(outcomes)
    preview.rows_refused = kinds[True, False]
    preview.rows_known = kinds[False, True]
    preview.rows_understood = preview.rows_read - preview.rows_refused
    preview.created_at, preview.created_by_id = at, by.id if by else None
    session.add(preview)
    session.flush()
    rows = [
        {
            "import_id": preview.id,
            "position": position,
            "source_row": outcome.row,
            "refused": bool(outcome.faults),
            "known": outcome.known,
            "content": None if outcome.faults else outcome.content,
            "faults": [fault.as_json() for fault in outcome.faults] or None,
        }
        for position, outcome in enumerate(outcomes, start=1)
    ]
    if rows:
        session.execute(insert(row_model).execution_options(render_nulls=True), rows)


def reasons(results: Sequence[Outcome]) -> list[dict[str, object]]:
    """Why rows were refused, commonest first, each with the values that stand there most."""
    values: dict[tuple[str, str], Counter[str]] = {}
    for outcome in results:
        for fault in outcome.faults:
            values.setdefault((fault.column, fault.expected), Counter())[fault.value] += 1
    ranked = sorted(values.items(), key=lambda item: -item[1].total())
    return [
        {
            "column": column,
            "expected": expected,
            "values": [value for value, _ in seen.most_common(MOST_EXAMPLES)],
            "others": max(0, len(seen) - MOST_EXAMPLES),
            "count": seen.total(),
        }
        for (column, expected), seen in ranked[:MOST_REASONS]
    ]


def leave_preview(preview: PreviewedFile, *, at: datetime) -> None:
    """Add nothing of a preview (import: previewed → left); raises WrongState once decided."""
    move(preview, ImportStatus.LEFT, IMPORT_MOVES)
    preview.decided_at = at


def accept_preview(preview: PreviewedFile, *, added: int, at: datetime) -> None:
    """Close a preview whose rows were added (previewed → accepted); raises WrongState."""
    move(preview, ImportStatus.ACCEPTED, IMPORT_MOVES)
    preview.decided_at, preview.rows_added = at, added

"""The verbs of an import of spending: look at a file, accept it, leave it, take it back whole.

Nothing of a file is in the figures before somebody has accepted its preview, and then all that was
understood is, in one transaction with the totals.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Organisation, Person, Role
from marketplace.accounts.queries import authorities
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.contracts.buyers import Ownership
from marketplace.errors import NotAllowed, Unacceptable, WrongState
from marketplace.intake.models import ImportStatus
from marketplace.intake.services import accept_preview, leave_preview
from marketplace.references import next_reference
from marketplace.spend import comparing, telling
from marketplace.spend.fields import folded
from marketplace.spend.limits import MOST_UPLOADED_BYTES
from marketplace.spend.models import (
    SpendBlock,
    SpendCell,
    SpendColumn,
    SpendImport,
    SpendImportRow,
)
from marketplace.spend.preparing import prepare
from marketplace.spend.reading import GivenSpend, SpendRead, TotalState
from marketplace.spend.storing import store

NUMBERS_A_YEAR = 1_000_000

Earlier = Sequence[SpendImport]
"""What is in of the authority already."""


def remembered_columns(session: Session, authority: Organisation) -> dict[str, str]:
    """The columns that the authority's headings were confirmed to be."""
    rows = session.execute(
        select(SpendColumn.heading, SpendColumn.field).where(
            SpendColumn.authority_id == authority.id
        )
    )
    return dict(rows.all())


def preview_spend(
    session: Session,
    file: GivenSpend,
    *,
    authority: Organisation,
    by: Person | None,
    at: datetime,
) -> SpendImport:
    """Keep what a file would add, without adding it.

    Raises Unacceptable for a file that cannot be read, is another authority's or is in already,
    NotAllowed for a commissioner's import for another authority.
    """
    must_be_own(authority, by)
    sha256 = hashlib.sha256(file.content).hexdigest()
    earlier = comparing.imports_in(session, authority)
    _must_be_new(file, sha256, earlier)
    whole = file.read()
    _must_be_of(session, whole, authority)
    preview = _understood(session, file, whole, earlier, at)
    preview.sha256, preview.authority_id, preview.authority = sha256, authority.id, authority
    preview.created_by_id = by.id if by else None
    session.add(preview)
    session.flush()
    _keep_refused(session, preview, whole)
    counts = {"rows": preview.rows_read, "refused": preview.rows_refused}
    record(session, Action.SPEND_PREVIEWED, preview, by=by, at=at, **counts)
    return preview


def _understood(
    session: Session, file: GivenSpend, whole: SpendRead, earlier: Earlier, at: datetime
) -> SpendImport:
    """The preview of what was read, beside what is in already."""
    found, known = comparing.overlaps(session, whole, earlier)
    reference = next_reference(session, "SPD", at.year)
    notices = telling.notices(whole, found, clock.london_day(at))
    return SpendImport(
        reference=reference,
        number=at.year * NUMBERS_A_YEAR + int(reference.rpartition("-")[2]),
        file_name=whole.name,
        file_format="spend",
        status=ImportStatus.PREVIEWED,
        rows_read=whole.lines + whole.refused,
        rows_understood=whole.lines,
        rows_refused=whole.refused,
        rows_known=known,
        amount=whole.amount,
        refused_amount=whole.refused_amount,
        claimed_amount=_claimed(whole),
        total_state=whole.state,
        notices=[telling.about_the_total(whole), *notices],
        reasons=list(whole.reasons),
        parts=[_as_json(part) for part in whole.parts],
        months=_months(whole, earlier),
        asked={"columns": dict(file.asked), "month": file.month},
        must_replace=any(each.is_repeat for each in found),
        repeats=[each.reference for each in found if each.is_repeat],
        content=_kept(file.content),
        created_at=at,
    )


def accept_spend(
    session: Session,
    preview: SpendImport,
    whole: SpendRead,
    *,
    replace: bool = False,
    despite_total: bool = False,
    by: Person | None,
    at: datetime,
) -> int:
    """Add the lines (import: previewed → accepted); with `replace` in the place of those repeated.

    Returns how many lines were added. Raises WrongState for an import that was decided, and
    Unacceptable where its total does not agree or it repeats another and nobody said what to do.
    """
    must_be_open(preview)
    if preview.total_state == TotalState.DIFFERS and not despite_total:
        raise Unacceptable(
            "The lines do not come to the total that the file gives. Say that it is to be "
            "accepted all the same, or mend the file."
        )
    authority = session.get_one(Organisation, preview.authority_id)
    earlier = comparing.imports_in(session, authority)
    repeated = _repeated(session, whole, earlier)
    if repeated and not replace:
        raise Unacceptable(
            f"This file is another edition of {', '.join(each.reference for each in repeated)}. "
            "Say that it takes its place, or leave it."
        )
    for old in repeated:
        _remove(session, old)
        old.taken_back_at, old.replaced_by_id = at, preview.id
        record(session, Action.SPEND_REPLACED, old, by=by, at=at, by_import=preview.reference)
    store(session, whole, preview.number, at)
    accept_preview(preview, added=whole.lines, at=at)
    preview.content = None
    _remember(session, preview, authority, at)
    prepare(session, [authority.id], at=at)
    record(session, Action.SPEND_IMPORTED, preview, by=by, at=at, number=whole.lines)
    return whole.lines


def leave_spend(session: Session, preview: SpendImport, *, by: Person | None, at: datetime) -> None:
    """Add nothing of it (import: previewed → left); raises WrongState for a decided one."""
    leave_preview(preview, at=at)
    preview.content = None
    record(session, Action.IMPORT_LEFT, preview, by=by, at=at)


def take_back(session: Session, preview: SpendImport, *, by: Person | None, at: datetime) -> int:
    """Take every line of an accepted import out again; returns how many there were.

    Raises WrongState for an import whose lines are not in.
    """
    if not preview.is_in:
        raise WrongState("The lines of this import are not in the figures.")
    _remove(session, preview)
    preview.taken_back_at = at
    if preview.authority_id is not None:
        prepare(session, [preview.authority_id], at=at)
    count = preview.rows_added or 0
    record(session, Action.SPEND_TAKEN_BACK, preview, by=by, at=at, number=count)
    return count


def given_again(session: Session, preview: SpendImport) -> GivenSpend:
    """The file of a preview that is not decided yet; raises Unacceptable where it was not kept."""
    must_be_open(preview)
    content = preview.content
    if content is None:
        raise Unacceptable("The file was too large to keep. Import it again with the command.")
    authority = session.get_one(Organisation, preview.authority_id)
    return GivenSpend(
        preview.file_name,
        zlib.decompress(content),
        month=preview.asked["month"],
        remembered=remembered_columns(session, authority),
        asked=preview.asked["columns"],
    )


def must_be_open(preview: SpendImport) -> None:
    """Raises WrongState for an import that was decided."""
    if preview.status != ImportStatus.PREVIEWED:
        raise WrongState(f"This import was {preview.status.value} already.")


def must_be_own(authority: Organisation, by: Person | None) -> None:
    """Raises NotAllowed for another authority's file; the centre may import for any."""
    if by is not None and by.role == Role.COMMISSIONER and by.organisation_id != authority.id:
        raise NotAllowed("You can import your own authority’s spending only.")


def _must_be_new(file: GivenSpend, sha256: str, earlier: Earlier) -> None:
    for each in earlier:
        if each.sha256 == sha256:
            raise Unacceptable(
                f"{file.name} is in already, to the last character, as {each.reference} "
                f"({each.file_name}). Nothing was added."
            )


def _must_be_of(session: Session, whole: SpendRead, authority: Organisation) -> None:
    """A file that names another registered authority as its body is not this one's."""
    ownership = Ownership(authorities(session), None)
    named = {owner.name for body in whole.bodies if (owner := ownership.named(body))}
    if named and authority.name not in named:
        raise Unacceptable(
            f"{whole.name} says that it is of {', '.join(sorted(named))}, not of "
            f"{authority.name}. Choose the other authority or another file."
        )


def _repeated(session: Session, whole: SpendRead, earlier: Earlier) -> list[SpendImport]:
    """The imports that this one is another edition of, as things are now."""
    found, _ = comparing.overlaps(session, whole, earlier)
    references = {each.reference for each in found if each.is_repeat}
    return [each for each in earlier if each.reference in references]


def _remove(session: Session, old: SpendImport) -> None:
    for model in (SpendBlock, SpendCell):
        session.execute(
            delete(model)
            .where(model.import_number == old.number)
            .execution_options(synchronize_session=False)
        )


def _claimed(whole: SpendRead) -> Any:
    if whole.state == TotalState.NONE:
        return None
    return Decimal(sum(part.claimed or 0 for part in whole.parts)) / 100


def _months(whole: SpendRead, earlier: Earlier) -> list[Mapping[str, int]]:
    there: dict[int, int] = {}
    for each in earlier:
        for row in each.months:
            there[row["month"]] = there.get(row["month"], 0) + row["pence"]
    return [{**row, "there": there.get(row["month"], 0)} for row in whole.months]


def _as_json(part: Any) -> dict[str, Any]:
    kept = ("name", "header_row", "headings", "fields", "guessed", "samples", "month", "rows")
    return {name: getattr(part, name) for name in kept} | {"pence": part.pence}


def _kept(content: bytes) -> bytes | None:
    return zlib.compress(content, 1) if len(content) <= MOST_UPLOADED_BYTES else None


def _keep_refused(session: Session, preview: SpendImport, whole: SpendRead) -> None:
    rows = [
        {
            "import_id": preview.id,
            "position": position,
            "source_row": fault["row"],
            "refused": True,
            "known": False,
            "content": None,
            "faults": [{"file": whole.name, **fault}],
        }
        for position, fault in enumerate(whole.faults, start=1)
    ]
    if rows:
        session.execute(insert(SpendImportRow).execution_options(render_nulls=True), rows)


def _remember(
    session: Session, preview: SpendImport, authority: Organisation, at: datetime
) -> None:
    """Keep which heading is which column, for the authority's next file."""
    decided = dict(preview.asked["columns"])
    for part in preview.parts:
        for field, place in part["fields"].items():
            decided[folded(part["headings"][place])] = field
    for heading, field in decided.items():
        if heading:
            row = SpendColumn(
                authority_id=authority.id, heading=heading[:255], field=field, confirmed_at=at
            )
            session.merge(row)

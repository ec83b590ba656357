"""What people decide about spending: which suppliers are one, and which category a label is.

Each decision is kept, recorded, and can be taken back; the lines and the totals follow at once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.models import CpvCode
from marketplace.categories.suggesting import Confidence
from marketplace.errors import WrongState
from marketplace.spend.categorising import RANK
from marketplace.spend.learning import categoriser, decided, rank
from marketplace.spend.models import (
    MATCH_MOVES,
    MatchStatus,
    SpendCell,
    SpendImport,
    SpendLabel,
    SpendMatch,
    SpendName,
)
from marketplace.spend.preparing import prepare
from marketplace.status import move


def join_suppliers(session: Session, match: SpendMatch, *, by: Person, at: datetime) -> None:
    """The two are one supplier (match: doubtful → same): the second's spellings become the first's.

    Raises WrongState for a match that was decided.
    """
    first, second = _standing(session, match.first_id), _standing(session, match.second_id)
    names = session.scalars(select(SpendName.id).where(SpendName.supplier_id == second)).all()
    move(match, MatchStatus.SAME, MATCH_MOVES)
    match.moved = {"names": list(names), "from": second, "to": first}
    _decided(session, match, by, at)
    if first != second:
        _move_names(session, names, second, first, at)


def keep_apart(session: Session, match: SpendMatch, *, by: Person, at: datetime) -> None:
    """The two are two suppliers (match: doubtful → different); raises WrongState once decided."""
    move(match, MatchStatus.DIFFERENT, MATCH_MOVES)
    _decided(session, match, by, at)


def doubt_again(session: Session, match: SpendMatch, *, by: Person, at: datetime) -> None:
    """Take a decision back (match: same | different → doubtful); spellings go home again.

    Raises WrongState for a match that is not decided, or whose spellings have moved on since.
    """
    was = match.status
    move(match, MatchStatus.DOUBTFUL, MATCH_MOVES)
    moved, match.moved = match.moved, []
    match.decided_at, match.decided_by_id = None, None
    record(session, Action.SUPPLIERS_MATCHED, match, by=by, at=at, status=match.status.value)
    if was == MatchStatus.SAME and moved["from"] != moved["to"]:
        names = session.scalars(
            select(SpendName.id).where(
                SpendName.id.in_(moved["names"]), SpendName.supplier_id == moved["to"]
            )
        ).all()
        if len(names) != len(moved["names"]):
            raise WrongState("A later decision moved these spellings on. Take that one back first.")
        _move_names(session, names, moved["to"], moved["from"], at)


def _decided(session: Session, match: SpendMatch, by: Person, at: datetime) -> None:
    match.decided_by_id, match.decided_at = by.id, at
    record(session, Action.SUPPLIERS_MATCHED, match, by=by, at=at, status=match.status.value)


def _standing(session: Session, number: int) -> int:
    """The supplier that now has the spellings of this one."""
    seen = {number}
    while True:
        onward = session.scalar(
            select(SpendMatch.moved).where(
                SpendMatch.second_id == number,
                SpendMatch.status == MatchStatus.SAME,
                SpendMatch.decided_at.is_not(None),
            )
        )
        if not onward or onward["to"] in seen:
            return number
        number = onward["to"]
        seen.add(number)


def _move_names(session: Session, names: Sequence[int], old: int, new: int, at: datetime) -> None:
    """Spellings from one supplier to another, with their cells and totals."""
    session.execute(update(SpendName).where(SpendName.id.in_(names)).values(supplier_id=new))
    cells = (SpendCell.supplier_id == old, SpendCell.name_id.in_(names))
    numbers = session.scalars(select(SpendCell.import_number).where(*cells).distinct()).all()
    session.execute(update(SpendCell).where(*cells).values(supplier_id=new))
    _prepare_again(session, numbers, at)


def categorise_label(
    session: Session,
    label: SpendLabel,
    category: CpvCode | None,
    *,
    by: Person,
    at: datetime,
) -> int:
    """What a label stands for, as a person says; no category: it is no purchase.

    Labels met later that are like it follow. Returns how many lines changed.
    """
    label.category_code = category.code if category else None
    label.confidence = Confidence.GIVEN
    label.no_purchase = category is None
    label.reason = "a person decided it"
    label.decided_by_id, label.decided_at = by.id, at
    return _categorised(session, label, by, at)


def forget_category(session: Session, label: SpendLabel, *, by: Person, at: datetime) -> int:
    """Take a person's decision about a label back: its words decide again.

    Returns how many lines changed; raises WrongState where nobody had decided.
    """
    if label.decided_at is None:
        raise WrongState("Nobody decided this, so there is nothing to take back.")
    label.decided_by_id, label.decided_at = None, None
    session.flush()
    for column, value in decided(categoriser(session).label(label.words)).items():
        setattr(label, column, value)
    return _categorised(session, label, by, at)


def _categorised(session: Session, label: SpendLabel, by: Person, at: datetime) -> int:
    record(
        session,
        Action.SPEND_CATEGORISED,
        label,
        by=by,
        at=at,
        category=label.category_code,
        decided=label.decided_at is not None,
    )
    mine = SpendCell.label_id == label.id
    numbers = session.scalars(select(SpendCell.import_number).where(mine).distinct()).all()
    count = session.scalar(select(func.sum(SpendCell.lines)).where(mine)) or 0
    by_label = rank(label.confidence)
    if by_label:
        values: dict[str, object] = {"category_code": label.category_code, "sureness": by_label}
    else:
        values = _by_name()
    session.execute(update(SpendCell).where(mine).values(values))
    _prepare_again(session, numbers, at)
    return int(count)


def _by_name() -> dict[str, object]:
    """What the supplier's name says, where the label says nothing."""
    of_cell = SpendName.id == SpendCell.name_id
    sure = case(*((SpendName.confidence == each, number) for each, number in RANK.items()), else_=0)
    return {
        "category_code": select(SpendName.category_code).where(of_cell).scalar_subquery(),
        "sureness": select(sure).where(of_cell).scalar_subquery(),
    }


def _prepare_again(session: Session, numbers: Iterable[int], at: datetime) -> None:
    """Prepare the totals of the authorities that have these imports."""
    owners = session.scalars(
        select(SpendImport.authority_id).where(SpendImport.number.in_(sorted(set(numbers))))
    ).all()
    authorities = [owner for owner in owners if owner is not None]
    if authorities:
        prepare(session, authorities, at=at)

"""The totals that pages show, prepared from the cells in the transaction that changes it.

From the cells of one authority come its totals by category and supplier; from those its totals by
category, by supplier and in all; and from the totals of all authorities those of all London.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Organisation
from marketplace.contracts.models import Contract
from marketplace.references import next_references
from marketplace.spend.models import (
    Grain,
    SpendCell,
    SpendImport,
    SpendPreparation,
    SpendSupplier,
    SpendTotal,
)
from marketplace.spend.names import compact

ALL_YEARS = 0
GUESS = 1
"""The sureness of a category that is only guessed."""
LEAST_PAYMENTS = 3
FIRST_MONTH = 4
"""Financial years of authorities begin in April."""
CHUNK = 500
COLUMNS = (
    *("grain", "year", "authority_id", "category_code", "supplier_id", "amount", "lines"),
    *("guessed", "authorities", "suppliers", "concentration", "top_share", "spread"),
)
T = SpendTotal


def financial_year(month: int) -> int:
    """The year in which the financial year of a month begins: 202703 is of 2026."""
    return month // 100 - (month % 100 < FIRST_MONTH)


def prepare(session: Session, authorities: Iterable[uuid.UUID], *, at: datetime) -> None:
    """Prepare the totals of these authorities, and of all together, anew."""
    _one_at_a_time(session)
    session.flush()
    everything = T.grain.in_(list(Grain))
    session.execute(delete(T).where(everything, T.authority_id.is_(None)))
    for key in sorted(set(authorities), key=str):
        session.execute(delete(T).where(everything, T.authority_id == key))
        _own(session, key)
        _contracted(session, key)
        session.merge(SpendPreparation(authority_id=key, prepared_at=at))
    _together(session)
    _years_before(session)


def _one_at_a_time(session: Session) -> None:
    """Two that prepare at once wait for each other: their common rows would stand twice."""
    next_references(session, "SPEND", 0, 1)


def _own(session: Session, key: uuid.UUID) -> None:
    """One authority's totals, from the finest to the coarsest."""
    mine = T.authority_id == key
    _add(session, _from_cells(key))
    fine = and_(mine, T.grain == Grain.CATEGORY_SUPPLIER)
    _add(session, _all_years(fine, Grain.CATEGORY_SUPPLIER))
    _roll_up(session, mine)


def _roll_up(session: Session, where: ColumnElement[bool]) -> None:
    """By supplier, by category and in all, from the totals by category and supplier."""
    fine = and_(where, T.grain == Grain.CATEGORY_SUPPLIER)
    _add(session, _sums(fine, Grain.SUPPLIER, category=False, supplier=True))
    _add(session, _sums(fine, Grain.CATEGORY, category=True, supplier=False))
    by_supplier = and_(where, T.grain == Grain.SUPPLIER)
    _add(session, _sums(by_supplier, Grain.ALL, category=False, supplier=False))


def _add(session: Session, query: Any) -> None:
    session.execute(insert(T).from_select(COLUMNS, query))


def _from_cells(key: uuid.UUID) -> Any:
    cell = SpendCell
    year = cell.month // 100 - case((cell.month % 100 < FIRST_MONTH, 1), else_=0)
    guessed = case((cell.sureness == GUESS, cell.amount), else_=0)
    return (
        select(
            literal(Grain.CATEGORY_SUPPLIER.value),
            year.label("year"),
            literal(key, T.authority_id.type),
            cell.category_code,
            cell.supplier_id,
            func.sum(cell.amount),
            func.sum(cell.lines),
            func.sum(guessed),
            literal(1),
            literal(1),
            null(),
            null(),
            null(),
        )
        .where(
            cell.import_number.in_(
                select(SpendImport.number).where(SpendImport.authority_id == key)
            )
        )
        .group_by(cell.category_code, cell.supplier_id, text("2"))
    )


def _all_years(where: ColumnElement[bool], grain: Grain) -> Any:
    return (
        select(
            literal(grain.value),
            literal(ALL_YEARS),
            T.authority_id,
            T.category_code,
            T.supplier_id,
            func.sum(T.amount),
            func.sum(T.lines),
            func.sum(T.guessed),
            literal(1),
            literal(1),
            null(),
            null(),
            null(),
        )
        .where(where)
        .group_by(T.authority_id, T.category_code, T.supplier_id)
    )


def _sums(where: ColumnElement[bool], grain: Grain, *, category: bool, supplier: bool) -> Any:
    """Totals of a coarser grain, with how concentrated each is on its suppliers."""
    group: list[Any] = [T.authority_id, T.year]
    group += [T.category_code] if category else []
    group += [T.supplier_id] if supplier else []
    share = (null(), null()) if supplier else _concentration()
    return (
        select(
            literal(grain.value),
            T.year,
            T.authority_id,
            T.category_code if category else null(),
            T.supplier_id if supplier else null(),
            func.sum(T.amount),
            func.sum(T.lines),
            func.sum(T.guessed),
            func.max(T.authorities),
            literal(1) if supplier else func.count(),
            *share,
            null(),
        )
        .where(where)
        .group_by(*group)
    )


def _concentration() -> tuple[Any, Any]:
    """The sum of squared shares and the largest share, in millionths; credits count as nothing."""
    pence = type_coerce(T.amount, BigInteger)
    paid = cast(case((pence > 0, pence), else_=0), Double)
    whole = func.nullif(func.sum(paid), 0)
    squares = func.sum(paid * paid) / (whole * whole)
    return (
        cast(func.round(squares * 1_000_000), BigInteger),
        cast(func.round(func.max(paid) / whole * 1_000_000), BigInteger),
    )


def _together(session: Session) -> None:
    """The totals of all authorities, from those of each."""
    for grain in (Grain.CATEGORY_SUPPLIER, Grain.SUPPLIER):
        _add(session, _over_authorities(grain, category=grain == Grain.CATEGORY_SUPPLIER))
    common = T.authority_id.is_(None)
    fine = and_(common, T.grain == Grain.CATEGORY_SUPPLIER)
    _add(session, _sums(fine, Grain.CATEGORY, category=True, supplier=False))
    by_supplier = and_(common, T.grain == Grain.SUPPLIER)
    _add(session, _sums(by_supplier, Grain.ALL, category=False, supplier=False))
    _count_authorities(session)


def _over_authorities(grain: Grain, *, category: bool) -> Any:
    group: list[Any] = [T.year, T.supplier_id, *([T.category_code] if category else [])]
    return (
        select(
            literal(grain.value),
            T.year,
            null(),
            T.category_code if category else null(),
            T.supplier_id,
            func.sum(T.amount),
            func.sum(T.lines),
            func.sum(T.guessed),
            func.count(),
            literal(1),
            null(),
            null(),
            _spread() if category else null(),
        )
        .where(T.authority_id.is_not(None), T.grain == grain)
        .group_by(*group)
    )


def _spread() -> Any:
    """How far the average payments of authorities to one supplier lie apart, in millionths.

    Of those that paid it often enough for an average to say something.
    """
    pence = cast(type_coerce(T.amount, BigInteger), Double)
    often = and_(T.lines >= LEAST_PAYMENTS, type_coerce(T.amount, BigInteger) > 0)
    average = case((often, pence / T.lines), else_=null())
    apart = func.max(average) / func.min(average)
    return case(
        (func.count(average) > 1, cast(func.round(apart * 1_000_000), BigInteger)), else_=null()
    )


def _count_authorities(session: Session) -> None:
    """How many authorities spend in each category, and in all."""
    own = aliased(T)
    count = (
        select(func.count())
        .where(
            own.grain == T.grain,
            own.year == T.year,
            own.category_code.is_not_distinct_from(T.category_code),
            own.authority_id.is_not(None),
        )
        .correlate(T)
        .scalar_subquery()
    )
    session.execute(
        update(T)
        .where(T.grain.in_((Grain.CATEGORY, Grain.ALL)), T.authority_id.is_(None))
        .values(authorities=count)
        .execution_options(synchronize_session=False)
    )


def _years_before(session: Session) -> None:
    """What the same category came to in the year before."""
    before = aliased(T)
    earlier = (
        select(before.amount)
        .where(
            before.grain == T.grain,
            before.year == T.year - 1,
            before.category_code.is_not_distinct_from(T.category_code),
            before.authority_id.is_not_distinct_from(T.authority_id),
        )
        .correlate(T)
        .scalar_subquery()
    )
    coarse = T.grain.in_((Grain.CATEGORY, Grain.ALL))
    session.execute(
        update(T)
        .where(coarse, T.year != ALL_YEARS)
        .values(previous=earlier)
        .execution_options(synchronize_session=False)
    )


def _contracted(session: Session, key: uuid.UUID) -> None:
    """Mark the suppliers that have a contract of the authority in the register in that year."""
    mine = and_(T.authority_id == key, T.grain == Grain.SUPPLIER)
    session.execute(update(T).where(mine).values(contracted=False))
    years = session.scalars(select(T.year).where(mine).distinct()).all()
    contracts = session.execute(
        select(
            Contract.supplier_name, Contract.suppliers, Contract.start_date, Contract.end_date
        ).where(Contract.authority_id == key)
    ).all()
    forms = {
        compact(name): (start, end)
        for first, others, start, end in contracts
        for name in (others.split("\n") if others else [first])
        if name
    }
    numbers = _numbers(session, sorted(forms))
    for year in years:
        ran = [
            numbers[form] for form, term in forms.items() if form in numbers and _ran(term, year)
        ]
        for start in range(0, len(ran), CHUNK):
            part = ran[start : start + CHUNK]
            session.execute(
                update(T)
                .where(mine, T.year == year, T.supplier_id.in_(part))
                .values(contracted=True)
            )


def _ran(term: tuple[date | None, date | None], year: int) -> bool:
    """Whether a contract ran in a financial year; what is not said is taken as open."""
    start, end = term
    if year == ALL_YEARS:
        return True
    begins, ends = date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1)
    return (start is None or start < ends) and (end is None or end >= begins)


def _numbers(session: Session, forms: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at in range(0, len(forms), CHUNK):
        query = select(SpendSupplier.compact, SpendSupplier.id).where(
            SpendSupplier.compact.in_(forms[at : at + CHUNK])
        )
        found |= dict(session.execute(query).all())
    return found


def authorities_with_spending(session: Session) -> Sequence[Organisation]:
    """The authorities that have lines in the figures, by name."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(select(SpendPreparation.authority_id)))
        .order_by(Organisation.name, Organisation.id)
    ).all()

"""Reading the prepared totals: what was spent, on what, with whom.

Published spending is public, so whoever may see these pages sees every authority's.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CALLED, CpvCode
from marketplace.errors import NotFound
from marketplace.intake.models import ImportStatus
from marketplace.spend.models import (
    COMMON,
    Grain,
    SpendImport,
    SpendPreparation,
    SpendSupplier,
    SpendTotal,
)
from marketplace.spend.names import core
from marketplace.spend.preparing import ALL_YEARS, FIRST_MONTH, financial_year

T = SpendTotal


@dataclass(frozen=True)
class SpendFilter:
    """What a reader of the totals asks for: a year, an authority, a category, a supplier's name."""

    year: int = ALL_YEARS
    authority_id: uuid.UUID | None = None
    category: str = ""
    """An eight-digit code, or "none" for what has no category."""
    name: str = ""
    common: bool = False
    uncontracted: bool = False

    def but(self, **changes: object) -> "SpendFilter":
        return replace(self, **changes)  # type: ignore[arg-type]


def years(session: Session) -> list[int]:
    """The financial years that have spending, the latest first."""
    query = select(T.year).where(
        T.grain == Grain.ALL, T.authority_id.is_(None), T.year != ALL_YEARS
    )
    return list(session.scalars(query.order_by(T.year.desc())))


def latest_year(session: Session) -> int | None:
    """The last financial year that has spending."""
    return next(iter(years(session)), None)


@dataclass(frozen=True)
class Frame:
    """What every page of totals shows around them: which years, whose spending, how fresh."""

    years: Sequence[int]
    authorities: Sequence[tuple[uuid.UUID, str]]
    prepared_at: datetime | None

    def name(self, key: uuid.UUID | None) -> str:
        """The authority's name, or that it is all of them."""
        return dict(self.authorities).get(key, "") if key else "every authority"


def frame(session: Session) -> Frame:
    """The years and authorities that have spending, and when the totals were last prepared."""
    rows = session.execute(
        select(Organisation.id, Organisation.name, SpendPreparation.prepared_at)
        .join(SpendPreparation, SpendPreparation.authority_id == Organisation.id)
        .order_by(Organisation.name, Organisation.id)
    ).all()
    latest = max((at for _, _, at in rows), default=None)
    return Frame(years(session), [(key, name) for key, name, _ in rows], latest)


def _whose(asked: SpendFilter) -> ColumnElement[bool]:
    if asked.authority_id is None:
        return T.authority_id.is_(None)
    return T.authority_id == asked.authority_id


def through(session: Session, asked: SpendFilter) -> int | None:
    """The last month that is in of a year that is not whole yet; None for a whole one."""
    query = select(SpendImport.months).where(
        SpendImport.status == ImportStatus.ACCEPTED, SpendImport.taken_back_at.is_(None)
    )
    if asked.authority_id:
        query = query.where(SpendImport.authority_id == asked.authority_id)
    last = max((row["month"] for rows in session.scalars(query) for row in rows), default=0)
    ends = (asked.year + 1) * 100 + FIRST_MONTH - 1
    return last if financial_year(last) == asked.year and last < ends else None


def whole(session: Session, asked: SpendFilter) -> SpendTotal | None:
    """All that was spent."""
    return session.scalar(
        select(T).where(T.grain == Grain.ALL, T.year == asked.year, _whose(asked))
    )


def by_authority(session: Session, asked: SpendFilter) -> Sequence[SpendTotal]:
    """What each authority spent, on one category or on all; the largest first."""
    grain = Grain.CATEGORY if asked.category else Grain.ALL
    query = (
        select(T)
        .where(T.grain == grain, T.year == asked.year, T.authority_id.is_not(None))
        .options(joinedload(T.authority).load_only(Organisation.name))
        .order_by(T.amount.desc(), T.id)
    )
    if asked.category:
        query = query.where(of_category(asked.category))
    return session.scalars(query).all()


def of_category(category: str) -> ColumnElement[bool]:
    """Whether a total is of the category, or of none."""
    return T.category_code.is_(None) if category == "none" else T.category_code == category


def categories(asked: SpendFilter) -> Select[SpendTotal]:
    """What was spent in each category, for a list."""
    return with_category(
        select(T).where(T.grain == Grain.CATEGORY, T.year == asked.year, _whose(asked))
    )


def with_category(query: Select[SpendTotal]) -> Select[SpendTotal]:
    """Totals with what their categories are called."""
    return query.outerjoin(CpvCode, CpvCode.code == T.category_code).options(
        joinedload(T.category).load_only(CpvCode.name, CpvCode.own_title)
    )


CATEGORY_SORTS = {
    "amount": T.amount,
    "category": func.lower(CALLED),
    "authorities": T.authorities,
    "suppliers": T.suppliers,
    "concentration": T.concentration,
    "change": T.amount - func.coalesce(T.previous, 0),
}


def category_total(session: Session, asked: SpendFilter) -> SpendTotal:
    """One category's total; raises NotFound where nothing was ever spent on it."""
    found = session.scalar(
        select(T)
        .where(
            T.grain == Grain.CATEGORY,
            T.year == asked.year,
            _whose(asked),
            of_category(asked.category),
        )
        .options(joinedload(T.category))
    )
    if found is None:
        raise NotFound()
    return found


def suppliers(asked: SpendFilter) -> Select[SpendTotal]:
    """What was spent with each supplier, for a list."""
    grain = Grain.CATEGORY_SUPPLIER if asked.category else Grain.SUPPLIER
    query = select(T).options(joinedload(T.supplier))
    if asked.common and not asked.category and asked.authority_id is None:
        query = query.where(text(f"({COMMON})"), T.year == asked.year)
    else:
        query = query.where(T.grain == grain, T.year == asked.year, _whose(asked))
    if asked.category:
        query = query.where(of_category(asked.category))
    if asked.uncontracted:
        query = query.where(T.contracted.is_(False))
    if asked.name:
        query = query.where(T.supplier_id.in_(_named(asked.name)))
    return query


def _named(words: str) -> Select[int]:
    """The suppliers whose name begins so."""
    start = core(words)
    return select(SpendSupplier.id).where(
        SpendSupplier.core >= start, SpendSupplier.core < start + "\uffff"
    )


def supplier(session: Session, supplier_id: int) -> SpendSupplier:
    """One supplier; raises NotFound."""
    found = session.get(SpendSupplier, supplier_id) if supplier_id < 2**62 else None
    if found is None:
        raise NotFound()
    return found


def of_supplier(session: Session, supplier_id: int, grain: Grain) -> Sequence[SpendTotal]:
    """A supplier's totals of each year, by authority or by category and authority."""
    return session.scalars(
        select(T)
        .where(T.supplier_id == supplier_id, T.grain == grain)
        .options(
            joinedload(T.authority).load_only(Organisation.name),
            joinedload(T.category).load_only(CpvCode.name, CpvCode.own_title),
        )
        .order_by(T.year, T.amount.desc(), T.id)
    ).all()


def prices(year: int) -> Select[SpendTotal]:
    """Suppliers whose average payment differs between authorities, for a list."""
    return (
        select(T)
        .where(T.spread.is_not(None), T.year == year)
        .options(
            joinedload(T.supplier),
            joinedload(T.category).load_only(CpvCode.name, CpvCode.own_title),
        )
    )


def averages(session: Session, rows: Sequence[SpendTotal]) -> dict[int, list[SpendTotal]]:
    """What each authority paid those suppliers for the same category, by the row's key."""
    if not rows:
        return {}
    found = session.scalars(
        select(T)
        .where(
            T.supplier_id.in_([row.supplier_id for row in rows]),
            T.grain == Grain.CATEGORY_SUPPLIER,
            T.year == rows[0].year,
            T.authority_id.is_not(None),
        )
        .options(joinedload(T.authority).load_only(Organisation.name))
    ).all()
    return {
        row.id: sorted(
            (
                each
                for each in found
                if (each.supplier_id, each.category_code) == (row.supplier_id, row.category_code)
            ),
            key=lambda each: each.amount / each.lines,
        )
        for row in rows
    }


def before(session: Session, rows: Sequence[SpendTotal]) -> Mapping[int, Decimal]:
    """What each of these suppliers was paid the year before, by the row's key."""
    if not rows or rows[0].year == ALL_YEARS:
        return {}
    one = rows[0]
    query = select(T.supplier_id, T.amount).where(
        T.supplier_id.in_([row.supplier_id for row in rows]),
        T.grain == one.grain,
        T.year == one.year - 1,
        T.authority_id.is_(None)
        if one.authority_id is None
        else T.authority_id == one.authority_id,
        T.category_code.is_not_distinct_from(one.category_code),
    )
    amounts = dict(session.execute(query).all())
    return {row.id: amounts[row.supplier_id] for row in rows if row.supplier_id in amounts}

"""Looking up what suppliers say of themselves."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, SQLColumnExpression, exists, literal, select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Organisation, OrganisationKind, SupplierSize
from marketplace.categories.codes import covered_by
from marketplace.categories.models import CpvCode
from marketplace.suppliers.models import SupplierCategory, SupplierProfile

SMALL = frozenset({SupplierSize.MICRO, SupplierSize.SMALL})


def profile(session: Session, supplier: Organisation) -> SupplierProfile | None:
    """What the supplier said of its size; None where it has said nothing yet."""
    return session.get(SupplierProfile, supplier.id)


def categories_of(session: Session, supplier: Organisation) -> Sequence[CpvCode]:
    """The categories that the supplier looks for, by name."""
    return session.scalars(
        select(CpvCode)
        .join(SupplierCategory, SupplierCategory.cpv_code == CpvCode.code)
        .where(SupplierCategory.supplier_id == supplier.id)
        .order_by(CpvCode.name, CpvCode.code)
    ).all()


def category(session: Session, supplier: Organisation, code: str) -> SupplierCategory | None:
    """The supplier's row for one category, or None."""
    return session.scalar(
        select(SupplierCategory)
        .where(SupplierCategory.supplier_id == supplier.id, SupplierCategory.cpv_code == code)
        .options(joinedload(SupplierCategory.cpv))
    )


def looks_for(supplier_id: uuid.UUID, code: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Whether a column of codes is in one of the supplier's categories or below it."""
    return exists().where(
        SupplierCategory.supplier_id == supplier_id, covered_by(SupplierCategory.cpv_code, code)
    )


@dataclass(frozen=True)
class Bidders:
    """The registered suppliers of a category, by whether they could take a lot of some value."""

    able: int
    able_small: int
    """Those of the able with fewer than 50 people."""
    able_local: int
    """Those of the able that are based in a member authority's area."""
    too_small: int
    unsaid: int
    """Those that have not said how large a contract they could take."""

    @property
    def all(self) -> int:
        return self.able + self.too_small + self.unsaid


def bidders_for(session: Session, code: str, value: Decimal, places: Collection[str]) -> Bidders:
    """Who could bid for a lot of this category and value; `places` are the members' names."""
    return bidders_for_each(session, code, [value], places)[value]


def bidders_for_each(
    session: Session, code: str, values: Collection[Decimal], places: Collection[str]
) -> dict[Decimal, Bidders]:
    """The same for several values at once."""
    rows = _registered(session, code)
    return {value: _bidders(rows, value, places) for value in values}


def _registered(session: Session, code: str) -> Sequence[Row[*tuple[Any, ...]]]:
    return session.execute(
        select(Organisation.size, Organisation.location, SupplierProfile.largest_contract)
        .outerjoin(SupplierProfile, SupplierProfile.supplier_id == Organisation.id)
        .where(
            Organisation.kind == OrganisationKind.SUPPLIER,
            Organisation.id.in_(
                select(SupplierCategory.supplier_id).where(
                    covered_by(SupplierCategory.cpv_code, literal(code))
                )
            ),
        )
    ).all()


def _bidders(
    rows: Sequence[Row[*tuple[Any, ...]]], value: Decimal, places: Collection[str]
) -> Bidders:
    able = [row for row in rows if row.largest_contract and row.largest_contract >= value]
    near = {place.casefold() for place in places}
    return Bidders(
        able=len(able),
        able_small=sum(row.size in SMALL for row in able),
        able_local=sum((row.location or "").casefold() in near for row in able),
        too_small=sum(bool(row.largest_contract) for row in rows) - len(able),
        unsaid=sum(not row.largest_contract for row in rows),
    )

"""Looking up what suppliers say of themselves."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Organisation
from marketplace.categories.codes import covered_by
from marketplace.categories.models import CpvCode
from marketplace.suppliers.models import SupplierCategory, SupplierProfile


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


def looks_for(supplier: Organisation, code: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Whether a column of codes is in one of the supplier's categories or below it."""
    return exists().where(
        SupplierCategory.supplier_id == supplier.id, covered_by(SupplierCategory.cpv_code, code)
    )

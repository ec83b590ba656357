"""What a supplier says of itself: its size, and the categories that it looks for."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person, SupplierSize
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.models import CpvCode
from marketplace.errors import StaleEdit, Unacceptable
from marketplace.suppliers import queries
from marketplace.suppliers.models import SupplierCategory, SupplierProfile

MOST_CATEGORIES = 50


def describe_supplier(
    session: Session,
    supplier: Organisation,
    *,
    size: SupplierSize | None,
    location: str,
    largest_contract: Decimal | None,
    by: Person | None,
    at: datetime,
    version: int | None = None,
) -> SupplierProfile:
    """Keep what the supplier says of itself.

    Raises StaleEdit where a colleague changed it since `version`.
    """
    profile = queries.profile(session, supplier)
    if profile is None:
        profile = SupplierProfile(supplier_id=supplier.id)
        session.add(profile)
    elif version is not None and version != profile.version:
        raise StaleEdit("A colleague changed this since you opened it. Check it and save again.")
    supplier.size, supplier.location = size, location.strip() or None
    profile.largest_contract, profile.updated_at = largest_contract, at
    record(session, Action.SUPPLIER_DESCRIBED, supplier, by=by, at=at)
    return profile


def look_for_category(
    session: Session, supplier: Organisation, cpv: CpvCode, *, by: Person | None, at: datetime
) -> SupplierCategory:
    """Add a category to those that the supplier looks for; again changes nothing."""
    row = queries.category(session, supplier, cpv.code)
    if row is not None:
        return row
    if len(queries.categories_of(session, supplier)) >= MOST_CATEGORIES:
        raise Unacceptable(
            f"You look for {MOST_CATEGORIES} categories already. Take one away, or choose a wider "
            "one: its parts count too."
        )
    row = SupplierCategory(supplier_id=supplier.id, cpv_code=cpv.code, added_at=at)
    session.add(row)
    record(session, Action.SUPPLIER_DESCRIBED, supplier, by=by, at=at, added=cpv.code)
    return row


def stop_looking_for(
    session: Session, supplier: Organisation, cpv: CpvCode, *, by: Person, at: datetime
) -> None:
    """Take a category away; one that was not there changes nothing."""
    row = queries.category(session, supplier, cpv.code)
    if row is not None:
        session.delete(row)
        record(session, Action.SUPPLIER_DESCRIBED, supplier, by=by, at=at, removed=cpv.code)

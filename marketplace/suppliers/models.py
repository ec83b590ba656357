"""What suppliers say of themselves: what they can supply, and how much of it."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.categories.models import CpvCode
from marketplace.db import Base, Moment, Money


class SupplierProfile(Base):
    """How much a supplier can take on; one for each supplier that has said so."""

    __tablename__ = "supplier_profile"
    __table_args__ = (
        CheckConstraint(
            "largest_contract IS NULL OR largest_contract > 0", name="largest_is_positive"
        ),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    largest_contract: Mapped[Money | None]
    """The largest contract, over its whole term, that it could take; none: it has not said."""
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for


class SupplierCategory(Base):
    """A category that a supplier looks for; the codes below it count too."""

    __tablename__ = "supplier_category"

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    cpv_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"), primary_key=True, index=True)
    added_at: Mapped[Moment]

    cpv: Mapped[CpvCode] = relationship(lazy="raise_on_sql")

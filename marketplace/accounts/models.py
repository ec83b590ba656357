"""Organisations, the people in them, and where they are signed in."""

import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, Line, Moment, PrimaryKey


class OrganisationKind(StrEnum):
    AUTHORITY = "authority"
    SUPPLIER = "supplier"
    CENTRE = "centre"


class SupplierSize(StrEnum):
    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Role(StrEnum):
    COMMISSIONER = "commissioner"
    SUPPLIER = "supplier"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


class Organisation(Base):
    """An authority, a supplier or the centre."""

    __tablename__ = "organisation"
    __table_args__ = (
        # An authority is known by a code; the others need none.
        CheckConstraint("kind <> 'authority' OR code IS NOT NULL", name="authority_has_code"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[OrganisationKind] = mapped_column(index=True)
    name: Mapped[Line] = mapped_column(index=True)
    code: Mapped[str | None] = mapped_column(String(20), unique=True)
    """GSS code of an authority, registration number of a supplier."""
    short_code: Mapped[str | None] = mapped_column(String(8))
    subregion: Mapped[str | None] = mapped_column(String(60))
    size: Mapped[SupplierSize | None]
    location: Mapped[str | None] = mapped_column(String(120))
    tile_column: Mapped[int | None]
    tile_row: Mapped[int | None]
    created_at: Mapped[Moment]


class Neighbours(Base):
    """Two authorities that share a border, each pair once."""

    __tablename__ = "neighbours"
    __table_args__ = (
        # Each unordered pair is stored once, the smaller id first.
        CheckConstraint("authority_a_id < authority_b_id", name="ordered_pair"),
    )

    authority_a_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True
    )
    authority_b_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True
    )


class Person(Base):
    """Somebody who signs in for one organisation, in one role."""

    __tablename__ = "person"

    id: Mapped[PrimaryKey]
    email: Mapped[Line] = mapped_column(unique=True)
    name: Mapped[Line]
    role: Mapped[Role]
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    password_hash: Mapped[Line]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column()

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the form SQLAlchemy asks for


class SignIn(Base):
    """One signed-in browser. Ending the row signs it out wherever it is."""

    __tablename__ = "sign_in"

    id: Mapped[PrimaryKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

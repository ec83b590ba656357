"""Organisations, the people in them, and where they are signed in."""

import secrets
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
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


def _nobodys_token() -> str:
    """What no token has as its hash, until a browser is given one."""
    return secrets.token_hex(32)


def _as_created(context: Any) -> Any:
    return context.get_current_parameters()["created_at"]


class SignIn(Base):
    """One signed-in browser. Ending the row signs it out wherever it is."""

    __tablename__ = "sign_in"

    id: Mapped[PrimaryKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    with_code: Mapped[bool] = mapped_column(default=False)
    """Whether a one-time code was given too."""
    browser: Mapped[Line] = mapped_column(default="")
    """What the browser called itself, so that its person knows it again."""
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True, default=_nobodys_token)
    """Of what stands in the browser's cookie: who reads the database cannot act as somebody."""
    seen_at: Mapped[Moment] = mapped_column(default=_as_created)
    """When its person last asked for a page, to a few minutes."""
    confirmed_at: Mapped[Moment] = mapped_column(default=_as_created)
    """When its person last gave the password."""

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class OneTimeCodes(Base):
    """The secret that a person's phone shares with the site, once it has shown a right code."""

    __tablename__ = "one_time_codes"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret: Mapped[Line]
    """Sealed with the site's secret key."""
    started_at: Mapped[Moment]
    confirmed_at: Mapped[Moment | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The time step of the last code used: no code counts twice."""


class PasswordReset(Base):
    """Somebody asked for a new password. Who it is, and whether at all, is found out later."""

    __tablename__ = "password_reset"
    __table_args__ = (
        # The address is kept until it is answered, and no longer.
        CheckConstraint("(email = '') = (answered_at IS NOT NULL)", name="answered_is_forgotten"),
        Index("ix_password_reset_answered_at", "answered_at"),
    )

    id: Mapped[PrimaryKey]
    email: Mapped[Line]
    asked_at: Mapped[Moment]
    answered_at: Mapped[Moment | None]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    good_until: Mapped[Moment | None]
    used_at: Mapped[Moment | None]

    person: Mapped[Person | None] = relationship(lazy="joined")


class AttemptKind(StrEnum):
    """What somebody tried: the wrong password or code, or to have a password reset."""

    SIGN_IN = "sign_in"
    RESET = "reset"


class Attempt(Base):
    """One attempt that counts against the limits; forgotten after a day."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_account", "kind", "account", "at"),
        Index("ix_attempt_address", "kind", "address", "at"),
        Index("ix_attempt_at", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    kind: Mapped[AttemptKind]
    account: Mapped[Line]
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]

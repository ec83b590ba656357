"""Signing in and out, adding and removing people and organisations."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.attempts import Trial, check_limits, count_attempt
from marketplace.accounts.codes import check_code, has_codes
from marketplace.accounts.models import (
    AttemptKind,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    SignIn,
)
from marketplace.accounts.passwords import NOBODY, check_password, hasher, matches
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable
from marketplace.mail.services import post_mail

LONGEST_NAME, LONGEST_SUBREGION = 255, 60
ROLES_OF_KIND = {
    OrganisationKind.AUTHORITY: {Role.COMMISSIONER},
    OrganisationKind.SUPPLIER: {Role.SUPPLIER},
    OrganisationKind.CENTRE: {Role.REVIEWER, Role.ADMINISTRATOR},
}
CHANGED = """The password of your account at London Buys Together was changed, and all its
sign-ins were ended. If it was not you, tell the London Centre of Excellence at once.
"""
SIGNED_OUT = """An administrator of London Buys Together ended all sign-ins of your account. You can
sign in again at any time. If nobody told you why, ask the London Centre of Excellence.
"""


@dataclass(frozen=True)
class Visitor:
    """Where a request comes from."""

    address: str = ""
    browser: str = ""
    known_as: str = ""
    """What the browser was named when it last signed in to this account; empty for all others."""


def sign_in(
    session: Session,
    email: str,
    password: str,
    code: str = "",
    *,
    visitor: Visitor,
    key: str,
    at: datetime,
) -> SignIn | None:
    """A new sign-in, or None: the answer is the same whatever was wrong.

    A failed attempt is counted, so the request must be kept. Raises TooManyAttempts.
    """
    trial = Trial(AttemptKind.SIGN_IN, email, visitor.address, at, visitor.known_as)
    check_limits(session, trial)
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    right = matches(person.password_hash if person else NOBODY, password)
    coded = person is not None and right and has_codes(session, person)
    if (
        person is None
        or not (right and person.active)
        or (coded and not check_code(session, person, code, key=key, at=at))
    ):
        count_attempt(session, trial)
        return None
    row = SignIn(person=person, created_at=at, with_code=coded, browser=visitor.browser[:255])
    session.add(row)
    record(session, Action.PERSON_SIGNED_IN, person, by=person, at=at, with_code=coded)
    return row


def confirm_again(
    session: Session, row: SignIn, password: str, code: str, *, address: str, key: str, at: datetime
) -> None:
    """Somebody who is signed in shows once more who they are, before what is hard to undo.

    Raises Unacceptable for a wrong password or code, which is counted, so that the request must
    be kept, and TooManyAttempts.
    """
    person = row.person
    trial = Trial(AttemptKind.SIGN_IN, person.email, address, at, str(row.id))
    check_limits(session, trial)
    right = matches(person.password_hash, password)
    if not right or (
        has_codes(session, person) and not check_code(session, person, code, key=key, at=at)
    ):
        count_attempt(session, trial)
        raise Unacceptable("Your password and code do not match. Try again")
    row.confirmed_at = row.seen_at = at
    record(session, Action.PERSON_CONFIRMED, person, by=person, at=at)


def sign_out(session: Session, row: SignIn, *, at: datetime) -> None:
    """End the sign-in wherever its cookie is."""
    row.ended_at = at
    record(session, Action.PERSON_SIGNED_OUT, row.person, by=row.person, at=at)


def end_sign_in(session: Session, row: SignIn, *, by: Person, at: datetime) -> None:
    """End one sign-in, of a lost or borrowed machine say."""
    row.ended_at = at
    record(session, Action.SIGN_IN_ENDED, row.person, by=by, at=at)


def end_sign_ins(session: Session, person: Person, *, at: datetime) -> None:
    """End all of somebody's sign-ins, wherever they are."""
    session.execute(
        update(SignIn)
        .where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )


def sign_out_everywhere(
    session: Session, person: Person, *, by: Person | None, at: datetime
) -> None:
    """End all of somebody's sign-ins for them, and tell them; their access stays."""
    end_sign_ins(session, person, at=at)
    post_mail(session, person.email, "You were signed out everywhere", SIGNED_OUT, at=at)
    record(session, Action.SIGN_IN_ENDED, person, by=by, at=at, all=True)


def change_password(
    session: Session, row: SignIn, current: str, new: str, *, address: str, at: datetime
) -> SignIn:
    """Set another password and end all sign-ins; gives this browser a new one.

    Raises Unacceptable for a wrong current password, which is counted, so that the request must
    be kept, PoorPassword for a new one that others would guess, and TooManyAttempts.
    """
    person = row.person
    trial = Trial(AttemptKind.SIGN_IN, person.email, address, at, str(row.id))
    check_limits(session, trial)
    if not matches(person.password_hash, current):
        count_attempt(session, trial)
        raise Unacceptable("That is not your current password")
    set_password(session, person, new, at=at)
    fresh = SignIn(person=person, created_at=at, with_code=row.with_code, browser=row.browser)
    session.add(fresh)
    return fresh


def set_password(session: Session, person: Person, password: str, *, at: datetime) -> None:
    """Keep the hash of a new password, end all sign-ins, and tell the person.

    Raises PoorPassword for one that others would guess.
    """
    check_password(password, words_about(person))
    person.password_hash = hasher().hash(password)
    end_sign_ins(session, person, at=at)
    post_mail(session, person.email, "Your password was changed", CHANGED, at=at)
    record(session, Action.PASSWORD_CHANGED, person, by=person, at=at)


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    organisation: Organisation,
    by: Person | None,
    at: datetime,
    password: str | None = None,
    password_hash: str | None = None,
) -> Person:
    """Add somebody; raises Unacceptable for a role that the organisation does not have.

    Without a password nobody can sign in as them before they choose one by a link.
    """
    if role not in ROLES_OF_KIND[organisation.kind]:
        raise Unacceptable(f"{organisation.name} has no {role.value}s.")
    email = email.strip().lower()
    if session.scalar(select(Person.id).where(Person.email == email)):
        raise Unacceptable(f"{email} has an account already.")
    person = Person(
        email=email,
        name=name,
        role=role,
        organisation=organisation,
        password_hash=password_hash or hasher().hash(password or secrets.token_urlsafe(32)),
        created_at=at,
    )
    if password is not None:
        check_password(password, words_about(person))
    session.add(person)
    record(session, Action.PERSON_ADDED, person, by=by, at=at, role=role.value)
    return person


def words_about(person: Person) -> tuple[str, ...]:
    """What others know of somebody, and would try in a password."""
    return person.email, person.name, person.organisation.name


def remove_person(session: Session, person: Person, *, by: Person, at: datetime) -> None:
    """Take somebody's access away at once; what they did stays in the record."""
    if person.id == by.id:
        raise Unacceptable("You cannot remove yourself. Ask another administrator.")
    person.active = False
    end_sign_ins(session, person, at=at)
    record(session, Action.PERSON_REMOVED, person, by=by, at=at)


def add_organisation(
    session: Session, *, kind: OrganisationKind, name: str, at: datetime, **facts: Any
) -> Organisation:
    """Add an authority, a supplier or the centre; `facts` are its other columns."""
    organisation = Organisation(kind=kind, name=name, created_at=at, **facts)
    session.add(organisation)
    record(session, Action.ORGANISATION_ADDED, organisation, by=None, at=at, kind=kind.value)
    return organisation


def add_authority(
    session: Session,
    *,
    code: str,
    name: str,
    subregion: str | None,
    by: Person | None,
    at: datetime,
) -> Organisation:
    """Register an authority; raises Unacceptable for a code or name that is no good or taken."""
    code, name, subregion = code.strip().upper(), name.strip(), (subregion or "").strip()
    if not re.fullmatch(r"[A-Z][0-9]{8}", code):
        raise Unacceptable(f"{code[:20]} is not a GSS code. Give a letter and eight digits.")
    if not name or len(name) > LONGEST_NAME or len(subregion) > LONGEST_SUBREGION:
        raise Unacceptable("Give a name of at most 255 and a sub-region of at most 60 characters.")
    taken = session.scalar(
        select(Organisation).where(
            Organisation.kind == OrganisationKind.AUTHORITY,
            or_(Organisation.code == code, func.lower(Organisation.name) == name.lower()),
        )
    )
    if taken:
        raise Unacceptable(f"{taken.name} is registered already, with the code {taken.code}.")
    authority = Organisation(
        kind=OrganisationKind.AUTHORITY,
        name=name,
        code=code,
        subregion=subregion or None,
        created_at=at,
    )
    session.add(authority)
    record(session, Action.ORGANISATION_ADDED, authority, by=by, at=at, kind="authority", code=code)
    return authority

"""One-time codes from a phone (TOTP): set up, checked, and never good twice.

The shared secret is kept sealed with the site's secret key, so that a copy of the database alone
makes no codes.
"""

import base64
import hmac
import io
from collections.abc import Callable
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from marketplace.accounts.models import OneTimeCodes, Person, Role, SignIn
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import NotFound, Unacceptable, WrongState
from marketplace.mail.services import post_mail

ISSUER = "London Buys Together"
SET_UP = """From now on, signing in to your account at London Buys Together takes a code from your
phone too. If you did not set this up, tell the London Centre of Excellence at once.
"""
TAKEN_AWAY = """The one-time codes of your account at London Buys Together were taken away, so that
you can sign in with your password and set up new ones. If you did not ask for it, tell the London
Centre of Excellence at once.
"""
NEEDED_BY = frozenset({Role.ADMINISTRATOR})
"""The roles that may do nothing without a code, outside the demo."""
ALSO_NEEDED_BY: list[Callable[[Session, Person], bool]] = []
"""Others of whom the same is true, as later nouns say: openers."""
DRIFT = (-1, 0, 1)
"""The steps, of 30 seconds, by which a phone's clock may be off."""


def start_codes(session: Session, person: Person, *, key: str, at: datetime) -> OneTimeCodes:
    """Make a new secret for a phone; it counts once a code of it is confirmed."""
    codes = _locked(session, person)
    if codes is not None and codes.confirmed_at is not None:
        raise WrongState("You have codes already. An administrator can take them away.")
    if codes is None:
        codes = OneTimeCodes(person_id=person.id)
        session.add(codes)
    codes.secret, codes.started_at = _sealed(pyotp.random_base32(), key), at
    record(session, Action.CODES_STARTED, person, by=person, at=at)
    return codes


def confirm_codes(
    session: Session, row: SignIn, code: str, *, key: str, at: datetime
) -> OneTimeCodes:
    """Take the secret into use for this person, with whom this sign-in now has a code."""
    codes = _locked(session, row.person)
    if codes is None or codes.confirmed_at is not None:
        raise WrongState("There are no codes to confirm.")
    if not _is_right(codes, code, key=key, at=at):
        raise Unacceptable("That code is not right. Enter the one that your app shows now")
    codes.confirmed_at, row.with_code = at, True
    post_mail(session, row.person.email, "One-time codes were set up", SET_UP, at=at)
    record(session, Action.CODES_CONFIRMED, row.person, by=row.person, at=at)
    return codes


def needs_codes(session: Session, person: Person) -> bool:
    """Whether the person may do nothing without a code, outside the demo."""
    return person.role in NEEDED_BY or any(asks(session, person) for asks in ALSO_NEEDED_BY)


def has_codes(session: Session, person: Person) -> bool:
    """Whether the person signs in with codes."""
    codes = session.get(OneTimeCodes, person.id)
    return codes is not None and codes.confirmed_at is not None


def check_code(session: Session, person: Person, code: str, *, key: str, at: datetime) -> bool:
    """Whether it is a right code that was not used before; it is used now."""
    codes = _locked(session, person)
    return codes is not None and _is_right(codes, code, key=key, at=at)


def forget_codes(session: Session, person: Person, *, by: Person | None, at: datetime) -> None:
    """Take somebody's codes away, whose phone is lost; raises NotFound where there are none."""
    codes = _locked(session, person)
    if codes is None:
        raise NotFound()
    session.delete(codes)
    post_mail(session, person.email, "Your one-time codes were taken away", TAKEN_AWAY, at=at)
    record(session, Action.CODES_FORGOTTEN, person, by=by, at=at)


def secret_of(codes: OneTimeCodes, key: str) -> str:
    """The secret as a person types it into an app."""
    return _cipher(key).decrypt(codes.secret).decode()


def picture_of(codes: OneTimeCodes, person: Person, key: str) -> bytes:
    """The secret as a picture for an app's camera (SVG)."""
    address = pyotp.TOTP(secret_of(codes, key)).provisioning_uri(
        name=person.email, issuer_name=ISSUER
    )
    out = io.BytesIO()
    segno.make(address, micro=False).save(out, kind="svg", scale=6, border=4)
    return out.getvalue()


def _is_right(codes: OneTimeCodes, code: str, *, key: str, at: datetime) -> bool:
    totp = pyotp.TOTP(secret_of(codes, key))
    given, now = "".join(code.split()), int(at.timestamp()) // totp.interval
    for step in (now + drift for drift in DRIFT):
        right = hmac.compare_digest(totp.generate_otp(step).encode(), given.encode())
        if right and step > codes.last_step:
            codes.last_step = step
            return True
    return False


def _locked(session: Session, person: Person) -> OneTimeCodes | None:
    return session.get(OneTimeCodes, person.id, with_for_update=True, populate_existing=True)


def _sealed(secret: str, key: str) -> str:
    return _cipher(key).encrypt(secret.encode()).decode()


def _cipher(key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"one-time codes 1").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))

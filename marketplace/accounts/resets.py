"""Setting a new password by mail.

What a request does is the same whether or not there is such an account, to the last statement:
it keeps the address that was typed. The worker looks for the account, after the answer was given.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.attempts import Trial, check_limits, count_attempt
from marketplace.accounts.models import AttemptKind, PasswordReset, Person
from marketplace.accounts.services import set_password
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import NotFound
from marketplace.mail.services import post_mail

LASTS, WELCOME_LASTS = timedelta(hours=1), timedelta(days=3)
AT_A_TIME = 50

WORDS = """Somebody, perhaps you, asked for a new password for London Buys Together.

Choose one here, within an hour:

{link}

If it was not you, do nothing: your password stays as it is.
"""
WELCOME = """You have been added to London Buys Together for {organisation}, as {role}.

Choose a password here, within three days:

{link}

Later, ask for a new link on the page Forgotten password.
"""


def ask_for_reset(session: Session, email: str, *, address: str, at: datetime) -> PasswordReset:
    """Keep that somebody asked; raises TooManyAttempts."""
    trial = Trial(AttemptKind.RESET, email, address, at)
    check_limits(session, trial)
    count_attempt(session, trial)
    asked = PasswordReset(email=email.strip().lower(), asked_at=at)
    session.add(asked)
    record(session, Action.PASSWORD_RESET_ASKED, asked, by=None, at=at)
    return asked


def are_waiting(session: Session) -> bool:
    """Whether somebody waits for an answer."""
    waiting = select(PasswordReset.id).where(PasswordReset.answered_at.is_(None)).limit(1)
    return session.scalar(waiting) is not None


def answer_resets(session: Session, *, public_url: str, at: datetime) -> None:
    """Send a link to each who asked and has an account; the others are forgotten."""
    waiting = session.scalars(
        select(PasswordReset)
        .where(PasswordReset.answered_at.is_(None))
        .order_by(PasswordReset.asked_at, PasswordReset.id)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True, of=PasswordReset)
    ).all()
    for asked in waiting:
        person = session.scalar(select(Person).where(Person.email == asked.email, Person.active))
        asked.email, asked.answered_at = "", at
        if person is not None:
            _send_link(session, asked, person, public_url, at)


def _send_link(
    session: Session, asked: PasswordReset, person: Person, public_url: str, at: datetime
) -> None:
    link = _link(asked, person, public_url, until=asked.asked_at + LASTS)
    post_mail(session, person.email, "A new password", WORDS.format(link=link), at=at)
    record(session, Action.PASSWORD_RESET_SENT, person, by=None, at=at)


def welcome(session: Session, person: Person, *, public_url: str, by: Person, at: datetime) -> None:
    """Send somebody who was added a link to choose a password: nobody else ever knows it."""
    added = PasswordReset(email="", asked_at=at, answered_at=at)
    session.add(added)
    link = _link(added, person, public_url, until=at + WELCOME_LASTS)
    words = WELCOME.format(organisation=person.organisation.name, role=person.role.value, link=link)
    post_mail(session, person.email, "Choose your password", words, at=at)
    record(session, Action.PASSWORD_RESET_SENT, person, by=by, at=at)


def _link(reset: PasswordReset, person: Person, public_url: str, *, until: datetime) -> str:
    token = secrets.token_urlsafe(32)
    reset.person, reset.token_sha256, reset.good_until = person, _sha256(token), until
    return f"{public_url.rstrip('/')}/new-password/{token}"


def reset_of(session: Session, token: str, *, at: datetime) -> PasswordReset:
    """What a link opens; raises NotFound for one that is used, too old or made up."""
    found = session.scalar(
        select(PasswordReset)
        .where(PasswordReset.token_sha256 == _sha256(token))
        .with_for_update(of=PasswordReset)
    )
    if (
        found is None
        or found.used_at is not None
        or found.person is None
        or not found.person.active
        or found.good_until is None
        or found.good_until <= at
    ):
        raise NotFound("This link was used before, or is too old. Ask for another.")
    return found


def use_reset(session: Session, reset: PasswordReset, password: str, *, at: datetime) -> Person:
    """Set the password and end all sign-ins; the link, and any other of the person's, is used."""
    person = reset.person
    if person is None:
        raise NotFound()
    set_password(session, person, password, at=at)
    others = select(PasswordReset).where(
        PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None)
    )
    for each in session.scalars(others):
        each.used_at = at
    return person


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

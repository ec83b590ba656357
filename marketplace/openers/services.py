"""Registering and retiring the public keys of openers."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable
from marketplace.keyfiles import public_line, read_public_line
from marketplace.mail.services import post_mail
from marketplace.openers.models import OpenerKey

REGISTERED = """A key for opening bids was registered for your account at London Buys Together. Lots
published from now on may name it. If it was not you, tell the London Centre of Excellence at once.
"""


def register_key(session: Session, line: str, *, by: Person, at: datetime) -> OpenerKey:
    """Keep the public key of an opener, instead of the one before.

    Raises Unacceptable for what is no key, and for a key that somebody registered before.
    """
    public = public_line(read_public_line(line))
    if session.scalar(select(OpenerKey.id).where(OpenerKey.public_key == public)) is not None:
        raise Unacceptable("This key is registered already. Make a new one.")
    for older in session.scalars(
        select(OpenerKey).where(OpenerKey.person_id == by.id, OpenerKey.retired_at.is_(None))
    ):
        older.retired_at = at
    key = OpenerKey(person_id=by.id, public_key=public, added_at=at)
    session.add(key)
    post_mail(session, by.email, "Your key for opening bids was registered", REGISTERED, at=at)
    record(session, Action.OPENER_KEY_REGISTERED, key, by=by, at=at, public_key=public)
    return key

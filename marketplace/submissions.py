"""Idempotency keys: a form sent twice has one effect and gets the same answer.

The database holds neither the key nor a hash of the form that could be guessed from: what a
sealed bid says could else be found by hashing likely prices. The key, which is random and known to
the browser alone, is kept as a hash, and keys the hash of the form.
"""

import hashlib
import hmac
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.accounts.models import Person
from marketplace.db import Base, Moment
from marketplace.errors import Unacceptable

KEY_FIELD = "idempotency_key"


class Submission(Base):
    """A form that somebody sent under a key, and where the answer led."""

    __tablename__ = "submission"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    path: Mapped[str] = mapped_column(String(400))
    body_sha256: Mapped[str] = mapped_column(String(64))
    location: Mapped[str | None] = mapped_column(String(2000))
    created_at: Mapped[Moment]


class Repeated(Exception):
    """The same form came before; `location` is where its answer led."""

    def __init__(self, location: str) -> None:
        self.location = location


def claim(
    session: Session, *, person: Person, key: str, path: str, body: bytes, at: datetime
) -> Submission:
    """Take the key in the transaction under way.

    A second request with the key waits here until the first has ended. Raises Repeated with the
    first answer for the same form, and Unacceptable for another form under the same key.
    """
    digest = hmac.digest(key.encode(), body, hashlib.sha256).hex()
    kept = hashlib.sha256(key.encode()).hexdigest()
    submission = Submission(
        person_id=person.id, key=kept, path=path[:400], body_sha256=digest, created_at=at
    )
    person_id = person.id
    session.add(submission)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        earlier = session.get_one(Submission, (person_id, kept))
        if earlier.body_sha256 == digest and earlier.path == path[:400] and earlier.location:
            raise Repeated(earlier.location) from None
        raise Unacceptable(
            "This form was sent before with other answers. Open the page again and send it anew."
        ) from None
    return submission

"""The outbox: mail is posted in a transaction and leaves the building only after its commit.

A worker takes what is due, sends it without holding a transaction, and says how it went. If it
dies in between, the mail goes out once more under the same Message-ID: never lost, seldom twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.mail.models import Mail

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=2)
MOST_ATTEMPTS = 40
"""About three days of them."""
AT_A_TIME = 20
KEPT = timedelta(days=30)


def post_mail(session: Session, to: str, subject: str, body: str, *, at: datetime) -> Mail:
    """Have a message sent once the transaction under way is committed."""
    mail = Mail(
        recipient=to, subject=subject, body=body, created_at=at, next_attempt_at=at, attempts=0
    )
    session.add(mail)
    return mail


def is_due(session: Session, *, at: datetime) -> bool:
    """Whether there is mail to send now."""
    found = session.scalar(select(Mail.id).where(Mail.next_attempt_at <= at).limit(1))
    return found is not None


def take_due(session: Session, *, at: datetime) -> Sequence[Mail]:
    """The mail to send now, the oldest first; no other worker gets it before it is due again."""
    due = session.scalars(
        select(Mail)
        .where(Mail.next_attempt_at <= at)
        .order_by(Mail.next_attempt_at, Mail.id)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True)
    ).all()
    for mail in due:
        mail.attempts += 1
        wait = min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 20), LONGEST_WAIT)
        mail.next_attempt_at = at + wait
    return due


def note_sent(session: Session, mail: Mail, *, at: datetime) -> None:
    """It has left; what it said is forgotten, for it may hold a link that opens an account."""
    kept = session.get_one(Mail, mail.id)
    kept.sent_at, kept.next_attempt_at, kept.body, kept.fault = at, None, "", ""


def forget_old(session: Session, *, at: datetime) -> None:
    """What was sent or given up long ago says only who was written to, and is forgotten."""
    session.execute(delete(Mail).where(Mail.next_attempt_at.is_(None), Mail.created_at < at - KEPT))


def note_failed(session: Session, mail: Mail, why: str) -> None:
    """It has not left; after many attempts it is given up, and stays to be seen."""
    kept = session.get_one(Mail, mail.id)
    kept.fault = why[:2000]
    if kept.attempts >= MOST_ATTEMPTS:
        kept.next_attempt_at = None

"""Limits on attempts: for each account, each address and in all, counted in the database.

Attempts under way at the same moment do not see each other, so a limit can be passed by as many as
the site serves at once. Accounts are counted as they were typed, whether or not they exist. A
browser that signed in to an account before has a limit of its own: nobody else can use it up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Attempt, AttemptKind
from marketplace.errors import TooManyAttempts

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """How many attempts are heard within a time."""

    within: timedelta
    account: int
    address: int
    in_all: int


LIMITS = {
    # Failed ones. An address may be that of a whole council.
    AttemptKind.SIGN_IN: Limit(timedelta(minutes=15), account=10, address=100, in_all=1000),
    # All of them, for each may send a message.
    AttemptKind.RESET: Limit(timedelta(hours=1), account=3, address=20, in_all=300),
}


@dataclass(frozen=True)
class Trial:
    """What somebody tries, on which account and from where."""

    kind: AttemptKind
    account: str
    address: str
    at: datetime
    known_as: str = ""
    """Of a browser that signed in to this account before: others' failures do not lock it out."""

    @property
    def account_key(self) -> str:
        """What failures are counted by: those of a known browser by themselves."""
        account = self.account.strip().lower()
        return f"{self.known_as} {account}"[:255] if self.known_as else account[:255]


def check_limits(session: Session, trial: Trial) -> None:
    """Raises TooManyAttempts where no more is to be heard for now."""
    limit = LIMITS[trial.kind]
    recent = (
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.kind == trial.kind, Attempt.at > trial.at - limit.within)
    )
    of_account = (recent.where(Attempt.account == trial.account_key), limit.account)
    of_all = (
        (recent.where(Attempt.address == trial.address), limit.address),
        (recent, limit.in_all),
    )
    for query, most in (of_account,) if trial.known_as else (of_account, *of_all):
        if (session.scalar(query) or 0) >= most:
            minutes = int(limit.within.total_seconds() // 60)
            raise TooManyAttempts(f"Wait up to {minutes} minutes, then try again.")


def count_attempt(session: Session, trial: Trial) -> None:
    """Count it; a request that is refused must then be kept all the same."""
    session.add(
        Attempt(kind=trial.kind, account=trial.account_key, address=trial.address[:64], at=trial.at)
    )


def are_old(session: Session, *, at: datetime) -> bool:
    """Whether there are attempts to forget."""
    old = select(Attempt.id).where(Attempt.at < at - KEPT).limit(1)
    return session.scalar(old) is not None


def forget_old(session: Session, *, at: datetime) -> None:
    """Attempts say who came from where, so they are kept no longer than they are needed."""
    session.execute(delete(Attempt).where(Attempt.at < at - KEPT))

"""The guard of each route: who is signed in, and whether their role may come in."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import bindparam, select

from marketplace import clock
from marketplace.accounts.codes import needs_codes
from marketplace.accounts.models import Person, SignIn
from marketplace.db import db
from marketplace.errors import NotAllowed
from marketplace.security.permissions import Permission, may

P = ParamSpec("P")
R = TypeVar("R")

login_manager = LoginManager()

THAT_SIGN_IN = select(SignIn).where(SignIn.token_sha256 == bindparam("token_sha256"))
"""Made once: it is asked for with each request."""

LONGEST_SIGN_IN = timedelta(hours=12)
"""A working day: then everybody signs in anew."""
LONGEST_IDLE = timedelta(hours=2)
"""A long meeting: whoever asks for no page meanwhile signs in anew."""
LATELY = timedelta(minutes=10)
"""For how long the password need not be given again before what is hard to undo."""


class SignedIn(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """A signed-in browser, known to Flask-Login by the token in its cookie, not by the person."""

    def __init__(self, sign_in: SignIn, token: str) -> None:
        self.row, self.token = sign_in, token
        self.person = sign_in.person
        # As they were when the request began: a commit would have the row read once more.
        self.key, self.seen_at = sign_in.id, sign_in.seen_at

    @classmethod
    def begun(cls, sign_in: SignIn) -> "SignedIn":
        """Give a browser the token of its new sign-in; only the hash of it is kept here."""
        token = secrets.token_urlsafe(32)
        sign_in.token_sha256 = _sha256(token)
        return cls(sign_in, token)

    def get_id(self) -> str:
        return self.token


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@login_manager.user_loader  # type: ignore[untyped-decorator] # Flask-Login has no types
def load_signed_in(token: str) -> SignedIn | None:
    """Rights are derived anew at each request: an ended, idle or old sign-in is nobody's."""
    sign_in = db.session.scalar(THAT_SIGN_IN, {"token_sha256": _sha256(token)})
    if sign_in is None or sign_in.ended_at is not None or not sign_in.person.active:
        return None
    now = clock.now()
    if sign_in.created_at + LONGEST_SIGN_IN <= now or sign_in.seen_at + LONGEST_IDLE <= now:
        return None
    return SignedIn(sign_in, token)


def person_or_none() -> Person | None:
    """Who is signed in, or None."""
    return current_user.person if current_user.is_authenticated else None


def current_person() -> Person:
    """Who is signed in; only behind a guard."""
    person = person_or_none()
    if person is None:
        raise NotAllowed("Sign in first.")
    return person


def current_sign_in() -> SignIn:
    """The sign-in of this browser; only behind a guard."""
    row: SignIn = current_user.row
    return row


def must_set_up_codes() -> bool:
    """Whether whoever is signed in may do nothing but set up one-time codes."""
    settings = current_app.extensions["settings"]
    row = current_sign_in()
    return (
        settings.require_codes
        and not settings.demo
        and not row.with_code
        and (settings.codes_for_all or needs_codes(db.session, row.person))
    )


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a route in only to people whose role holds the permission."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            person = person_or_none()
            if person is None:
                return cast(R, _ask_to_sign_in())
            if not may(person.role, permission):
                raise NotAllowed(
                    f"Your role, {person.role.value}, does not include this page. "
                    "If you need it, ask the London Centre of Excellence."
                )
            if permission != Permission.USE_SITE and must_set_up_codes():
                return cast(R, redirect(url_for("own_account.codes")))
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined] # read by the route test
        return guarded

    return decorate


def confirmed_lately(view: Callable[P, R]) -> Callable[P, R]:
    """Ask for the password once more where it was not given lately; inside `requires`."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_sign_in().confirmed_at + LATELY <= clock.now():
            back = request.path if request.method == "GET" else url_for("own_account.index")
            return cast(R, redirect(url_for("own_account.confirm", next=back)))
        return view(*args, **kwargs)

    return guarded


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Say aloud that a route is for everybody."""
    view.permission = None  # type: ignore[attr-defined] # read by the route test
    return view


def _ask_to_sign_in() -> Any:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted))

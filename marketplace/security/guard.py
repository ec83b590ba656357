"""The guard of each route: who is signed in, and whether their role may come in."""

import uuid
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

THAT_SIGN_IN = select(SignIn).where(SignIn.id == bindparam("row_id"))
"""Made once: it is asked for with each request."""

LONGEST_SIGN_IN = timedelta(hours=12)
"""A working day: then everybody signs in anew."""


class SignedIn(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """A signed-in browser, known to Flask-Login by its row and not by the person."""

    def __init__(self, sign_in: SignIn) -> None:
        self.row = sign_in
        self.person = sign_in.person

    def get_id(self) -> str:
        return str(self.row.id)


@login_manager.user_loader  # type: ignore[untyped-decorator] # Flask-Login has no types
def load_signed_in(row_id: str) -> SignedIn | None:
    """Rights are derived anew at each request: an ended or old sign-in is nobody's."""
    try:
        sign_in = db.session.scalar(THAT_SIGN_IN, {"row_id": uuid.UUID(row_id)})
    except ValueError:
        return None
    if sign_in is None or sign_in.ended_at is not None or not sign_in.person.active:
        return None
    if sign_in.created_at + LONGEST_SIGN_IN <= clock.now():
        return None
    return SignedIn(sign_in)


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
        and needs_codes(db.session, row.person)
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


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Say aloud that a route is for everybody."""
    view.permission = None  # type: ignore[attr-defined] # read by the route test
    return view


def _ask_to_sign_in() -> Any:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted))

"""The guard of each route: who is signed in, and whether their role may come in."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user

from marketplace.accounts.models import Person, SignIn
from marketplace.db import db
from marketplace.errors import NotAllowed
from marketplace.security.permissions import Permission, may

P = ParamSpec("P")
R = TypeVar("R")

login_manager = LoginManager()


class SignedIn(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """A signed-in browser, known to Flask-Login by its row and not by the person."""

    def __init__(self, sign_in: SignIn) -> None:
        self.sign_in_id = sign_in.id
        self.person = sign_in.person

    def get_id(self) -> str:
        return str(self.sign_in_id)


@login_manager.user_loader  # type: ignore[untyped-decorator] # Flask-Login has no types
def load_signed_in(row_id: str) -> SignedIn | None:
    """Rights are derived anew at each request: an ended sign-in or a removed person is nobody."""
    try:
        sign_in = db.session.get(SignIn, uuid.UUID(row_id))
    except ValueError:
        return None
    if sign_in is None or sign_in.ended_at is not None or not sign_in.person.active:
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

"""Where the request at hand comes from, and browsers that are known again."""

import hashlib
import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.accounts.services import Visitor

KNOWN_SECONDS = 365 * 24 * 3600


def visitor(email: str = "") -> Visitor:
    """The visitor's address, as our own proxies name it, and what the browser calls itself.

    With the account that it wants to sign in to: the browser's own name, if it did so before.
    """
    known_as = _known_as(email) if email else ""
    return Visitor(request.remote_addr or "", str(request.user_agent), known_as)


def know_again(response: Response, email: str) -> None:
    """Give the browser a name for this account, which nobody without the site's key can make."""
    name = _serializer().dumps([_account(email), secrets.token_hex(16)])
    config = current_app.config
    response.set_cookie(
        _cookie(),
        str(name),
        max_age=KNOWN_SECONDS,
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _known_as(email: str) -> str:
    try:
        account, name = _serializer().loads(request.cookies.get(_cookie(), ""))
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(name) if account == _account(email) else ""


def _cookie() -> str:
    return "__Host-known" if current_app.config["SESSION_COOKIE_SECURE"] else "known"


def _account(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known browser 1")

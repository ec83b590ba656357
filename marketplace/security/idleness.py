"""When somebody who is signed in last asked for a page: noted after the answer, every few minutes.

A page that asks for news by itself is nobody's doing and does not count.
"""

import logging
import uuid
from datetime import datetime, timedelta

from flask import Flask, Response, g, request
from sqlalchemy import Engine, update
from sqlalchemy.exc import OperationalError

from marketplace import clock
from marketplace.accounts.models import SignIn
from marketplace.db import db
from marketplace.security.guard import SignedIn

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(minutes=5)


def install(app: Flask) -> None:
    """Note it after each answer for which it is time."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    signed_in = g.get("_login_user")  # as Flask-Login keeps whom it has looked up
    by_itself = request.method == "GET" and "HX-Request" in request.headers
    now = clock.now()
    if isinstance(signed_in, SignedIn) and not by_itself and _is_due(signed_in, now):
        engine, key = db.engine, signed_in.key
        response.call_on_close(lambda: _seen(engine, key, now))
    return response


def _is_due(signed_in: SignedIn, now: datetime) -> bool:
    # One that begins with this answer was never seen before it.
    return signed_in.seen_at is not None and signed_in.seen_at + NOTED_EVERY <= now


def _seen(engine: Engine, key: uuid.UUID, at: datetime) -> None:
    """In a transaction of its own; a busy database is asked again by the next request."""
    try:
        with engine.begin() as connection:
            later = update(SignIn).where(SignIn.id == key, SignIn.seen_at < at)
            connection.execute(later.values(seen_at=at))
    except OperationalError as fault:
        log.warning("When somebody was last here could not be noted: %s", fault.orig)

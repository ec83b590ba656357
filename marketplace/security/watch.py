"""What operators should see: failed sign-ins and refused requests, a line of JSON for each.

Names, addresses of mail and what was typed never stand in it: an account that was tried is a
keyed hash, by which several attempts at one account are told to be that.
"""

import hashlib
import hmac
import json
import logging
import sys
from typing import Any

from flask import Flask, Response, current_app, g, request

from marketplace import clock

log = logging.getLogger("marketplace.security")

WATCHED = {
    400: "form_without_its_token",
    403: "not_allowed",
    404: "not_there_for_them",
    413: "too_large",
    429: "limit_reached",
}
ACCOUNT_CHARACTERS = 16


class ServiceLog(logging.Handler):
    """A line each, wherever the service's faults go."""

    def emit(self, record: logging.LogRecord) -> None:
        print(record.getMessage(), file=sys.stderr, flush=True)


def install(app: Flask) -> None:
    """Log each refusal; outside the demo and the tests to the service's own log."""
    app.after_request(_look)
    settings = app.extensions["settings"]
    if not (settings.demo or settings.testing):
        log.setLevel(logging.INFO)
        log.handlers[:] = [ServiceLog()]


def account(email: str) -> str:
    """An account as the log knows it, whether or not it exists."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    typed = b"account in the log 1 " + email.strip().lower().encode()
    return hmac.digest(key, typed, hashlib.sha256).hex()[:ACCOUNT_CHARACTERS]


def notice(event: str, **facts: Any) -> None:
    """Log something that happened in the request at hand."""
    signed_in = g.get("_login_user")
    rule, person = request.url_rule, getattr(signed_in, "person", None)
    line = {
        "at": clock.now().isoformat(timespec="milliseconds"),
        "event": event,
        "address": request.remote_addr,
        "person": str(person.id) if person is not None else None,
        "method": request.method,
        # The rule and not the path, which may hold a token.
        "rule": rule.rule if rule else None,
        **_named(request.view_args or {}),
        **facts,
    }
    log.info(json.dumps(line, ensure_ascii=True))


def _look(response: Response) -> Response:
    """A refusal of one of our own pages; addresses that never were are the proxy's to log."""
    event = WATCHED.get(response.status_code)
    if event and (request.url_rule is not None or response.status_code != 404):
        notice(event, status=response.status_code)
    return response


def _named(arguments: dict[str, Any]) -> dict[str, str]:
    """The things that the address names, without tokens."""
    return {name: str(value) for name, value in arguments.items() if name.endswith("_id")}

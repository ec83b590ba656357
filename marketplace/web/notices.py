"""What is told once on the next page waits in the cookie, which may not grow without end."""

from typing import Any

from flask import Flask, message_flashed, session

MOST_WAITING = 5
WAITING = "_flashes"
"""Where Flask keeps them."""


def install(app: Flask) -> None:
    """Keep the last few only: somebody who never opens the next page stays signed in."""
    message_flashed.connect(_forget_the_oldest, app)


def _forget_the_oldest(app: Flask, **_: Any) -> None:
    if len(session[WAITING]) > MOST_WAITING:
        session[WAITING] = session[WAITING][-MOST_WAITING:]

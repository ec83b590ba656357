"""A real server for the proofs: a parent that keeps the socket, and a child that serves and dies.

    python -m tests.proofs.server DATABASE_URL KEYS_FOLDER [FAULT] [SHIFT_SECONDS]

It prints its port and then the number of each child. A child is killed with -9 by whoever likes,
or by itself at a named point that a request asks for; the parent begins another at once. The
imports are made once, so that a hundred deaths take seconds. `FAULT` is one that a proof must find.
Whoever started it holds the other end of its standard input: when that is gone, so is the server.
"""

import os
import signal
import socket
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from marketplace import clock
from marketplace.app import create_app
from marketplace.settings import Settings
from tests.conftest import SECRET, share_templates
from tests.proofs import faults

DIE_AT = "X-Die-At"


def main(url: str, keys: str, fault: str = "", shift: str = "0") -> None:
    threading.Thread(target=_end_with_who_started_it, daemon=True).start()
    right = clock.now
    clock.now = lambda: right() + timedelta(seconds=float(shift))
    app = create_app(
        Settings(SECRET, url, keys_folder=Path(keys), secure_cookies=False, require_codes=False)
    )
    _read_templates(app)
    _listen_for_death()
    if fault:
        faults.FAULTS[fault]()
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listening.getsockname()[1], flush=True)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        child = os.fork()
        if child == 0:
            _serve(app, listening)
        print(child, flush=True)
        os.waitpid(child, 0)


def _read_templates(app: Flask) -> None:
    """Once for all children, which then open no file for it either."""
    share_templates(app)
    for name in app.jinja_env.list_templates(["html", "txt"]):
        app.jinja_env.get_template(name)


def _end_with_who_started_it() -> None:
    """A test run that is killed leaves nothing behind: not us, our child, or what traces us."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(0, signal.SIGKILL)


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """What is logged goes to standard error, as in production."""
        sys.stderr.write(f"{type}: {message % args}\n")


def _serve(app: Any, listening: socket.socket) -> None:
    """Until killed, or until the parent is gone."""
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    server = make_server(
        "127.0.0.1", 0, app, threaded=True, request_handler=Quiet, fd=listening.fileno()
    )
    server.serve_forever()


def _listen_for_death() -> None:
    """Die at the point that a request names: around its commit, or before its answer is sent."""

    def die_at(point: str) -> None:
        if request and request.headers.get(DIE_AT) == point and not g.get("dead"):
            os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(Session, "after_flush")
    def _flushed(session: Session, context: object) -> None:
        die_at("after a flush")

    @event.listens_for(Session, "before_commit")
    def _committing(session: Session) -> None:
        die_at("before the commit")

    @event.listens_for(Session, "after_commit")
    def _committed(session: Session) -> None:
        die_at("after the commit")


if __name__ == "__main__":
    main(*sys.argv[1:])

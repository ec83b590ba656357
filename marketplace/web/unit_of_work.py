"""One transaction a request, ended here: committed after a success, rolled back after a fault."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, Response, g, redirect, request

from marketplace import clock
from marketplace.db import db, reading_only
from marketplace.errors import Unacceptable
from marketplace.security.guard import person_or_none
from marketplace.submissions import KEY_FIELD, Repeated, Submission, claim
from marketplace.web.rendering import PlainGlobals

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

T = TypeVar("T")


class InMemoryRequest(Request):
    """A request whose files stay in memory: nothing of a bid may touch the disk unsealed."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


class MarketplaceFlask(Flask):
    """Flask with the transaction and the idempotency key around each view."""

    request_class = InMemoryRequest
    jinja_environment = PlainGlobals

    def dispatch_request(self) -> Any:
        if request.method in SAFE_METHODS:
            with reading_only():
                return super().dispatch_request()
        try:
            g.submission = _claim_key()
            response = self.make_response(super().dispatch_request())
        except Repeated as repeated:
            return redirect(repeated.location, code=303)
        _end(response, g.submission)
        return response


def outside_the_transaction(work: Callable[[], T]) -> T:
    """Do slow work that needs no database while others may write, and go on afterwards.

    Only before the view has changed anything: the transaction is given up, with the form's key in
    it, and the key is taken anew. Of two requests with one key the second then gets the answer of
    the first, as always.
    """
    db.session.rollback()
    done = work()
    g.submission = _claim_key()
    return done


def after_commit(action: Callable[[], None]) -> None:
    """Do `action` once this request's changes are on disk; never if they are rolled back."""
    g.setdefault("after_commit", []).append(action)


def keep_though_refused() -> None:
    """Commit this request's changes even if the answer is a refusal: attempts are counted so."""
    g.keep_though_refused = True


def _claim_key() -> Submission | None:
    key = request.form.get(KEY_FIELD, "")
    person = person_or_none()
    if person is None:
        return None
    if not key:
        raise Unacceptable("This form has no key of its own. Open the page again and send it anew.")
    return claim(
        db.session,
        person=person,
        key=key,
        path=request.path,
        body=_body(),
        at=clock.now(),
    )


def _body() -> bytes:
    """What the form says, without the tokens that differ each time it is drawn."""
    parts = [
        f"{name}={value}".encode()
        for name, value in sorted(request.form.items(multi=True))
        if name not in (KEY_FIELD, "csrf_token")
    ]
    for name, upload in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        upload.stream.seek(0)
        parts += [name.encode(), (upload.filename or "").encode(), upload.stream.read()]
        upload.stream.seek(0)
    return b"\0".join(parts)


def _end(response: Response, submission: Submission | None) -> None:
    refused = response.status_code >= 400
    if refused and not g.pop("keep_though_refused", False):
        db.session.rollback()
        return
    if submission is not None and refused:
        db.session.delete(submission)  # the form will come again, mended
    elif submission is not None:
        submission.location = response.headers.get("Location", request.full_path)
    db.session.commit()
    for action in g.pop("after_commit", []):
        action()

"""Each fault becomes a page that says what is wrong and how to mend it."""

import logging

from flask import Flask, render_template
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from marketplace.db import db
from marketplace.errors import MarketplaceError, StaleEdit

log = logging.getLogger(__name__)

WORDS = {
    400: ("We could not read that", "Go back, open the page again and send the form once more."),
    403: ("You may not do this", "Ask the London Centre of Excellence if you need to."),
    404: ("Page not found", "Check the address, or start from the home page."),
    405: ("That address does not take this kind of request", "Start from the home page."),
    413: ("The file is too large", "Send a file of at most 20 MB."),
    415: ("That kind of file is not accepted", "Send a CSV, XLSX or JSON file."),
    429: ("Too many attempts", "Wait a few minutes and try again."),
}


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(MarketplaceError, _named)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _refused)
    app.register_error_handler(DataError, _too_large)
    app.register_error_handler(OperationalError, _unavailable)


def page(status: int, title: str, message: str) -> tuple[str, int]:
    """The page of a fault. What was under way is rolled back first."""
    db.session.rollback()
    return render_template("error.html", title=title, message=message, status=status), status


def _named(error: MarketplaceError) -> tuple[str, int]:
    return page(error.status, error.title, str(error) or WORDS[404][1])


def _http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    title, message = WORDS.get(
        status, ("Something went wrong here", "Nothing was changed. Try again in a few minutes.")
    )
    return page(status, title, message)


def _stale(error: StaleDataError) -> tuple[str, int]:
    return page(
        409, StaleEdit.title, "Open the page again to see what changed, then make your change."
    )


def _refused(error: IntegrityError) -> tuple[str, int]:
    log.warning("The database refused a change: %s", error.orig)
    return page(
        409,
        "This has already moved on",
        "Somebody, perhaps you in another window, did this a moment ago. Open the page again.",
    )


def _too_large(error: DataError) -> tuple[str, int]:
    log.warning("The database cannot keep this: %s", error.orig)
    return page(
        422,
        "There is a problem",
        "Something that was sent is longer or larger than we can keep. Make it shorter.",
    )


def _unavailable(error: OperationalError) -> tuple[str, int]:
    log.error("The database could not answer: %s", error.orig)
    return page(503, "The service is busy", "Nothing was changed. Try again in a minute.")

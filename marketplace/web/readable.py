"""What no database can keep is turned away at the door: characters that stand for nothing."""

from collections.abc import Iterator

from flask import Flask, request

from marketplace.errors import MarketplaceError


class Unreadable(MarketplaceError):
    """The request holds a character that cannot be printed or kept."""

    title = "We could not read that"


def install(app: Flask) -> None:
    """Look at each request before anything else does."""
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if any("\0" in text for text in _texts()):
        raise Unreadable("Take out characters that cannot be printed, and send it once more.")


def _texts() -> Iterator[str]:
    yield request.path
    for name, value in request.args.items(multi=True):
        yield from (name, value)
    for name, value in request.form.items(multi=True):
        yield from (name, value)

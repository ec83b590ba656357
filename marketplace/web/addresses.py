"""Addresses in templates, each worked out once: a list asks for dozens of them."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, request, url_for

OPTIONS = frozenset({"_anchor", "_method", "_scheme", "_external"})
"""What says how an address is to be written; one that needs it is worked out anew."""


def install(app: Flask) -> None:
    """Take the place of the framework's function in templates."""
    app.jinja_env.globals["url_for"] = address


def address(endpoint: str, **values: Any) -> str:
    """What `url_for` says."""
    if endpoint[0] == "." or not OPTIONS.isdisjoint(values):
        return url_for(endpoint, **values)
    try:
        return _worked_out(request.root_path, endpoint, *values.items())
    except TypeError:  # a list among the values cannot be a key
        return url_for(endpoint, **values)


def wanted_page(otherwise: str) -> str:
    """Where the person was going, as `next` in the address says, if that is a page of ours."""
    target = request.args.get("next", "")
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and not parts.netloc and not parts.scheme else url_for(otherwise)


@lru_cache(maxsize=20_000)
def _worked_out(root: str, endpoint: str, *values: tuple[str, Any]) -> str:
    return url_for(endpoint, **dict(values))

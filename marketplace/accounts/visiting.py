"""Where the request at hand comes from."""

from flask import request

from marketplace.accounts.services import Visitor


def visitor() -> Visitor:
    """The visitor's address, as our own proxies name it, and what the browser calls itself."""
    return Visitor(request.remote_addr or "", str(request.user_agent))

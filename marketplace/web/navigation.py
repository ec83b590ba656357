"""The menu: what each role may open, in the order of the work."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from marketplace.security.guard import person_or_none
from marketplace.security.permissions import Permission, may


@dataclass(frozen=True)
class Place:
    """A line of the menu."""

    text: str
    endpoint: str
    permission: Permission


MENU = (
    Place("Requirements", "requirements.index", Permission.VIEW_REQUIREMENTS),
    Place("Joining", "joining.index", Permission.ANSWER_JOINING),
    Place("Grouping", "grouping.index", Permission.VIEW_GROUPING),
    Place("Proposals", "proposals.index", Permission.VIEW_GROUPING),
    Place("Lots", "lots.index", Permission.VIEW_LOTS),
    Place("My bids", "bids.index", Permission.SUBMIT_BIDS),
    Place("Contracts", "contracts.index", Permission.VIEW_CONTRACTS),
    Place("Categories", "categories.index", Permission.VIEW_CATEGORIES),
    Place("Your organisation", "suppliers.show", Permission.DESCRIBE_SUPPLIER),
    Place("Authorities", "accounts.authorities", Permission.MANAGE_PEOPLE),
    Place("People", "accounts.people", Permission.MANAGE_PEOPLE),
    Place("Record", "audit.index", Permission.VIEW_RECORD),
    Place("History", "audit.own", Permission.VIEW_HISTORY),
)


def install(app: Flask) -> None:
    """Give each page the menu and who is signed in."""
    app.context_processor(_context)


def _context() -> dict[str, object]:
    person = person_or_none()
    known = current_app.view_functions
    items = [
        {
            "text": place.text,
            "href": url_for(place.endpoint),
            "active": _is_under(url_for(place.endpoint)),
        }
        for place in MENU
        if person and place.endpoint in known and may(person.role, place.permission)
    ]
    return {"menu": items, "person": person, "demo": current_app.config["DEMO"]}


def _is_under(address: str) -> bool:
    """Whether the page is the one at the address, or below it."""
    return request.path == address or request.path.startswith(f"{address}/")

"""The menu: what each role may open, in the order of the work."""

from dataclasses import dataclass

from flask import Flask, current_app, request
from markupsafe import Markup

from marketplace.accounts.models import Role
from marketplace.security.guard import person_or_none
from marketplace.security.permissions import Permission, may
from marketplace.web.addresses import address
from marketplace.web.forms import fresh_key


@dataclass(frozen=True)
class Place:
    """A line of the menu."""

    text: str
    endpoint: str
    permission: Permission
    unless: Permission | None = None
    """Who holds this has a fuller page, from which this one is reached."""

    def is_for(self, role: Role) -> bool:
        """Whether the line stands in the role’s menu."""
        return may(role, self.permission) and not (self.unless and may(role, self.unless))


MENU = (
    Place("Requirements", "requirements.index", Permission.VIEW_REQUIREMENTS),
    Place("Readiness", "readiness.index", Permission.SAY_READINESS),
    Place("Joining", "joining.index", Permission.ANSWER_JOINING),
    Place("Grouping", "grouping.index", Permission.VIEW_GROUPING),
    Place("Proposals", "proposals.index", Permission.VIEW_GROUPING),
    Place("Lots", "lots.index", Permission.VIEW_LOTS),
    Place("My bids", "bids.index", Permission.SUBMIT_BIDS),
    Place("Contracts", "contracts.index", Permission.VIEW_CONTRACTS),
    Place(
        "Register",
        "public_register.index",
        Permission.VIEW_PUBLIC_REGISTER,
        unless=Permission.VIEW_CONTRACTS,
    ),
    Place("Spending", "spend.index", Permission.VIEW_SPENDING),
    Place("Unit prices", "unit_prices.index", Permission.VIEW_UNIT_PRICES),
    Place("Knowledge", "precedents.ways", Permission.VIEW_KNOWLEDGE),
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
    menu = _menu(person.role) if person else ""
    return {
        "menu": menu,
        "person": person,
        "demo": current_app.config["DEMO"],
        "fresh_key": fresh_key,
    }


def _menu(role: Role) -> Markup:
    """The menu as the role sees it on this page, drawn once for each place in it."""
    drawn: dict[object, Markup] = current_app.extensions.setdefault("menus", {})
    places = _places(role)
    here = tuple(_is_under(href) for _, href in places)
    key = (role, request.root_path, here)
    if key not in drawn:
        items = [
            {"text": place.text, "href": href, "active": active}
            for (place, href), active in zip(places, here, strict=True)
        ]
        template = current_app.jinja_env.get_template("components/menu.html")
        drawn[key] = Markup(template.render(navigation=items))  # noqa: S704 - our own template
    return drawn[key]


def _places(role: Role) -> list[tuple[Place, str]]:
    """The lines of a role's menu with their addresses, worked out once."""
    known: dict[object, list[tuple[Place, str]]]
    known = current_app.extensions.setdefault("places", {})
    key = (role, request.root_path)
    if key not in known:
        known[key] = [
            (place, address(place.endpoint))
            for place in MENU
            if place.endpoint in current_app.view_functions and place.is_for(role)
        ]
    return known[key]


def _is_under(href: str) -> bool:
    """Whether the page is the one at the address, or below it."""
    return request.path == href or request.path.startswith(f"{href}/")

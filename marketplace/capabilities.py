"""The nouns of the product, each with its routes; one line a noun."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from flask import Flask

NOUNS = (
    "accounts",
    "audit",
    "messages",
    "categories",
    "openers",
    "suppliers",
    "requirements",
    "readiness",
    "directory",
    "precedents",
    "grouping",
    "scenarios",
    "lots",
    "bids",
    "awards",
    "contracts",
    "waves",
    "lessons",
    "cases",
    "savings",
    "spend",
    "unit_prices",
)

ROUNDS = ("bids",)


def import_models() -> None:
    """Import every model, for migrations and for SQLAlchemy's mappings to be whole."""
    for noun in NOUNS:
        _import_if_there(f"marketplace.{noun}.models")
    import_module("marketplace.references")
    import_module("marketplace.finding")
    import_module("marketplace.security.two_people")
    import_module("marketplace.submissions")
    import_module("marketplace.pulse")
    import_module("marketplace.mail.models")
    import_module("marketplace.jobs.models")


def import_reminders() -> None:
    """Import what each noun reminds people of, for the worker."""
    for noun in NOUNS:
        _import_if_there(f"marketplace.{noun}.reminders")


def _import_if_there(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        return None


def part_of(noun: str, part: str) -> Any:
    """A part of a noun by its name: for jobs, which earlier nouns ask for."""
    return import_module(f"marketplace.{noun}.{part}")


def worker_rounds() -> list[Callable[[], None]]:
    """What the worker does again and again for the nouns that have a `rounds.py`."""
    return [each for noun in ROUNDS for each in import_module(f"marketplace.{noun}.rounds").ROUNDS]


def register(app: Flask) -> None:
    """Register the routes of each noun that has some, and the home page.

    A noun with several sets of pages lists them as BLUEPRINTS.
    """
    import_models()
    for noun in ("home", *NOUNS):
        routes = _import_if_there(f"marketplace.{noun}.routes")
        if routes is None:
            continue
        for blueprint in getattr(routes, "BLUEPRINTS", None) or (routes.blueprint,):
            app.register_blueprint(blueprint)

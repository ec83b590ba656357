"""The nouns of the product, each with its routes; one line a noun."""

from importlib import import_module

from flask import Flask

NOUNS = (
    "accounts",
    "audit",
    "categories",
    "suppliers",
    "requirements",
    "readiness",
    "grouping",
    "scenarios",
    "lots",
    "bids",
    "awards",
    "contracts",
)


def import_models() -> None:
    """Import every model, for migrations and for SQLAlchemy's mappings to be whole."""
    for noun in NOUNS:
        import_module(f"marketplace.{noun}.models")
    import_module("marketplace.references")
    import_module("marketplace.security.two_people")
    import_module("marketplace.submissions")
    import_module("marketplace.mail.models")
    import_module("marketplace.jobs.models")


def register(app: Flask) -> None:
    """Register the routes of each noun that has some, and the home page.

    A noun with several sets of pages lists them as BLUEPRINTS.
    """
    import_models()
    for noun in ("home", *NOUNS):
        try:
            routes = import_module(f"marketplace.{noun}.routes")
        except ModuleNotFoundError as missing:
            if missing.name != f"marketplace.{noun}.routes":
                raise
            continue
        for blueprint in getattr(routes, "BLUEPRINTS", None) or (routes.blueprint,):
            app.register_blueprint(blueprint)

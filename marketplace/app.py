"""The application factory."""

from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace import capabilities
from marketplace.db import db
from marketplace.demo import keys as demo_keys
from marketplace.demo import sign_ins
from marketplace.keyring import KeyRing
from marketplace.security import idleness, watch
from marketplace.security.guard import login_manager
from marketplace.settings import PROJECT, Settings
from marketplace.web import (
    addresses,
    choices,
    error_pages,
    formatting,
    headers,
    knowledge,
    listing,
    navigation,
    notices,
    readable,
    rows,
    stacking,
    tags,
)
from marketplace.web.unit_of_work import MarketplaceFlask

TEMPLATES = PROJECT / "templates"


def create_app(settings: Settings | None = None) -> Flask:
    """The site. Raises SettingsFault where a setting is missing."""
    settings = settings or Settings.from_environment()
    app = MarketplaceFlask("marketplace", static_folder="static", template_folder=str(TEMPLATES))
    app.config.update(_config(settings))
    app.extensions["settings"] = settings
    app.extensions["keys"] = KeyRing(settings.keys_folder)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign] # as Flask documents it
    _prepare_templates(app)
    _prepare_database(app)
    CSRFProtect(app)
    login_manager.init_app(app)
    for concern in (
        addresses,
        choices,
        readable,
        formatting,
        headers,
        error_pages,
        knowledge,
        listing,
        navigation,
        notices,
        rows,
        stacking,
        tags,
        idleness,
        watch,
    ):
        concern.install(app)
    capabilities.register(app)
    if settings.demo:
        sign_ins.install(app)
        demo_keys.install(app)
    return app


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "DEMO": settings.demo,
        "TESTING": settings.testing,
        # A new connection knows how the tables have grown; an old one does not.
        "SQLALCHEMY_ENGINES": {"default": {"url": settings.database_url, "pool_recycle": 3600}},
        # Room for the form around a file of the largest size.
        "MAX_CONTENT_LENGTH": settings.largest_upload + 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        # A cookie of this name is taken by browsers over TLS only, and for this host alone.
        "SESSION_COOKIE_NAME": "__Host-session" if settings.secure_cookies else "session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _prepare_database(app: Flask) -> None:
    db.init_app(app)
    # There are no asynchronous sessions to close, and closing none would start an event loop at
    # the end of each request.
    app.teardown_appcontext_funcs[:] = [
        function for function in app.teardown_appcontext_funcs if not iscoroutinefunction(function)
    ]


def _prepare_templates(app: Flask) -> None:
    app.jinja_options = {
        "loader": ChoiceLoader(
            [
                FileSystemLoader(Path(TEMPLATES)),
                PrefixLoader(
                    {
                        "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                        "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                    }
                ),
            ]
        ),
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    WTFormsHelpers(app)

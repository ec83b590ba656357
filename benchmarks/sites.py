"""A site on an empty SQLite database of its own, to be filled and timed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

from marketplace.app import create_app
from marketplace.db import Base, db
from marketplace.settings import Settings


@contextmanager
def empty_site() -> Iterator[tuple[Flask, Engine]]:
    """The application and its engine; both are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'site.sqlite'}"
        site = create_app(
            Settings("k" * 40, url, secure_cookies=False, require_codes=False, testing=True)
        )
        with site.app_context():
            engine = db.engine
        Base.metadata.create_all(engine)
        yield site, engine
        engine.dispose()

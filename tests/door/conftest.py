"""A whole world to knock at: made once for each database and copied for each test."""

import io
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Person, Role
from marketplace.db import Base
from tests.conftest import Browser, new_database, site_on
from tests.pages import Sent
from tests.world import World, make_world


@dataclass(frozen=True)
class Original:
    """A site with a world, and where that world is kept to be copied from."""

    site: Flask
    world: World
    kept: str
    """A file of SQLite, or a schema of PostgreSQL in the same database."""

    @property
    def engine(self) -> Engine:
        engine: Engine = self.site.extensions["engine_of_the_tests"]
        return engine

    def keep(self) -> None:
        if self.engine.dialect.name == "sqlite":
            self._copy_file(str(self.engine.url.database), self.kept)
            return
        with self.engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {self.kept}"))
            for table in Base.metadata.sorted_tables:
                connection.execute(
                    text(f"CREATE TABLE {self.kept}.{table.name} AS TABLE {table.name}")
                )

    def restore(self) -> None:
        """Everything is again as it was kept."""
        if self.engine.dialect.name == "sqlite":
            self.engine.dispose()
            self._copy_file(self.kept, str(self.engine.url.database))
            return
        names = [table.name for table in Base.metadata.sorted_tables]
        with self.engine.begin() as connection:
            # Without the guards of the tables: the record would refuse to be taken back.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(f"TRUNCATE {', '.join(names)}"))
            for name in names:
                connection.execute(text(f"INSERT INTO {name} SELECT * FROM {self.kept}.{name}"))

    @staticmethod
    def _copy_file(source: str, target: str) -> None:
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)


@pytest.fixture(scope="session")
def original(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Original]:
    folder = tmp_path_factory.mktemp("world")
    if database == "sqlite":
        url, kept = f"sqlite:///{folder / 'copy.sqlite'}", str(folder / "kept.sqlite")
    else:
        url, kept = new_database(request.getfixturevalue("postgresql_server")), "kept"
    with site_on(url) as site:
        with Session(site.extensions["engine_of_the_tests"]) as session:
            world = make_world(session)
            for thing in session:
                session.refresh(thing)
        made = Original(site, world, kept)
        made.keep()
        yield made


@pytest.fixture
def app(original: Original) -> Flask:
    """The application with the world as it was made."""
    original.restore()
    return original.site


@pytest.fixture
def world(original: Original, session: Session) -> World:
    """The same world, in the copy."""
    return original.world.again(session)


def fingerprint(engine: Engine) -> dict[str, int]:
    """What is in each table, so that a test can say that nothing changed.

    Failed attempts are counted whatever the answer. Rows are taken as the driver gives them: this
    is asked a thousand times, and what SQLAlchemy would make of them tells no more.
    """
    with engine.execution_options(sqlite_reading=True).connect() as connection:
        return {
            table.name: hash(tuple(sorted(map(repr, _rows(connection, table.name)))))
            for table in Base.metadata.sorted_tables
            if table.name != "attempt"
        }


def _rows(connection: Connection, table: str) -> list[Any]:
    cursor = connection.exec_driver_sql(f"SELECT * FROM {table}").cursor
    assert cursor is not None
    return list(cursor.fetchall())


def changed(before: Mapping[str, int], after: Mapping[str, int]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


@dataclass
class Door:
    """Browsers of everybody in the world, and what they send."""

    world: World
    sign_in: Callable[[Person], Browser]
    nobody: Browser
    engine: Engine
    browsers: dict[uuid.UUID, Browser] = field(default_factory=dict)
    addresses: dict[int, str] = field(default_factory=dict)

    def address(self, sent: Sent) -> str:
        """Where the form goes; the same place each time, whatever was sent there before."""
        return self.addresses.setdefault(id(sent), sent.at(self.world))

    def of(self, person: Person | Role | None) -> Browser:
        if person is None:
            return self.nobody
        if isinstance(person, Role):
            person = self.world.person(person)
        if person.id not in self.browsers:
            self.browsers[person.id] = self.sign_in(person)
        return self.browsers[person.id]

    def forget(self, role: Role | None) -> None:
        """Whoever has the role signs in anew the next time."""
        if role is not None:
            self.browsers.pop(self.world.person(role).id, None)

    def tokens(self, sent: Sent) -> dict[str, str]:
        """The hidden fields of the form as it stands on its page."""
        browser = self.of(sent.role)
        found = browser.hidden(sent.page(self.world) if sent.page else self.address(sent))
        assert "csrf_token" in found, self.address(sent)
        return found

    def send(self, sent: Sent, answers: Mapping[str, object]) -> TestResponse:
        """Send the form with these answers, files as they are."""
        return self.of(sent.role).post(self.address(sent), with_files(answers))

    def state(self) -> dict[str, int]:
        self.world.session.commit()
        return fingerprint(self.engine)


def with_files(answers: Mapping[str, object]) -> dict[str, object]:
    """Answers with a fresh stream for each file, given as (content, name)."""
    return {
        name: [(io.BytesIO(content), file) for content, file in value]
        if isinstance(value, list) and value and isinstance(value[0], tuple)
        else value
        for name, value in answers.items()
    }


@pytest.fixture
def door(world: World, sign_in: Callable[[Person], Browser], browser: Browser, app: Flask) -> Door:
    return Door(world, sign_in, browser, app.extensions["engine_of_the_tests"])

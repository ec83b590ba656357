"""A site with a database of its own to back up, and a place to restore it to."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.requirements.models import Requirement
from migrations.check import upgrade
from tests import factories
from tests.conftest import Browser, new_database, site_on

WRITERS = 4


@dataclass
class Running:
    """A site, where its database is, and an empty place."""

    site: Flask
    address: str
    empty: Callable[[], str]
    """The address of a database that is not there yet."""
    acknowledged: list[str] = field(default_factory=list)
    """The titles of which the site said that they are kept, in that order."""
    faults: list[str] = field(default_factory=list)

    @property
    def engine(self):
        return self.site.extensions["engine_of_the_tests"]

    def browser(self) -> Browser:
        """Of a commissioner of its own."""
        with Session(self.engine) as session:
            person = factories.make_person(session, Role.COMMISSIONER)
            session.commit()
            browser = Browser(self.site.test_client(), session)
            answer = browser.send(
                "/sign-in", {"email": person.email, "password": factories.PASSWORD}
            )
            assert answer.status_code == 303
            return browser


@pytest.fixture
def running(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    names = iter(range(1000))

    def empty() -> str:
        if database == "sqlite":
            return f"sqlite:///{tmp_path / f'{next(names)}.sqlite'}"
        return new_database(request.getfixturevalue("postgresql_server"))

    address = empty()
    engine = create_engine(address)
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    with site_on(address) as site:
        made = Running(site, address, empty)
        with Session(made.engine) as session:
            factories.make_policy(session)
            session.commit()
        yield made


class Load:
    """Commissioners who begin requirements by form, one after another, until told to stop."""

    def __init__(self, running: Running, writers: int = WRITERS) -> None:
        self.running, self.stopped = running, threading.Event()
        browsers = [running.browser() for _ in range(writers)]
        self.threads = [
            threading.Thread(target=self._write, args=(browser, number))
            for number, browser in enumerate(browsers)
        ]

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def wait_for(self, acknowledged: int) -> list[str]:
        """Until so many more are kept; what is kept then."""
        goal = len(self.running.acknowledged) + acknowledged
        while len(self.running.acknowledged) < goal and not self.running.faults:
            self.stopped.wait(0.01)
        return list(self.running.acknowledged)

    def _write(self, browser: Browser, number: int) -> None:
        count = 0
        while not self.stopped.is_set():
            count += 1
            title = f"Books {number} {count}"
            answer = browser.send(
                "/requirements/new?code=22113000", {"title": title, "value": "£120,000"}
            )
            if answer.status_code == 303:
                self.running.acknowledged.append(title)
            else:
                self.running.faults.append(f"{title}: {answer.status_code}")
                return


def titles(address: str) -> set[str]:
    """Of the requirements in the database."""
    engine = create_engine(address, execution_options={"sqlite_reading": True})
    with Session(engine) as session:
        found = set(session.scalars(select(Requirement.title)))
    engine.dispose()
    return found

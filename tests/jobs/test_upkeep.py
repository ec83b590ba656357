"""What the worker does for the database now and then."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.jobs.database import database as of_the_worker
from marketplace.jobs.upkeep import EVERY, Upkeep
from marketplace.settings import Settings
from tests import factories
from tests.conftest import SECRET


@pytest.fixture
def worker_connected(app):
    url = app.extensions["engine_of_the_tests"].url.render_as_string(hide_password=False)
    of_the_worker.connect(Settings(SECRET, url))
    yield
    of_the_worker.engine.dispose()


def known_tables(session) -> set[str]:
    """The tables about which SQLite has estimates."""
    session.rollback()
    there = text("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if session.scalar(there) is None:
        return set()
    return set(session.scalars(text("SELECT tbl FROM sqlite_stat1")))


@pytest.mark.usefixtures("worker_connected")
@pytest.mark.one_database
def test_the_worker_has_sqlite_look_at_its_tables_every_hour(session, monkeypatch):
    factories.make_person(session, Role.REVIEWER)
    session.commit()
    upkeep = Upkeep()
    upkeep.round()
    assert "person" in known_tables(session)
    session.execute(text("DELETE FROM sqlite_stat1"))
    session.commit()
    upkeep.round()
    assert known_tables(session) == set(), "not before an hour has passed"
    later = clock.now() + EVERY + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    upkeep.round()
    assert "person" in known_tables(session)

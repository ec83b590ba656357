"""Every route, method, reader, relation and state has its expected answer, and gives it."""

import pytest
from flask import Flask, g

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.lots import queries as lots
from marketplace.security import permissions
from marketplace.security.permissions import Permission
from marketplace.web import unit_of_work
from tests.door.conftest import Door
from tests.security.access import (
    FILE,
    READERS,
    Answers,
    Key,
    Walk,
    people,
    read_table,
    write_table,
)

FEW = frozenset({"joining", "open", "opened", "awarded", "posted", "done", "previewed"})


@pytest.fixture
def walk(door: Door, app: Flask, database: str, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """On SQLite the whole table, on PostgreSQL a few states of each thing.

    Once all have signed in, each request does all that it does and nothing of it is kept.
    """

    def nothing_is_kept(response, submission) -> None:
        db.session.flush()
        db.session.rollback()
        g.pop("after_commit", None)

    for person in people(door.world):
        door.of(person)
    monkeypatch.setattr(unit_of_work, "_end", nothing_is_kept)
    return Walk(door, app, states=frozenset() if database == "sqlite" else FEW)


def differences(walk: Walk, table: dict[Key, Answers] | None = None) -> dict[str, str]:
    """Where the site answers otherwise than the table says; and routes without lines."""
    table = read_table(FILE.read_text()) if table is None else table
    return {
        line: f"expected {table.get(key, 'nothing, for there is no such line')}"
        for key, answers in walk.found().items()
        if table.get(key) != answers
        for line in write_table({key: answers})
    }


def test_each_route_answers_each_reader_in_each_state_as_the_table_says(walk: Walk):
    assert differences(walk) == {}, f"the columns are {READERS}"
    assert walk.differing == 0, "what one may not know of looks unlike what is not there"


def test_the_table_has_no_lines_of_routes_that_are_gone(site: Flask):
    known = {
        (method, rule.endpoint) for rule in site.url_map.iter_rules() for method in rule.methods
    }
    assert {key[:2] for key in read_table(FILE.read_text())} <= known


@pytest.mark.one_database
def test_a_route_without_a_line_is_found(walk: Walk):
    """The seeded fault: a route of which the table says nothing."""
    walk.only = "home.health"
    assert differences(walk) == {}
    found = differences(walk, {})
    assert list(found) == ["GET home.health -: 200 200 200 200 200 200 200 200 200"]


@pytest.mark.one_database
def test_a_role_too_many_is_found(walk: Walk, monkeypatch):
    """The seeded fault: suppliers may see requirements."""
    everybody = permissions.TABLE[Permission.USE_SITE]
    monkeypatch.setitem(permissions.TABLE, Permission.VIEW_REQUIREMENTS, everybody)
    walk.only = "requirements.index"
    assert differences(walk) != {}


@pytest.mark.one_database
def test_a_scope_too_wide_is_found(walk: Walk, monkeypatch):
    """The seeded fault: whoever knows a lot’s key sees it."""
    staff = walk.door.world.reviewers[0]
    genuine = lots.visible_lot
    monkeypatch.setattr(
        lots, "visible_lot", lambda session, key, person: genuine(session, key, staff)
    )
    walk.only = "lots.show"
    assert differences(walk) != {}


@pytest.mark.one_database
def test_a_foreign_thing_that_looks_unlike_a_missing_one_is_found(walk: Walk, monkeypatch):
    """The seeded fault: the page says that the lot is there."""
    genuine = lots.visible_lot

    def telling(session, key, person):
        try:
            return genuine(session, key, person)
        except NotFound:
            there = session.get(lots.Lot, key)
            raise NotFound("This lot is not yours." if there else "") from None

    monkeypatch.setattr(lots, "visible_lot", telling)
    walk.only = "lots.show"
    assert differences(walk) == {}
    assert walk.differing > 0

"""No page makes a number of queries that grows with its rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import event

from marketplace.accounts.models import Role
from marketplace.requirements import routes
from marketplace.requirements.models import Requirement
from marketplace.web.listing import page_of
from tests import factories
from tests.conftest import empty_tables
from tests.pages import PAGES
from tests.world import World, make_world

FEW, MANY = 2, 5

# The same statements are sent to any database.
pytestmark = pytest.mark.one_database


@dataclass(frozen=True)
class Seen:
    """What a page cost and how much it showed."""

    statements: list[str]
    rows: int


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends meanwhile."""
    statements: list[str] = []

    def note(connection, cursor, statement, *rest):
        statements.append(statement)

    engine = app.extensions["engine_of_the_tests"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def measured(app: Flask, world: World, sign_in, stranger) -> dict[str, Seen]:
    """Each page as it is in the world."""
    browsers = {None: stranger}
    found = {}
    for endpoint, pages in PAGES.items():
        for number, page in enumerate(pages):
            if page.role not in browsers:
                browsers[page.role] = sign_in(world.person(page.role))
            path = page.at(world)
            world.session.commit()
            with counted(app) as statements:
                answer = browsers[page.role].client.get(path)
            assert answer.status_code in (200, 302), (path, answer.status_code, answer.data)
            role = page.role.value if page.role else "nobody"
            rows = answer.data.count(b"<tr") + answer.data.count(b"<li")
            found[f"{endpoint} {number} for {role}"] = Seen(list(statements), rows)
    return found


def empty(session, app: Flask) -> None:
    session.rollback()
    empty_tables(app.extensions["engine_of_the_tests"])
    session.expunge_all()


def test_no_page_makes_more_queries_for_more_rows(app, session, sign_in, browser):
    few = measured(app, make_world(session, FEW), sign_in, browser)
    empty(session, app)
    many = measured(app, make_world(session, MANY), sign_in, browser)
    grown = {
        page: f"{len(few[page].statements)} to {len(many[page].statements)}: "
        + _extra(few[page].statements, many[page].statements)
        for page in few
        if len(few[page].statements) != len(many[page].statements)
    }
    assert grown == {}, "load what they show along with their rows (joinedload, selectinload)"
    lists = {page.split()[0] for page in few if page.split()[0].endswith(".index")}
    longer = {page.split()[0] for page in few if many[page].rows > few[page].rows}
    assert lists - longer == set(), "these lists showed no more rows, so nothing was tried"


def _extra(few: list[str], many: list[str]) -> str:
    """The statement that is sent more often, to find it by."""
    return max(set(many), key=lambda each: many.count(each) - few.count(each))[:300]


def test_the_counting_finds_a_query_for_each_row(app, session, sign_in, monkeypatch):
    """The checker itself: a page that looks up each row's thing by itself is caught."""

    def one_by_one(session, query, **how):
        listing = page_of(session, query, **how)
        for row in listing.rows:
            session.get(Requirement, row.id)
        return listing

    monkeypatch.setattr(routes, "page_of", one_by_one)
    person = factories.make_person(session, Role.COMMISSIONER)
    browser = sign_in(person)
    counts = []
    for _ in range(2):
        factories.make_requirement(session, person.organisation)
        session.commit()
        with counted(app) as statements:
            browser.client.get("/requirements")
        counts.append(len(statements))
    assert counts[1] == counts[0] + 1

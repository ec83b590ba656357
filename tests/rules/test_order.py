"""What a page lists has one order: rows of the same moment do not change places between looks."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Select, Table, UniqueConstraint, event, select
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, ColumnElement, Label, UnaryExpression

from marketplace.db import Base
from marketplace.lots.models import Lot
from tests.pages import PAGES
from tests.rules.test_queries import MANY
from tests.world import make_world

Named = tuple[str, str]
"""A column by its table's name and its own."""


@contextmanager
def ordered(app: Flask) -> Iterator[list[Select]]:
    """The ordered selections that the application makes meanwhile."""
    found: list[Select] = []

    def note(connection, clause, *rest):
        if isinstance(clause, Select) and clause._order_by_clauses:
            found.append(clause)

    engine = app.extensions["engine_of_the_tests"]
    event.listen(engine, "before_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_execute", note)


def has_one_order(selection: Select) -> bool:
    """Whether rows that are equal in all keys of the order are one row, or look the same.

    They are one where the keys, with the columns that the condition holds to one value (or that
    tell to which of several parents a row belongs), hold a unique key of a table, or all that the
    rows are grouped by; they look the same where all that is selected is among the keys.
    """
    keys = _bare(selection._order_by_clauses)
    apart = selection._group_by_clauses or tuple(selection.selected_columns)
    if all(_bare([each]) & keys for each in apart):
        return True
    tables = {table for table, _ in _names(keys)}
    held = _names(keys) | _names(_held(selection))
    return any(
        unique <= held
        for name in tables & Base.metadata.tables.keys()
        for unique in _unique_keys(Base.metadata.tables[name])
    )


def _bare(keys: Iterable[ColumnElement]) -> set[ColumnElement]:
    """The keys, and what they are without their direction and the name they have here."""
    found = set()
    for key in keys:
        while isinstance(key, UnaryExpression | Label):
            key = key.element
        found |= {key, *key.base_columns}
    return found


def _names(keys: Iterable[ColumnElement]) -> set[Named]:
    tables = ((getattr(key, "table", None), key) for key in keys)
    return {(table.name, key.name) for table, key in tables if table is not None}


def _held(selection: Select) -> set[ColumnElement]:
    found: set[ColumnElement] = set()
    for each in visitors.iterate(selection.whereclause) if selection._where_criteria else ():
        if isinstance(each, BinaryExpression) and each.operator in (operators.eq, operators.in_op):
            found |= _bare([each.left])
    return found


def _unique_keys(table: Table) -> Iterator[set[Named]]:
    constraints = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    indexes = [each for each in table.indexes if each.unique]
    for each in (table.primary_key, *constraints, *indexes):
        yield {(table.name, column.name) for column in each.columns}


@pytest.mark.one_database
def test_what_a_page_lists_has_one_order(app, session, sign_in, browser):
    world = make_world(session, MANY)
    browsers = {None: browser}
    loose: dict[str, str] = {}
    for endpoint, pages in PAGES.items():
        for page in pages:
            if page.role not in browsers:
                browsers[page.role] = sign_in(world.person(page.role))
            path = page.at(world)
            world.session.commit()
            with ordered(app) as selections:
                browsers[page.role].client.get(path)
            for selection in selections:
                if not has_one_order(selection):
                    keys = ", ".join(map(str, selection._order_by_clauses))
                    loose[keys] = f"{endpoint}: {str(selection)[-300:]}"
    assert loose == {}, "end the order in a column that no two rows share"


def test_an_order_by_a_moment_alone_is_found():
    """The checker itself."""
    assert not has_one_order(select(Lot).order_by(Lot.deadline))
    assert has_one_order(select(Lot).order_by(Lot.deadline.desc(), Lot.reference))

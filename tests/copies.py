"""A whole world made once, copied for each test, and compared before and after."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal

from flask import Flask
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from marketplace.db import Base
from tests.world import World, make_world

Rows = list[tuple[object, ...]]
State = Mapping[str, Rows | Decimal | None]
"""What is in each table: its rows where they are at hand, their hashes added up where not."""


@dataclass(frozen=True)
class Original:
    """A site with a world, and where that world is kept to be copied from."""

    site: Flask
    world: World
    kept: str
    """A file of SQLite, or a schema of PostgreSQL in the same database."""

    @classmethod
    def made(cls, site: Flask, kept: str) -> "Original":
        """Make a world on a site without one."""
        with Session(site.extensions["engine_of_the_tests"]) as session:
            world = make_world(session)
            for thing in session:
                session.refresh(thing)
        made = cls(site, world, kept)
        made._keep()
        return made

    @property
    def engine(self) -> Engine:
        engine: Engine = self.site.extensions["engine_of_the_tests"]
        return engine

    def _keep(self) -> None:
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
        with self.engine.begin() as connection:
            # Without the guards of the tables: the record would refuse to be taken back.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            kept = _sums(connection, self.kept)
            for name in changed(_sums(connection), kept):
                for statement in PUT_BACK:
                    connection.exec_driver_sql(statement.format(name=name, kept=self.kept))

    @staticmethod
    def _copy_file(source: str, target: str) -> None:
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)


PUT_BACK = (
    "DELETE FROM {name} AS now WHERE NOT EXISTS"
    " (SELECT 1 FROM {kept}.{name} AS kept WHERE kept::text = now::text)",
    "INSERT INTO {name} SELECT kept.* FROM {kept}.{name} AS kept WHERE NOT EXISTS"
    " (SELECT 1 FROM {name} AS now WHERE now::text = kept::text)",
)
"""What differs is taken away and put back; most of a large table stays where it is."""


def fingerprint(engine: Engine) -> State:
    """What is in each table, so that a test can say that nothing changed.

    Failed attempts are counted whatever the answer. Rows are taken as the driver gives them, or
    never leave the server: this is asked a thousand times.
    """
    with engine.execution_options(sqlite_reading=True).connect() as connection:
        found: State
        if engine.dialect.name == "postgresql":
            found = _sums(connection)
        else:
            found = {table.name: _rows(connection, table.name) for table in _tables()}
        return {name: what for name, what in found.items() if name != "attempt"}


def _tables():
    return Base.metadata.sorted_tables


def _rows(connection: Connection, table: str) -> Rows:
    cursor = connection.exec_driver_sql(f"SELECT * FROM {table}").cursor
    assert cursor is not None
    return list(cursor.fetchall())


def _sums(connection: Connection, schema: str = "public") -> dict[str, Decimal | None]:
    """For each table the hashes of its rows, added up."""
    asked = " UNION ALL ".join(
        f"SELECT '{table.name}', sum(hashtextextended(each_row::text, 0)) "
        f"FROM {schema}.{table.name} AS each_row"
        for table in _tables()
    )
    return dict(map(tuple, connection.exec_driver_sql(asked)))


def changed(before: State, after: State) -> set[str]:
    """The tables that do not hold the same rows; in which order they lie says nothing."""
    return {name for name in before if not _same(before[name], after[name])}


def _same(one: Rows | Decimal | None, other: Rows | Decimal | None) -> bool:
    if one == other:
        return True
    both_rows = isinstance(one, list) and isinstance(other, list)
    return both_rows and Counter(one) == Counter(other)

"""A PostgreSQL database as it was at one moment, table by table, and put back."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, inspect, text
from sqlalchemy.orm import Session

from marketplace.audit.export import checkpoint
from marketplace.backups.archive import Content, Manifest, Part, part_of
from marketplace.backups.record import revision_of
from marketplace.errors import Unacceptable

VERSION_TABLE = "alembic_version"


def copy(url: URL, folder: Path) -> Content:
    """All tables as they stood together at one moment, each a file in the folder."""
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        with Session(connection) as session:
            end = checkpoint(session)
        parts = [
            _copied(connection, table.name, [column.name for column in table.columns], folder)
            for table in _tables(connection).sorted_tables
            if table.name != VERSION_TABLE
        ]
        content = Content("postgresql", revision_of(connection), end, parts)
    engine.dispose()
    return content


def must_be_free(url: URL) -> None:
    """Raises Unacceptable where there are tables already."""
    engine = create_engine(url)
    with engine.connect() as connection:
        there = inspect(connection).get_table_names()
    engine.dispose()
    if there:
        raise Unacceptable(
            "The database has tables already. Restore into an empty one: what is restored never "
            "replaces anything."
        )


def put_back(engine: Engine, manifest: Manifest, folder: Path) -> None:
    """Make the tables of the backup's revision and fill them, all in one transaction."""
    from migrations.check import upgrade

    with engine.begin() as connection:
        upgrade(connection, manifest.revision)
        for part in manifest.parts:
            _fill(connection, part, folder)
        _go_on_counting(connection)


def _tables(connection: Connection) -> MetaData:
    tables = MetaData()
    tables.reflect(connection)
    return tables


def _copied(connection: Connection, table: str, columns: list[str], folder: Path) -> Part:
    path = folder / f"{table}.copy"
    with (
        path.open("wb") as out,
        _cursor(connection).copy(f"COPY {_named(table, columns)} TO STDOUT") as rows,
    ):
        for block in rows:
            out.write(block)
    return part_of(path, columns)


def _fill(connection: Connection, part: Part, folder: Path) -> None:
    table = part.name.removesuffix(".copy")
    statement = f"COPY {_named(table, list(part.columns))} FROM STDIN"
    with (folder / part.name).open("rb") as rows, _cursor(connection).copy(statement) as taken:
        while block := rows.read(1024 * 1024):
            taken.write(block)


def _go_on_counting(connection: Connection) -> None:
    """Numbers that the database gives go on after the last one given."""
    for table in _tables(connection).sorted_tables:
        for column in table.columns:
            counter = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": _quoted(table.name), "column": column.name},
            )
            if counter:
                name = _quoted(column.name)
                connection.execute(
                    text(
                        f"SELECT setval(:counter, (SELECT coalesce(max({name}), 0) + 1 "  # noqa: S608 - names that the database gave
                        f"FROM {_quoted(table.name)}), false)"
                    ),
                    {"counter": counter},
                )


def _named(table: str, columns: list[str]) -> str:
    return f"{_quoted(table)} ({', '.join(map(_quoted, columns))})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()

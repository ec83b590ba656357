"""A database of an earlier release, with rows in every table, is brought up to date."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    create_engine,
    event,
    select,
    text,
)
from sqlalchemy.types import Integer, String, TypeEngine, Uuid

from marketplace import capabilities
from migrations import check
from migrations.check import MigrationFault, differences, upgrade, upgrade_database

BEFORE_OPENERS = "0023"
KEY = uuid.UUID(int=1)
NOW = datetime(2026, 11, 1, tzinfo=UTC)

pytestmark = pytest.mark.one_database


def value(kind: TypeEngine[Any]) -> Any:
    """One value for each kind, so that whatever refers to something finds it."""
    for of, given in (
        *((Boolean, True), (DateTime, NOW), (Date, date(2026, 11, 1)), (JSON, {})),
        *((Uuid, KEY), (LargeBinary, b"x"), (Integer, 1), (Numeric, 1)),
    ):
        if isinstance(kind, of):
            return given
    return KEY.hex if isinstance(kind, String) and kind.length == 32 else "1"


def filled(column: Column[Any]) -> Any:
    # SQLite keeps a key as 32 characters, whether a table calls it CHAR or something else.
    return KEY.hex if str(column.type) == "CHAR(32)" else value(column.type)


@pytest.fixture
def engine(tmp_path):
    """A database whose connections look at no CHECK: rows here are of one value all over."""
    engine = create_engine(f"sqlite:///{tmp_path / 'older.sqlite'}")

    @event.listens_for(engine, "connect")
    def _any_values(connection: Any, record: object) -> None:
        connection.execute("PRAGMA ignore_check_constraints=ON")

    capabilities.import_models()
    yield engine
    engine.dispose()


def older(engine: Engine, revision: str) -> list[str]:
    """Tables as of that revision, each with a row; their names."""
    with engine.begin() as connection:
        upgrade(connection, revision)
    with engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        named = [table for table in tables.tables.values() if table.name != "alembic_version"]
        names = [table.name for table in named if not table.name.startswith("words")]
        for name in names:
            fill(connection, tables.tables[name])
    return names


def fill(connection: Connection, table: Table) -> None:
    connection.execute(table.insert().values({each.name: filled(each) for each in table.columns}))


@pytest.mark.parametrize("revision", [BEFORE_OPENERS, "0028"])
def test_rows_of_an_earlier_release_are_kept(engine, revision):
    names = older(engine, revision)
    upgrade_database(engine)
    with engine.connect() as connection:
        assert [line for line in differences(connection) if "remove_index" not in line] == []
        for name in set(names):
            assert connection.scalar(text(f"SELECT count(*) FROM {name}")) == 1, name
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_migration_that_loses_what_others_refer_to_changes_nothing(engine, monkeypatch):
    older(engine, "0028")
    right = check.upgrade

    def careless(connection: Connection, revision: str = "head") -> None:
        right(connection, revision)
        connection.execute(text("DELETE FROM organisation"))

    monkeypatch.setattr(check, "upgrade", careless)
    with pytest.raises(MigrationFault, match="refer to rows not there"):
        upgrade_database(engine)
    with engine.connect() as connection:
        version = Table("alembic_version", MetaData(), autoload_with=connection)
        assert connection.scalar(select(version.c.version_num)) == "0028"

"""Do the migrations make the tables that the models describe, CHECK constraints included?

Autogeneration does not look at CHECK constraints and triggers, so they are compared by reflection.
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    Enum,
    Table,
    create_engine,
    inspect,
    text,
)

from marketplace import capabilities
from marketplace.audit import guards
from marketplace.db import Base


class MigrationFault(Exception):
    """The migrations would leave the database in a state that it must never be in."""


CONFIG = Path(__file__).resolve().parent.parent / "alembic.ini"


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database to a revision, in the connection's transaction."""
    config = Config(str(CONFIG))
    config.set_main_option("script_location", str(CONFIG.parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def upgrade_database(engine: Engine) -> None:
    """Bring a database up to date, whatever is in it: all of it, or nothing where a step fails.

    SQLite changes a table by copying it and dropping the old one, which it refuses for a table that
    others refer to; so it does not look at foreign keys meanwhile, and at all of them at the end.
    """
    with engine.connect() as connection, _unwatched(connection), connection.begin():
        upgrade(connection)
        _foreign_keys_hold(connection)


@contextmanager
def _unwatched(connection: Connection) -> Iterator[None]:
    """Outside a transaction, for inside one SQLite does not hear it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _foreign_keys_hold(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            tables = ", ".join(sorted({str(row[0]) for row in broken}))
            raise MigrationFault(f"After the migrations, rows of {tables} refer to rows not there.")


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Take the database back to a revision."""
    config = Config(str(CONFIG))
    config.set_main_option("script_location", str(CONFIG.parent / "migrations"))
    config.attributes["connection"] = connection
    command.downgrade(config, revision)


def differences(connection: Connection) -> list[str]:
    """What the migrated database lacks or has beside the models."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found = [str(difference) for difference in compare_metadata(context, Base.metadata)]
    there = inspect(connection)
    for table in Base.metadata.sorted_tables:
        wanted = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        have = {str(c["name"]): c["sqltext"] for c in there.get_check_constraints(table.name)}
        found += [f"{table.name} lacks the check {name}" for name in sorted(wanted - have.keys())]
        found += _choices(table, have)
    missing = set(guards.NAMES) - _triggers(connection)
    return found + [f"audit_entry lacks the trigger {name}" for name in sorted(missing)]


def _choices(table: Table, checks: Mapping[str, str]) -> list[str]:
    """Columns of one of several words whose check knows others than the model."""
    found = []
    for column in table.columns:
        kind = column.type
        text = checks.get(f"ck_{table.name}_{kind.name}") if isinstance(kind, Enum) else None
        if isinstance(kind, Enum) and text is not None:
            known = set(re.findall(r"'([^']*)'", text))
            found += [
                f"{table.name}.{column.name} may be {word!r} in one of models and migrations only"
                for word in sorted(known ^ set(kind.enums))
            ]
    return found


def _triggers(connection: Connection) -> set[str]:
    known = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    return set(connection.scalars(text(known[connection.dialect.name])))


def main() -> int:
    capabilities.import_models()
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'check.sqlite'}")
        with engine.begin() as connection:
            upgrade(connection)
            found = differences(connection)
        engine.dispose()
    for line in found:
        print(line, file=sys.stderr)
    print("Migrations match the models." if not found else "Write a migration for the above.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

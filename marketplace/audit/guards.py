"""Triggers by which the database itself refuses to change or remove an entry of the record.

They come with the table, from a migration and from `create_all` alike. Whoever owns the database
can drop them: what shows a change made behind their back is the chain of hashes.
"""

from sqlalchemy import Connection, Table, event, text

NAMES = ("audit_entry_never_changed", "audit_entry_never_removed")

_SQLITE = [
    f"CREATE TRIGGER {name} BEFORE {verb} ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the record only grows'); END"
    for name, verb in zip(NAMES, ("UPDATE", "DELETE"), strict=True)
]

_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the record only grows'; END $$",
    *(
        f"CREATE TRIGGER {name} BEFORE {verb} ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record()"
        for name, verb in zip(NAMES, ("UPDATE", "DELETE OR TRUNCATE"), strict=True)
    ),
]


def make_guards(dialect: str) -> list[str]:
    """The statements that make the triggers."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


def drop_guards(dialect: str) -> list[str]:
    """The statements that take the triggers away."""
    return [
        f"DROP TRIGGER {name}" + ("" if dialect == "sqlite" else " ON audit_entry")
        for name in NAMES
    ]


def guard(table: Table) -> None:
    """Make the triggers whenever the table is made."""

    def make(target: Table, connection: Connection, **options: object) -> None:
        for statement in make_guards(connection.dialect.name):
            connection.execute(text(statement))

    event.listen(table, "after_create", make)

"""What was recorded before there was a chain becomes its beginning."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import JSON, DateTime, column, create_engine, insert, table, text
from sqlalchemy.orm import Session

from marketplace.audit.export import export_lines
from migrations.check import downgrade, upgrade
from verifier.__main__ import verify

BEFORE = "0008"
"""The last revision in which the record was plain rows."""
ENTRY = table(
    "audit_entry",
    column("sequence"),
    column("at", DateTime(timezone=True)),
    column("action"),
    column("object_type"),
    column("object_id"),
    column("detail", JSON),
)
WHAT = {"action": "lot_changed", "object_type": "lot", "object_id": "x", "detail": {"n": 1}}


@pytest.fixture
def engine(database, request):
    if database == "sqlite":
        engine = create_engine("sqlite://")
    else:
        engine = create_engine(request.getfixturevalue("fresh_postgresql"))
    yield engine
    engine.dispose()


def test_older_entries_are_numbered_and_chained_and_can_be_taken_back(engine):
    with engine.begin() as connection:
        upgrade(connection, BEFORE)
        connection.execute(
            insert(ENTRY),
            [
                {**WHAT, "sequence": number, "at": datetime(2026, 11, 24, hour, tzinfo=UTC)}
                for number, hour in ((3, 12), (4, 11), (9, 13))
            ],
        )
        upgrade(connection)
        with Session(connection) as session:
            lines = [f"{line}\n".encode() for line in export_lines(session)]
        assert verify(lines).sequence == 3
        assert b"T12:00" in lines[1].split(b'"recorded_at"')[1], "time never runs back"
        downgrade(connection, BEFORE)
        assert list(connection.scalars(text("SELECT sequence FROM audit_entry"))) == [1, 2, 3]
        upgrade(connection)

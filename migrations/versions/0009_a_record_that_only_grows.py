"""the record is a chain of hashes that only grows"""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ENTRY = sa.table(
    "audit_entry",
    sa.column("sequence", sa.BigInteger),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("actor_id", sa.Uuid),
    sa.column("action", sa.String),
    sa.column("object_type", sa.String),
    sa.column("object_id", sa.String),
    sa.column("detail", sa.JSON),
    sa.column("previous", sa.String),
    sa.column("sha256", sa.String),
)
TRIGGERS = ("audit_entry_never_changed", "audit_entry_never_removed")
SQLITE = [
    f"CREATE TRIGGER {name} BEFORE {verb} ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the record only grows'); END"
    for name, verb in zip(TRIGGERS, ("UPDATE", "DELETE"), strict=True)
]
POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the record only grows'; END $$",
    *(
        f"CREATE TRIGGER {name} BEFORE {verb} ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record()"
        for name, verb in zip(TRIGGERS, ("UPDATE", "DELETE OR TRUNCATE"), strict=True)
    ),
]
NUMBERS = "audit_entry_sequence_seq"


def upgrade() -> None:
    with op.batch_alter_table("audit_entry") as batch:
        batch.add_column(sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("previous", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("sha256", sa.String(length=64), nullable=True))
    _chain_what_is_there()
    with op.batch_alter_table("audit_entry") as batch:
        for name, kind in (
            ("recorded_at", sa.DateTime(timezone=True)),
            ("previous", sa.String(length=64)),
            ("sha256", sa.String(length=64)),
        ):
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.create_unique_constraint(op.f("uq_audit_entry_sha256"), ["sha256"])
        batch.create_check_constraint(op.f("ck_audit_entry_sequence_from_one"), "sequence > 0")
        batch.create_check_constraint(
            op.f("ck_audit_entry_whole_hashes"),
            "length(sha256) = 64 AND length(previous) = 64",
        )
    if _on_postgresql():
        op.execute("ALTER TABLE audit_entry ALTER COLUMN sequence DROP DEFAULT")
        op.execute(f"DROP SEQUENCE IF EXISTS {NUMBERS}")
    for statement in POSTGRESQL if _on_postgresql() else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" + (" ON audit_entry" if _on_postgresql() else ""))
    if _on_postgresql():
        op.execute("DROP FUNCTION refuse_change_of_record()")
        op.execute(f"CREATE SEQUENCE {NUMBERS} OWNED BY audit_entry.sequence")
        op.execute(
            sa.select(sa.func.setval(NUMBERS, sa.func.max(ENTRY.c.sequence))).select_from(ENTRY)
        )
        op.execute(
            f"ALTER TABLE audit_entry ALTER COLUMN sequence SET DEFAULT nextval('{NUMBERS}')"
        )
    with op.batch_alter_table("audit_entry") as batch:
        batch.drop_constraint(op.f("ck_audit_entry_whole_hashes"), type_="check")
        batch.drop_constraint(op.f("ck_audit_entry_sequence_from_one"), type_="check")
        batch.drop_constraint(op.f("uq_audit_entry_sha256"), type_="unique")
        for name in ("sha256", "previous", "recorded_at"):
            batch.drop_column(name)


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _chain_what_is_there() -> None:
    """Number the entries without gaps and chain them, as if each had been recorded in turn."""
    connection = op.get_bind()
    previous, recorded_at = "0" * 64, datetime.min.replace(tzinfo=UTC)
    rows = connection.execute(sa.select(ENTRY).order_by(ENTRY.c.sequence)).all()
    for number, row in enumerate(rows, start=1):
        at = row.at.replace(tzinfo=UTC) if row.at.tzinfo is None else row.at.astimezone(UTC)
        recorded_at = max(recorded_at, at)
        content = {
            "action": row.action,
            "actor": row.actor_id and str(row.actor_id),
            "at": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z",
            "detail": row.detail,
            "object": row.object_type,
            "object_id": row.object_id,
            "previous": previous,
            "recorded_at": f"{recorded_at:%Y-%m-%dT%H:%M:%S.%f}Z",
            "sequence": number,
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        connection.execute(
            sa.update(ENTRY)
            .where(ENTRY.c.sequence == row.sequence)
            .values(sequence=number, recorded_at=recorded_at, previous=previous, sha256=sha256)
        )
        previous = sha256

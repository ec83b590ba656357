"""An index of words, by which requirements, lots and contracts are found; more sorts by index.

Revision ID: 0022
Revises: 0021
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FIELDS = {
    "requirement": ("title", "reference"),
    "lot": ("title", "reference", "description"),
    "contract": ("title", "reference", "supplier_name", "suppliers"),
}
CHUNK = 1000
SORTED = (
    ("ix_requirement_authority_title", "requirement", ["authority_id", "title"]),
    ("ix_requirement_authority_value", "requirement", ["authority_id", "value"]),
    ("ix_requirement_authority_start", "requirement", ["authority_id", "earliest_start"]),
    ("ix_requirement_title", "requirement", ["title"]),
    ("ix_lot_title", "lot", ["title"]),
    ("ix_lot_value", "lot", ["value"]),
    ("ix_contract_value", "contract", ["value"]),
)


def upgrade() -> None:
    word = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
    table = op.create_table(
        "indexed_word",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("word", word, nullable=False),
        sa.PrimaryKeyConstraint("kind", "thing_id", "word", name=op.f("pk_indexed_word")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_indexed_word_kind_word_thing", "indexed_word", ["kind", "word", "thing_id"])
    for name, of, columns in SORTED:
        op.create_index(name, of, columns)
    op.create_index("ix_contract_lower_title", "contract", [sa.text("lower(title)")])
    for kind, fields in FIELDS.items():
        _index(table, kind, fields)


def _index(table: sa.Table, kind: str, fields: tuple[str, ...]) -> None:
    """Index what is there already."""
    things = sa.table(kind, sa.column("id", sa.Uuid()), *(sa.column(name) for name in fields))
    connection = op.get_bind()
    found = connection.execute(sa.select(things))
    for some in found.partitions(CHUNK):
        rows = [
            {"kind": kind, "thing_id": thing[0], "word": word}
            for thing in some
            for word in {
                word[:40] for word in re.findall(r"\w+", " ".join(filter(None, thing[1:])).lower())
            }
        ]
        if rows:
            connection.execute(table.insert(), rows)


def downgrade() -> None:
    op.drop_index("ix_contract_lower_title", "contract")
    for name, of, _ in SORTED:
        op.drop_index(name, of)
    op.drop_table("indexed_word")

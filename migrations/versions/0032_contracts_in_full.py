"""what a contract allows, how sure its row is, and who may see it

Columns are added one by one, each with its rule: made anew, SQLite's table would lose the indexes
that stand on expressions, and what refers to it would bar that.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

END_OR_NEVER = sa.text("coalesce(end_date, '9999-12-31')")
SURENESS = "'awarded', 'checked', 'as_given', 'estimated'"
ADDED = (
    ("extensions", "VARCHAR(60)"),
    ("break_date", "DATE"),
    ("break_terms", "TEXT NOT NULL DEFAULT ''"),
    ("others_may_join", "BOOLEAN"),
    (
        "joining_terms",
        "TEXT NOT NULL DEFAULT '' CONSTRAINT ck_contract_terms_of_joining"
        " CHECK (joining_terms = '' OR coalesce(others_may_join, false))",
    ),
    ("lead_authority", "VARCHAR(255) NOT NULL DEFAULT ''"),
    (
        "sureness",
        "VARCHAR(30) NOT NULL DEFAULT 'as_given' CONSTRAINT ck_contract_sureness"
        f" CHECK (sureness IN ({SURENESS}))",
    ),
    (
        "checked_on",
        "DATE CONSTRAINT ck_contract_checked_on_a_day"
        " CHECK ((sureness = 'checked') = (checked_on IS NOT NULL))",
    ),
    ("is_public", "BOOLEAN NOT NULL DEFAULT false"),
)


def upgrade() -> None:
    for name, kind in ADDED:
        op.execute(f"ALTER TABLE contract ADD COLUMN {name} {kind}")
    op.execute("UPDATE contract SET sureness = 'estimated' WHERE end_is_estimate")
    op.execute("UPDATE contract SET sureness = 'awarded', is_public = true WHERE source = 'award'")
    # Notices are published; whether a register is, its authority has not been asked.
    op.execute(
        "UPDATE contract SET is_public = true WHERE import_id IN (SELECT id FROM contract_import"
        " WHERE file_format IN ('contracts-finder', 'ocds-csv'))"
    )
    op.create_index("ix_contract_public_end_or_never", "contract", ["is_public", END_OR_NEVER])


def downgrade() -> None:
    op.drop_index("ix_contract_public_end_or_never", table_name="contract")
    for name, _ in reversed(ADDED):
        op.execute(f"ALTER TABLE contract DROP COLUMN {name}")

"""Whom a reviewer kept apart, on the proposals of an adopted scenario.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing where nobody was kept apart: SQLite would make the table anew for a column that must be.
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("kept_apart", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("proposal") as batch:
        batch.drop_column("kept_apart")

"""Imports of spending are listed by when they were given.

Revision ID: 0040
Revises: 0039
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("spend_import", schema=None) as batch_op:
        batch_op.create_index("ix_spend_import_created", ["created_at", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("spend_import", schema=None) as batch_op:
        batch_op.drop_index("ix_spend_import_created")

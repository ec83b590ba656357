"""Imports of contracts that fill in what the register lacks.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    filling = sa.Column("rows_filling", sa.Integer(), nullable=False, server_default="0")
    with op.batch_alter_table("contract_import", schema=None) as batch_op:
        batch_op.add_column(filling)
    with op.batch_alter_table("contract_import", schema=None) as batch_op:
        batch_op.alter_column("rows_filling", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("contract_import", schema=None) as batch_op:
        batch_op.drop_column("rows_filling")

"""How many are expected to join, what that makes of proposals, and the effect of withdrawals.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("run_category") as batch:
        batch.add_column(sa.Column("joining_rate", sa.BigInteger(), nullable=True))
        batch.add_column(
            sa.Column("joining_asked", sa.Integer(), nullable=False, server_default="0")
        )
    with op.batch_alter_table("run_category") as batch:
        batch.alter_column("joining_asked", server_default=None)
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("net_benefit_expected", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("lot_party") as batch:
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("withdrawal_effect", sa.String(255), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("lot_party") as batch:
        batch.drop_column("withdrawal_effect")
        batch.drop_column("withdrawn_at")
    with op.batch_alter_table("proposal") as batch:
        batch.drop_column("net_benefit_expected")
    with op.batch_alter_table("run_category") as batch:
        batch.drop_column("joining_asked")
        batch.drop_column("joining_rate")

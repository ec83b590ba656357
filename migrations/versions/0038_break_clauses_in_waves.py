"""Contracts of a wave that are ended early under their break clause.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

NOT_SHORTENED, ONE_WAY = "ck_wave_member_not_shortened", "ck_wave_member_moved_one_way"


def upgrade() -> None:
    early = sa.Column("ended_early_by", sa.Integer(), nullable=False, server_default="0")
    with op.batch_alter_table("wave_member", schema=None) as batch_op:
        batch_op.add_column(early)
    with op.batch_alter_table("wave_member", schema=None) as batch_op:
        batch_op.alter_column("ended_early_by", server_default=None)
        batch_op.drop_constraint(op.f(NOT_SHORTENED), type_="check")
        batch_op.create_check_constraint(
            op.f(NOT_SHORTENED), "extended_by >= 0 AND ended_early_by >= 0"
        )
        batch_op.create_check_constraint(op.f(ONE_WAY), "extended_by = 0 OR ended_early_by = 0")


def downgrade() -> None:
    with op.batch_alter_table("wave_member", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(ONE_WAY), type_="check")
        batch_op.drop_constraint(op.f(NOT_SHORTENED), type_="check")
        batch_op.create_check_constraint(op.f(NOT_SHORTENED), "extended_by >= 0")
        batch_op.drop_column("ended_early_by")

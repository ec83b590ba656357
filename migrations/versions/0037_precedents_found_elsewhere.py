"""Precedents that a person found elsewhere, with their source.

Revision ID: 0037
Revises: 0036
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ONE_ORIGIN = "ck_precedent_one_origin"


def upgrade() -> None:
    with op.batch_alter_table("precedent", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(ONE_ORIGIN), type_="check")
        batch_op.create_check_constraint(op.f(ONE_ORIGIN), "seed_key IS NULL OR lot_id IS NULL")
        batch_op.create_check_constraint(op.f("ck_precedent_has_source"), "source <> ''")


def downgrade() -> None:
    with op.batch_alter_table("precedent", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_precedent_has_source"), type_="check")
        batch_op.drop_constraint(op.f(ONE_ORIGIN), type_="check")
        batch_op.create_check_constraint(
            op.f(ONE_ORIGIN), "(seed_key IS NULL) = (lot_id IS NOT NULL)"
        )

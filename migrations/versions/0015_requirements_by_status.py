"""Requirements of a status in each order, and an authority's lots, from an index.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BY_STATUS = {"created": "created_at", "value": "value", "start": "earliest_start"}


def upgrade() -> None:
    for name, column in BY_STATUS.items():
        op.create_index(f"ix_requirement_status_{name}", "requirement", ["status", column])
    op.create_index("ix_lot_member_authority_lot", "lot_member", ["authority_id", "lot_id"])


def downgrade() -> None:
    op.drop_index("ix_lot_member_authority_lot", "lot_member")
    for name in BY_STATUS:
        op.drop_index(f"ix_requirement_status_{name}", "requirement")

"""Lots by deadline, and an authority's contracts by their end, come from an index.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_lot_deadline", "lot", ["deadline"])
    op.create_index(
        "ix_contract_authority_end_or_never",
        "contract",
        ["authority_id", sa.text("coalesce(end_date, '9999-12-31')")],
    )


def downgrade() -> None:
    op.drop_index("ix_contract_authority_end_or_never", "contract")
    op.drop_index("ix_lot_deadline", "lot")

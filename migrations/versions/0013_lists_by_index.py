"""An authority's requirements by their age, and the register by its ends, from an index.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_requirement_authority_created", "requirement", ["authority_id", "created_at"]
    )
    op.create_index(
        "ix_contract_end_or_never", "contract", [sa.text("coalesce(end_date, '9999-12-31')")]
    )


def downgrade() -> None:
    op.drop_index("ix_requirement_authority_created", "requirement")
    op.drop_index("ix_contract_end_or_never", "contract")

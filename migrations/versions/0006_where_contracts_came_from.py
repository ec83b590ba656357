"""where contracts came from: every supplier, the day of the award, and why rows were refused"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contract", sa.Column("suppliers", sa.Text(), nullable=False, server_default=""))
    op.add_column("contract", sa.Column("awarded_on", sa.Date(), nullable=True))
    op.add_column(
        "contract_import", sa.Column("notice", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("contract_import", sa.Column("reasons", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("contract_import", "reasons")
    op.drop_column("contract_import", "notice")
    op.drop_column("contract", "awarded_on")
    op.drop_column("contract", "suppliers")

"""which services the light touch regime holds for"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("category_policy") as batch:
        batch.add_column(
            sa.Column("light_touch", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("category_policy") as batch:
        batch.alter_column("light_touch", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("category_policy") as batch:
        batch.drop_column("light_touch")

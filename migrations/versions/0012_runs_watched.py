"""runs watched: stop and keep, and how benefit and bound close"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("grouping_run") as batch:
        batch.add_column(sa.Column("keep_requested_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "run_sample",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("net_benefit", sa.BigInteger(), nullable=False),
        sa.Column("upper_bound", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["grouping_run.id"], name=op.f("fk_run_sample_run_id_grouping_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sample")),
    )
    op.create_index("ix_run_sample_run", "run_sample", ["run_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_run_sample_run", table_name="run_sample")
    op.drop_table("run_sample")
    with op.batch_alter_table("grouping_run") as batch:
        batch.drop_column("keep_requested_at")

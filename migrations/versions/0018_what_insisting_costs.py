"""What insisting costs, and the reason for not splitting a lot.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "insistence_study",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "failure IS NULL OR finished_at IS NOT NULL",
            name=op.f("ck_insistence_study_failed_is_over"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_insistence_study_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_insistence_study_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_insistence_study")),
    )
    op.create_index("ix_insistence_study_finished_at", "insistence_study", ["finished_at"])
    with op.batch_alter_table("lot") as batch:
        batch.add_column(
            sa.Column("undivided_because", sa.Text(), nullable=False, server_default="")
        )
    with op.batch_alter_table("lot") as batch:
        batch.alter_column("undivided_because", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("lot") as batch:
        batch.drop_column("undivided_because")
    op.drop_index("ix_insistence_study_finished_at", table_name="insistence_study")
    op.drop_table("insistence_study")

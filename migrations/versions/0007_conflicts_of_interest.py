"""conflicts of interest"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conflict_of_interest",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_conflict_of_interest_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_conflict_of_interest_proposal_id_proposal"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "person_id", name=op.f("pk_conflict_of_interest")),
    )
    op.create_index(
        op.f("ix_conflict_of_interest_person_id"), "conflict_of_interest", ["person_id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_conflict_of_interest_person_id"), table_name="conflict_of_interest")
    op.drop_table("conflict_of_interest")

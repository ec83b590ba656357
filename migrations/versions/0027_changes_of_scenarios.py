"""Every change of a scenario, so that two reviewers can be shown what differs.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scenario_change",
        sa.Column("scenario_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kept >= 0", name=op.f("ck_scenario_change_kept_not_negative")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_scenario_change_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_change_scenario_id_scenario")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_scenario_change_by_id_person")
        ),
        sa.PrimaryKeyConstraint("scenario_id", "version", name=op.f("pk_scenario_change")),
    )
    # What was changed before is not known step by step: each scenario begins as it stands.
    op.execute(
        "INSERT INTO scenario_change (scenario_id, version, kept, steps, taken, at, by_id) "
        "SELECT id, version, 0, steps, taken, changed_at, changed_by_id FROM scenario"
    )


def downgrade() -> None:
    op.drop_table("scenario_change")

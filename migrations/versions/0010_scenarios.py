"""scenarios, and proposals made of them"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("category_code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_scenario_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["grouping_run.id"], name=op.f("fk_scenario_run_id_grouping_run")
        ),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["cpv_code.code"],
            name=op.f("fk_scenario_category_code_cpv_code"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_scenario_changed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
    )
    op.create_index("ix_scenario_run_category", "scenario", ["run_id", "category_code"])
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("scenario_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_proposal_scenario_id_scenario"), "scenario", ["scenario_id"], ["id"]
        )
        batch.create_index(op.f("ix_proposal_scenario_id"), ["scenario_id"])


def downgrade() -> None:
    with op.batch_alter_table("proposal") as batch:
        batch.drop_index(op.f("ix_proposal_scenario_id"))
        batch.drop_constraint(op.f("fk_proposal_scenario_id_scenario"), type_="foreignkey")
        batch.drop_column("scenario_id")
    op.drop_index("ix_scenario_run_category", table_name="scenario")
    op.drop_table("scenario")

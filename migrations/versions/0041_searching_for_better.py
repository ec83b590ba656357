"""Searches for a better grouping on a scenario.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scenario_search",
        sa.Column("scenario_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("lots", sa.JSON(), nullable=True),
        sa.Column("gain", sa.BigInteger(), nullable=True),
        sa.Column("at_most", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "failure IS NULL OR finished_at IS NOT NULL",
            name=op.f("ck_scenario_search_failed_is_over"),
        ),
        sa.CheckConstraint(
            "gain IS NULL OR finished_at IS NOT NULL",
            name=op.f("ck_scenario_search_found_is_over"),
        ),
        sa.CheckConstraint(
            "(gain IS NULL) = (at_most IS NULL)",
            name=op.f("ck_scenario_search_gain_has_its_limit"),
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_search_scenario_id_scenario")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_scenario_search_asked_by_id_person")
        ),
        sa.PrimaryKeyConstraint("scenario_id", name=op.f("pk_scenario_search")),
    )
    op.create_index(op.f("ix_scenario_search_finished_at"), "scenario_search", ["finished_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_scenario_search_finished_at"), table_name="scenario_search")
    op.drop_table("scenario_search")

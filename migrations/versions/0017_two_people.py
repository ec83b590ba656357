"""steps that wait for a second person

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STEPS = ("publish", "extend", "open", "award")
ENDINGS = ("confirmed", "taken_back", "turned_down")


def upgrade() -> None:
    op.create_table(
        "pending_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(*STEPS, name="step", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ended",
            sa.Enum(*ENDINGS, name="ending", native_enum=False, create_constraint=True, length=30),
            nullable=True,
        ),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(ended IS NULL) = (ended_at IS NULL) AND (ended IS NULL) = (ended_by_id IS NULL)",
            name=op.f("ck_pending_step_ending_is_whole"),
        ),
        sa.CheckConstraint(
            "ended <> 'confirmed' OR ended_by_id <> asked_by_id",
            name=op.f("ck_pending_step_two_people"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_pending_step_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_pending_step_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_pending_step_ended_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_step")),
    )
    op.create_index(op.f("ix_pending_step_lot_id"), "pending_step", ["lot_id"])
    op.create_index(
        "uq_pending_step_waiting",
        "pending_step",
        ["lot_id", "step"],
        unique=True,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_pending_step_waiting", table_name="pending_step")
    op.drop_index(op.f("ix_pending_step_lot_id"), table_name="pending_step")
    op.drop_table("pending_step")

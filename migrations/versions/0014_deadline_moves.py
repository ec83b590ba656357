"""how deadlines moved, for bidders to read"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deadline_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("earlier", sa.DateTime(timezone=True), nullable=False),
        sa.Column("later", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("earlier < later", name=op.f("ck_deadline_move_later_only")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_deadline_move_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["moved_by_id"], ["person.id"], name=op.f("fk_deadline_move_moved_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_move")),
    )
    op.create_index(op.f("ix_deadline_move_lot_id"), "deadline_move", ["lot_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_deadline_move_lot_id"), table_name="deadline_move")
    op.drop_table("deadline_move")

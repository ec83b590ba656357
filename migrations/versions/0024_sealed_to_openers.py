"""bids sealed to openers, the seal root, and the parts that openers give"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ROOT_IS_WHOLE = (
    "(seal_root IS NULL) = (sealed_at IS NULL) AND (seal_root IS NULL) = (sealed_bids IS NULL)"
)
KINDS = (
    *("proposals_await", "question_asked", "question_answered", "readiness_asked"),
    *("window_opens", "closes_in_three_days", "closes_tomorrow", "window_over", "window_closed"),
    "lot_cancelled",
)


def upgrade() -> None:
    op.create_table(
        "opener_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.String(length=57), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(public_key) = 57", name=op.f("ck_opener_key_whole_key")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_opener_key_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opener_key")),
        sa.UniqueConstraint("public_key", name=op.f("uq_opener_key_public_key")),
    )
    op.create_index(op.f("ix_opener_key_person_id"), "opener_key", ["person_id"])
    op.create_table(
        "lot_opener",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name=op.f("ck_lot_opener_three_positions")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_opener_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["opener_key.id"], name=op.f("fk_lot_opener_key_id_opener_key")
        ),
        sa.PrimaryKeyConstraint("lot_id", "position", name=op.f("pk_lot_opener")),
        sa.UniqueConstraint("lot_id", "key_id", name=op.f("uq_lot_opener_lot_id_key_id")),
    )
    op.create_table(
        "opening_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_opening_part_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["lot_id", "position"],
            ["lot_opener.lot_id", "lot_opener.position"],
            name=op.f("fk_opening_part_lot_id_position_lot_opener"),
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["person.id"], name=op.f("fk_opening_part_given_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_part")),
    )
    op.create_index(op.f("ix_opening_part_lot_id"), "opening_part", ["lot_id"])
    with op.batch_alter_table("lot") as lot:
        lot.add_column(sa.Column("terms_version", sa.Integer(), nullable=False, server_default="1"))
        lot.add_column(sa.Column("seal_root", sa.String(length=64), nullable=True))
        lot.add_column(sa.Column("sealed_bids", sa.Integer(), nullable=True))
        lot.add_column(sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True))
        lot.create_check_constraint(op.f("ck_lot_root_is_whole"), ROOT_IS_WHOLE)
    with op.batch_alter_table("bid_revision") as revisions:
        revisions.add_column(
            sa.Column("terms_version", sa.Integer(), nullable=False, server_default="1")
        )
    with op.batch_alter_table("bid") as bids:
        bids.add_column(sa.Column("confirmed_terms", sa.Integer(), nullable=True))
    with op.batch_alter_table("deadline_move") as moves:
        moves.add_column(sa.Column("agreed_by_id", sa.Uuid(), nullable=True))
        moves.create_foreign_key(
            op.f("fk_deadline_move_agreed_by_id_person"), "person", ["agreed_by_id"], ["id"]
        )
    _kinds((*KINDS, "lot_changed"))
    for table in ("lot", "bid_revision"):
        with op.batch_alter_table(table) as altered:
            altered.alter_column("terms_version", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM message WHERE kind = 'lot_changed'")
    _kinds(KINDS)
    with op.batch_alter_table("deadline_move") as moves:
        moves.drop_constraint(op.f("fk_deadline_move_agreed_by_id_person"), type_="foreignkey")
        moves.drop_column("agreed_by_id")
    with op.batch_alter_table("bid") as bids:
        bids.drop_column("confirmed_terms")
    with op.batch_alter_table("bid_revision") as revisions:
        revisions.drop_column("terms_version")
    with op.batch_alter_table("lot") as lot:
        lot.drop_constraint(op.f("ck_lot_root_is_whole"), type_="check")
        for name in ("sealed_at", "sealed_bids", "seal_root", "terms_version"):
            lot.drop_column(name)
    for table in ("opening_part", "lot_opener", "opener_key"):
        op.drop_table(table)


def _kinds(values: tuple[str, ...]) -> None:
    """Let a message be of one of these kinds."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("message") as messages:
        messages.drop_constraint(op.f("ck_message_messagekind"), type_="check")
        messages.create_check_constraint(op.f("ck_message_messagekind"), f"kind IN ({listed})")

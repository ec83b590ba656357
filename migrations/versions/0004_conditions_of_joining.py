"""conditions of joining, and what each party may see"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = ("awaited", "committed", "declined")
AFTER = (*BEFORE, "conditional")


def upgrade() -> None:
    with op.batch_alter_table("lot") as batch:
        batch.add_column(sa.Column("market_value", sa.BigInteger(), nullable=True))
        batch.add_column(
            sa.Column("volume_is_coarse", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.create_index("ix_lot_market_value", ["market_value"])
    op.execute("UPDATE lot SET market_value = value WHERE published_at IS NOT NULL")
    with op.batch_alter_table("lot") as batch:
        batch.alter_column("volume_is_coarse", server_default=None)
    op.create_table(
        "lot_party",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("shows_volume", sa.Boolean(), nullable=False),
        sa.Column("agrees_to_show", sa.Boolean(), nullable=False),
        sa.Column("at_least_members", sa.Integer(), nullable=True),
        sa.Column("at_least_volume", sa.BigInteger(), nullable=True),
        sa.Column("at_least_saving", sa.BigInteger(), nullable=True),
        sa.Column("with_authority_id", sa.Uuid(), nullable=True),
        sa.Column("unsatisfied", sa.String(length=255), nullable=True),
        sa.CheckConstraint(
            "at_least_members IS NULL OR at_least_members >= 2",
            name=op.f("ck_lot_party_members_two"),
        ),
        sa.CheckConstraint(
            "at_least_volume IS NULL OR at_least_volume > 0",
            name=op.f("ck_lot_party_volume_positive"),
        ),
        sa.CheckConstraint(
            "at_least_saving IS NULL OR at_least_saving > 0",
            name=op.f("ck_lot_party_saving_positive"),
        ),
        sa.CheckConstraint(
            "with_authority_id IS NULL OR with_authority_id <> authority_id",
            name=op.f("ck_lot_party_another_partner"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_party_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_lot_party_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["with_authority_id"],
            ["organisation.id"],
            name=op.f("fk_lot_party_with_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("lot_id", "authority_id", name=op.f("pk_lot_party")),
    )
    op.create_index(op.f("ix_lot_party_authority_id"), "lot_party", ["authority_id"])
    # Those asked before saw exact figures, so nothing that could be subtracted is shown them now.
    op.execute(
        "INSERT INTO lot_party (lot_id, authority_id, shows_volume, agrees_to_show)"
        " SELECT DISTINCT lot_id, authority_id, (1 = 0), (1 = 0) FROM lot_member"
    )
    _answers(AFTER)


def downgrade() -> None:
    op.execute("UPDATE lot_member SET answer = 'committed' WHERE answer = 'conditional'")
    _answers(BEFORE)
    op.drop_index(op.f("ix_lot_party_authority_id"), table_name="lot_party")
    op.drop_table("lot_party")
    with op.batch_alter_table("lot") as batch:
        batch.drop_index("ix_lot_market_value")
        batch.drop_column("volume_is_coarse")
        batch.drop_column("market_value")


def _answers(values: tuple[str, ...]) -> None:
    """Let an answer be one of these."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("lot_member") as batch:
        batch.drop_constraint(op.f("ck_lot_member_answer"), type_="check")
        batch.create_check_constraint(op.f("ck_lot_member_answer"), f"answer IN ({listed})")

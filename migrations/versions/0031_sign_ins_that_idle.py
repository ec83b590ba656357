"""sign-ins that idle and are kept as hashes, links with an end, and shares that do not hold"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("opening_part") as table:
        table.add_column(sa.Column("wrong", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("password_reset") as table:
        table.add_column(sa.Column("good_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("token_sha256", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    # No cookie given so far has a token: everybody signs in anew.
    op.execute(
        "UPDATE sign_in SET ended_at = COALESCE(ended_at, CURRENT_TIMESTAMP), "
        "token_sha256 = CAST(id AS VARCHAR(64)), seen_at = created_at, confirmed_at = created_at"
    )
    with op.batch_alter_table("sign_in") as table:
        for column in ("seen_at", "confirmed_at"):
            table.alter_column(column, existing_type=sa.DateTime(timezone=True), nullable=False)
        table.alter_column("token_sha256", existing_type=sa.String(length=64), nullable=False)
        table.create_unique_constraint("uq_sign_in_token_sha256", ["token_sha256"])


def downgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        table.drop_constraint("uq_sign_in_token_sha256", type_="unique")
        for column in ("confirmed_at", "seen_at", "token_sha256"):
            table.drop_column(column)
    with op.batch_alter_table("password_reset") as table:
        table.drop_column("good_until")
    with op.batch_alter_table("opening_part") as table:
        table.drop_column("wrong")

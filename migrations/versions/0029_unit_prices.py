"""what authorities pay for a unit, and the figures of each quarter"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KINDS = (
    *("proposals_await", "question_asked", "question_answered", "readiness_asked"),
    *("window_opens", "closes_in_three_days", "closes_tomorrow", "window_over", "window_closed"),
    *("lot_cancelled", "lot_changed"),
)
NEW_KINDS = ("pays_above_median", "prices_shown")


def upgrade() -> None:
    op.create_table(
        "given_price",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("category_code", sa.String(8), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(14, 2), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                *("typed", "contract"),
                name="pricesource",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "price > 0 AND quantity > 0", name=op.f("ck_given_price_something_for_something")
        ),
        sa.CheckConstraint("year BETWEEN 1990 AND 2200", name=op.f("ck_given_price_year_is_one")),
        sa.CheckConstraint(
            "(source = 'contract') = (contract_id IS NOT NULL)",
            name=op.f("ck_given_price_names_source"),
        ),
        _to("given_price", "authority_id", "organisation"),
        _to("given_price", "category_code", "cpv_code", "code"),
        _to("given_price", "contract_id", "contract"),
        _to("given_price", "given_by_id", "person"),
        _to("given_price", "withdrawn_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_price")),
    )
    in_force = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_given_price_contract",
        "given_price",
        ["contract_id"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    op.create_index("ix_given_price_authority_given", "given_price", ["authority_id", "given_at"])
    op.create_index("ix_given_price_group", "given_price", ["category_code", "unit", "year"])
    op.create_table(
        "price_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_release")),
        sa.UniqueConstraint("day", name=op.f("uq_price_release_day")),
    )
    op.create_table(
        "price_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("category_code", sa.String(8), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("lower", sa.BigInteger(), nullable=False),
        sa.Column("median", sa.BigInteger(), nullable=False),
        sa.Column("upper", sa.BigInteger(), nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "0 < lower AND lower <= median AND median <= upper",
            name=op.f("ck_price_figure_in_order"),
        ),
        sa.CheckConstraint("at_least >= 4", name=op.f("ck_price_figure_rests_on_four")),
        _to("price_figure", "release_id", "price_release"),
        _to("price_figure", "category_code", "cpv_code", "code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_figure")),
        sa.UniqueConstraint(
            *("release_id", "category_code", "unit", "year"),
            name=op.f("uq_price_figure_release_id_category_code_unit_year"),
        ),
    )
    op.create_index(
        "ix_price_figure_group", "price_figure", ["category_code", "unit", "year", "released_at"]
    )
    op.create_table(
        "figure_price",
        sa.Column("figure_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("pays_more", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.Uuid(), nullable=True),
        _to("figure_price", "figure_id", "price_figure"),
        _to("figure_price", "authority_id", "organisation"),
        _to("figure_price", "seen_by_id", "person"),
        sa.PrimaryKeyConstraint("figure_id", "authority_id", name=op.f("pk_figure_price")),
    )
    op.create_index(op.f("ix_figure_price_authority_id"), "figure_price", ["authority_id"])
    _kinds((*KINDS, *NEW_KINDS))


def downgrade() -> None:
    listed = ", ".join(f"'{kind}'" for kind in NEW_KINDS)
    op.execute(f"DELETE FROM message WHERE kind IN ({listed})")  # noqa: S608 - our own words
    _kinds(KINDS)
    for name in ("figure_price", "price_figure", "price_release", "given_price"):
        op.drop_table(name)


def _to(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def _kinds(values: tuple[str, ...]) -> None:
    """Let a message be of one of these kinds."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("message") as messages:
        messages.drop_constraint(op.f("ck_message_messagekind"), type_="check")
        messages.create_check_constraint(op.f("ck_message_messagekind"), f"kind IN ({listed})")

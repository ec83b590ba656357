"""waves: contracts that authorities are asked to follow together

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KINDS = (
    *("proposals_await", "question_asked", "question_answered", "readiness_asked"),
    *("window_opens", "closes_in_three_days", "closes_tomorrow", "window_over", "window_closed"),
    *("lot_cancelled", "lot_changed"),
    *("pays_above_median", "prices_shown"),
)
ADDED = ("wave_proposed", "wave_answered")
BARRIERS = (
    *("procurement_cost", "time", "loss_of_control", "lack_of_trust", "lack_of_information"),
    *("lock_in", "being_precious", "real_savings", "customer_focus", "skills_and_capacity"),
)


def upgrade() -> None:
    _add_waves()
    _add_parties()
    _add_members()
    _kinds((*KINDS, *ADDED))


def _add_waves() -> None:
    op.create_table(
        "wave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("category_code", sa.String(8), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("value", "worth_low", "worth_likely", "worth_high")
        ),
        sa.Column("authorities_with_contracts", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("status", _one_of("wavestatus", ("proposed", "taken_back")), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "worth_low <= worth_likely AND worth_likely <= worth_high",
            name=op.f("ck_wave_worth_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["cpv_code.code"], name="fk_wave_category_code_cpv_code"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name="fk_wave_proposed_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("reference", name=op.f("uq_wave_reference")),
    )
    op.create_index("ix_wave_proposed_at", "wave", ["proposed_at"])


def _add_parties() -> None:
    op.create_table(
        "wave_party",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column(
            "answer", _one_of("waveanswer", ("awaited", "agreed", "declined")), nullable=False
        ),
        sa.Column("barrier", _one_of("barrier", BARRIERS), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(answer = 'awaited') = (answered_at IS NULL)",
            name=op.f("ck_wave_party_answered_at_a_time"),
        ),
        sa.CheckConstraint(
            "(answer = 'declined') = (barrier IS NOT NULL)",
            name=op.f("ck_wave_party_declined_for_one"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"fk_wave_party_{column}_{table}"
            )
            for column, table in (
                ("wave_id", "wave"),
                ("authority_id", "organisation"),
                ("answered_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("wave_id", "authority_id", name=op.f("pk_wave_party")),
    )
    op.create_index("ix_wave_party_authority_id", "wave_party", ["authority_id"])


def _add_members() -> None:
    op.create_table(
        "wave_member",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("earliest_start", sa.Date(), nullable=False),
        sa.Column("latest_start", sa.Date(), nullable=False),
        sa.Column("extended_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "earliest_start <= latest_start", name=op.f("ck_wave_member_window_in_order")
        ),
        sa.CheckConstraint("extended_by >= 0", name=op.f("ck_wave_member_not_shortened")),
        sa.ForeignKeyConstraint(
            ["wave_id", "authority_id"],
            ["wave_party.wave_id", "wave_party.authority_id"],
            name="fk_wave_member_wave_id_wave_party",
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_wave_member_wave_id_wave"),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="fk_wave_member_contract_id_contract"
        ),
        sa.PrimaryKeyConstraint("wave_id", "contract_id", name=op.f("pk_wave_member")),
    )
    op.create_index("ix_wave_member_contract_id", "wave_member", ["contract_id"])


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def _kinds(values: tuple[str, ...]) -> None:
    """Let a message be of one of these kinds."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("message") as messages:
        messages.drop_constraint(op.f("ck_message_messagekind"), type_="check")
        messages.create_check_constraint(op.f("ck_message_messagekind"), f"kind IN ({listed})")


def downgrade() -> None:
    op.execute("DELETE FROM message WHERE kind IN ('wave_proposed', 'wave_answered')")
    _kinds(KINDS)
    for table in ("wave_member", "wave_party", "wave"):
        op.drop_table(table)

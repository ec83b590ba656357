"""Business cases with their risks; the ledger of savings.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "business_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("baseline_sha256", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_id", sa.Uuid(), nullable=True),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("tender_cost", sa.BigInteger(), nullable=False),
        sa.Column("coordination_cost", sa.BigInteger(), nullable=False),
        sa.Column("running_cost", sa.BigInteger(), nullable=False),
        sa.Column("net_present_value", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(baseline_sha256) = 64", name=op.f("ck_business_case_whole_hash")
        ),
        sa.CheckConstraint(
            "rate >= 0 AND rate <= 1000000", name=op.f("ck_business_case_rate_is_a_share")
        ),
        sa.CheckConstraint(
            "tender_cost >= 0 AND coordination_cost >= 0 AND running_cost >= 0",
            name=op.f("ck_business_case_costs_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"], ["person.id"], name=op.f("fk_business_case_frozen_by_id_person")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_business_case_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_case")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_business_case_lot_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_business_case_reference")),
    )
    with op.batch_alter_table("business_case", schema=None) as batch_op:
        batch_op.create_index("ix_business_case_frozen_at", ["frozen_at"], unique=False)
        batch_op.create_index(
            "ix_business_case_net_present_value", ["net_present_value"], unique=False
        )

    op.create_table(
        "case_risk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "barrier",
            sa.Enum(
                "procurement_cost",
                "time",
                "loss_of_control",
                "lack_of_trust",
                "lack_of_information",
                "lock_in",
                "being_precious",
                "real_savings",
                "customer_focus",
                "skills_and_capacity",
                name="barrier",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=True),
        sa.Column("impact", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "impact IS NULL OR impact BETWEEN 1 AND 5", name=op.f("ck_case_risk_impact")
        ),
        sa.CheckConstraint(
            "likelihood IS NULL OR likelihood BETWEEN 1 AND 5", name=op.f("ck_case_risk_likelihood")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["business_case.id"], name=op.f("fk_case_risk_case_id_business_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_risk")),
        sa.UniqueConstraint("case_id", "barrier", name=op.f("uq_case_risk_case_id_barrier")),
    )
    op.create_table(
        "savings_period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=255), nullable=False),
        sa.Column("expected_volume", sa.BigInteger(), nullable=False),
        sa.Column("expected_price", sa.BigInteger(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("index_factor", sa.BigInteger(), nullable=False),
        sa.Column("specification", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("volume_effect", sa.BigInteger(), nullable=False),
        sa.Column("index_effect", sa.BigInteger(), nullable=False),
        sa.Column("specification_effect", sa.BigInteger(), nullable=False),
        sa.Column("price_effect", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("begins <= ends", name=op.f("ck_savings_period_days_in_order")),
        sa.CheckConstraint(
            "expected + volume_effect + index_effect + specification_effect + price_effect = spent",
            name=op.f("ck_savings_period_effects_add_up"),
        ),
        sa.CheckConstraint(
            "expected_volume > 0 AND expected_price > 0 AND volume >= 0 AND price >= 0 AND index_factor > 0",
            name=op.f("ck_savings_period_amounts_make_sense"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_savings_period_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["person.id"], name=op.f("fk_savings_period_reported_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_savings_period")),
    )
    with op.batch_alter_table("savings_period", schema=None) as batch_op:
        batch_op.create_index(
            "ix_savings_period_contract_begins", ["contract_id", "begins"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("savings_period", schema=None) as batch_op:
        batch_op.drop_index("ix_savings_period_contract_begins")

    op.drop_table("savings_period")
    op.drop_table("case_risk")
    with op.batch_alter_table("business_case", schema=None) as batch_op:
        batch_op.drop_index("ix_business_case_net_present_value")
        batch_op.drop_index("ix_business_case_frozen_at")

    op.drop_table("business_case")

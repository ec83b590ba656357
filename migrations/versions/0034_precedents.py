"""Precedents, and the way of sharing that a proposal takes.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal_way",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "boroughs_commission",
                "agencies_commission",
                "boroughs_deliver",
                "agencies_deliver",
                "same_provider",
                "delivery_partnership",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["person.id"], name=op.f("fk_proposal_way_chosen_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_way_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal_way")),
    )
    op.create_table(
        "precedent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("seed_key", sa.String(length=40), nullable=True),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "boroughs_commission",
                "agencies_commission",
                "boroughs_deliver",
                "agencies_deliver",
                "same_provider",
                "delivery_partnership",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("category_code", sa.String(length=8), nullable=True),
        sa.Column(
            "tier",
            sa.Enum(
                "low",
                "medium",
                "high",
                name="tier",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("authorities", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "worked",
                "mixed",
                "failed",
                "not_yet_known",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("saving_share", sa.BigInteger(), nullable=True),
        sa.Column(
            "saving_label",
            sa.Enum(
                "projected",
                "contracted",
                "realised",
                name="label",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "evidence",
            sa.Enum(
                "measured",
                "reported",
                "told",
                "expected",
                name="evidence",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
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
            nullable=True,
        ),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(saving_share IS NULL) = (saving_label IS NULL)",
            name=op.f("ck_precedent_saving_has_its_label"),
        ),
        sa.CheckConstraint(
            "(seed_key IS NULL) = (lot_id IS NOT NULL)", name=op.f("ck_precedent_one_origin")
        ),
        sa.CheckConstraint(
            "authorities IS NULL OR authorities > 0", name=op.f("ck_precedent_authorities_positive")
        ),
        sa.CheckConstraint(
            "saving_share IS NULL OR saving_share BETWEEN -10000000 AND 1000000",
            name=op.f("ck_precedent_saving_is_a_share"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_precedent_added_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["cpv_code.code"], name=op.f("fk_precedent_category_code_cpv_code")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_precedent_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedent")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_precedent_lot_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_precedent_reference")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_precedent_seed_key")),
    )
    with op.batch_alter_table("precedent", schema=None) as batch_op:
        batch_op.create_index("ix_precedent_category_code", ["category_code"], unique=False)
        batch_op.create_index("ix_precedent_title", ["title"], unique=False)
        batch_op.create_index("ix_precedent_year", ["year"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("precedent", schema=None) as batch_op:
        batch_op.drop_index("ix_precedent_year")
        batch_op.drop_index("ix_precedent_title")
        batch_op.drop_index("ix_precedent_category_code")

    op.drop_table("precedent")
    op.drop_table("proposal_way")

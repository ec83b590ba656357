"""suppliers describe themselves, and a new tag of the record needs no migration"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TAGS = """person_signed_in person_signed_out person_added person_removed organisation_added
policy_changed requirement_drafted requirement_posted requirement_edited
requirement_withdrawn requirements_imported exclusions_changed run_started run_cancelled
run_finished run_failed proposal_approved proposal_rejected proposal_superseded
joining_committed joining_declined joining_closed lot_cancelled lot_published lot_changed
deadline_extended question_asked question_answered bid_submitted bid_withdrawn bids_opened
quality_scored quality_agreed price_explained lot_awarded contracts_registered
contracts_previewed contracts_imported import_left"""


def upgrade() -> None:
    op.create_table(
        "supplier_profile",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("largest_contract", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "largest_contract IS NULL OR largest_contract > 0",
            name=op.f("ck_supplier_profile_largest_is_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["organisation.id"],
            name=op.f("fk_supplier_profile_supplier_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_supplier_profile")),
    )
    op.create_table(
        "supplier_category",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("cpv_code", sa.String(length=8), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cpv_code"], ["cpv_code.code"], name=op.f("fk_supplier_category_cpv_code_cpv_code")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["organisation.id"],
            name=op.f("fk_supplier_category_supplier_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("supplier_id", "cpv_code", name=op.f("pk_supplier_category")),
    )
    op.create_index(op.f("ix_supplier_category_cpv_code"), "supplier_category", ["cpv_code"])
    with op.batch_alter_table("audit_entry") as batch:
        batch.drop_constraint(op.f("ck_audit_entry_action"), type_="check")
        batch.alter_column("action", existing_type=sa.String(30), type_=sa.String(40))


def downgrade() -> None:
    with op.batch_alter_table("audit_entry") as batch:
        batch.alter_column("action", existing_type=sa.String(40), type_=sa.String(30))
        # What was written since keeps its tag: the record is never rewritten.
        tags = ", ".join(f"'{tag}'" for tag in [*TAGS.split(), "supplier_described"])
        batch.create_check_constraint(op.f("ck_audit_entry_action"), f"action IN ({tags})")
    op.drop_index(op.f("ix_supplier_category_cpv_code"), table_name="supplier_category")
    op.drop_table("supplier_category")
    op.drop_table("supplier_profile")

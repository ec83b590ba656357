"""What stood in the way of cancelled lots; a directory of roles.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("category_code", sa.String(length=8), nullable=True),
        sa.Column("category_key", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("mailbox", sa.String(length=255), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "mailbox = '' OR mailbox LIKE '%_@_%'",
            name=op.f("ck_directory_role_mailbox_is_an_address"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_directory_role_has_title")),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_directory_role_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["cpv_code.code"],
            name=op.f("fk_directory_role_category_code_cpv_code"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["person.id"],
            name=op.f("fk_directory_role_confirmed_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_role")),
    )
    with op.batch_alter_table("directory_role", schema=None) as batch_op:
        batch_op.create_index("ix_directory_role_category_code", ["category_code"], unique=False)
        batch_op.create_index("ix_directory_role_confirmed_at", ["confirmed_at"], unique=False)
        batch_op.create_index(
            "uq_directory_role_authority_category_title",
            ["authority_id", "category_key", "title"],
            unique=True,
        )

    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "cancelled_barrier",
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
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_lot_barrier"), type_="check")
        batch_op.drop_column("cancelled_barrier")

    with op.batch_alter_table("directory_role", schema=None) as batch_op:
        batch_op.drop_index("uq_directory_role_authority_category_title")
        batch_op.drop_index("ix_directory_role_confirmed_at")
        batch_op.drop_index("ix_directory_role_category_code")

    op.drop_table("directory_role")

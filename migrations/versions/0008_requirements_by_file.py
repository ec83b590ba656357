"""requirements by file: the previews, their rows, and where a requirement came from"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATUSES = ("previewed", "accepted", "left")


def upgrade() -> None:
    op.create_table(
        "requirement_import",
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_format", sa.String(length=30), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                *STATUSES,
                name="importstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_understood", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("rows_known", sa.Integer(), nullable=False),
        sa.Column("rows_added", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "authority_id IS NOT NULL", name=op.f("ck_requirement_import_is_an_authoritys")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_requirement_import_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_requirement_import_created_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_import")),
    )
    op.create_table(
        "requirement_import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("faults", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["requirement_import.id"],
            name=op.f("fk_requirement_import_row_import_id_requirement_import"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_import_row")),
        sa.UniqueConstraint(
            "import_id", "position", name=op.f("uq_requirement_import_row_import_id_position")
        ),
    )
    op.create_index(
        op.f("ix_requirement_import_row_import_id"), "requirement_import_row", ["import_id"]
    )
    op.create_table(
        "requirement_origin",
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=False),
        sa.Column("source_reference", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["requirement_import.id"],
            name=op.f("fk_requirement_origin_import_id_requirement_import"),
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id", "authority_id"],
            ["requirement.id", "requirement.authority_id"],
            name=op.f("fk_requirement_origin_requirement_id_authority_id_requirement"),
        ),
        sa.PrimaryKeyConstraint("requirement_id", name=op.f("pk_requirement_origin")),
        sa.UniqueConstraint(
            "authority_id",
            "source_key",
            name=op.f("uq_requirement_origin_authority_id_source_key"),
        ),
    )
    op.create_index(op.f("ix_requirement_origin_import_id"), "requirement_origin", ["import_id"])


def downgrade() -> None:
    op.drop_table("requirement_origin")
    op.drop_table("requirement_import_row")
    op.drop_table("requirement_import")

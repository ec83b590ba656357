"""Spending: imports, suppliers and their spellings, labels, cells with their lines, totals.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _spend_supplier()
    _spend_column()
    _spend_name()
    _spend_opportunity()
    _spend_preparation()
    _spend_total()
    _spend_import()
    _spend_label()
    _spend_match()
    _spend_block()
    _spend_cell()
    _spend_import_row()


def downgrade() -> None:
    op.drop_table("spend_import_row")
    op.drop_table("spend_cell")
    op.drop_table("spend_block")
    op.drop_table("spend_match")
    op.drop_table("spend_label")
    op.drop_table("spend_import")
    op.drop_table("spend_total")
    op.drop_table("spend_preparation")
    op.drop_table("spend_opportunity")
    op.drop_table("spend_name")
    op.drop_table("spend_column")
    op.drop_table("spend_supplier")


def _spend_supplier() -> None:
    op.create_table(
        "spend_supplier",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("core", sa.String(length=255), nullable=False),
        sa.Column("compact", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spend_supplier")),
        sa.UniqueConstraint("compact", name=op.f("uq_spend_supplier_compact")),
    )
    op.create_index(op.f("ix_spend_supplier_core"), "spend_supplier", ["core"], unique=False)


def _spend_column() -> None:
    op.create_table(
        "spend_column",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("heading", sa.String(length=255), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_spend_column_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "heading", name=op.f("pk_spend_column")),
    )


def _spend_name() -> None:
    op.create_table(
        "spend_name",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("spelling", sa.String(length=255), nullable=False),
        sa.Column("supplier_id", KEY, nullable=False),
        sa.Column("category_code", sa.String(length=8), nullable=True),
        sa.Column(
            "confidence",
            sa.Enum(
                "given",
                "likely",
                "guess",
                name="confidence",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "category_code IS NULL OR confidence IS NOT NULL",
            name=op.f("ck_spend_name_category_has_confidence"),
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["cpv_code.code"], name=op.f("fk_spend_name_category_code_cpv_code")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["spend_supplier.id"],
            name=op.f("fk_spend_name_supplier_id_spend_supplier"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spend_name")),
        sa.UniqueConstraint("spelling", name=op.f("uq_spend_name_spelling")),
    )
    op.create_index(op.f("ix_spend_name_supplier_id"), "spend_name", ["supplier_id"], unique=False)


def _spend_opportunity() -> None:
    op.create_table(
        "spend_opportunity",
        sa.Column("category_code", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("authorities", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("sharing", sa.Integer(), nullable=False),
        sa.Column("lots", sa.JSON(), nullable=False),
        sa.Column("worth_low", sa.BigInteger(), nullable=False),
        sa.Column("worth", sa.BigInteger(), nullable=False),
        sa.Column("worth_high", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("worked_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["cpv_code.code"],
            name=op.f("fk_spend_opportunity_category_code_cpv_code"),
        ),
        sa.PrimaryKeyConstraint("category_code", name=op.f("pk_spend_opportunity")),
    )


def _spend_preparation() -> None:
    op.create_table(
        "spend_preparation",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_spend_preparation_authority_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("authority_id", name=op.f("pk_spend_preparation")),
    )


def _spend_total() -> None:
    op.create_table(
        "spend_total",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column(
            "grain",
            sa.Enum(
                "all",
                "category",
                "supplier",
                "category_supplier",
                name="grain",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("category_code", sa.String(length=8), nullable=True),
        sa.Column("supplier_id", KEY, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("guessed", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.BigInteger(), nullable=True),
        sa.Column("authorities", sa.Integer(), nullable=False),
        sa.Column("suppliers", sa.Integer(), nullable=False),
        sa.Column("concentration", sa.BigInteger(), nullable=True),
        sa.Column("top_share", sa.BigInteger(), nullable=True),
        sa.Column("spread", sa.BigInteger(), nullable=True),
        sa.Column("contracted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_spend_total_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["cpv_code.code"], name=op.f("fk_spend_total_category_code_cpv_code")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["spend_supplier.id"],
            name=op.f("fk_spend_total_supplier_id_spend_supplier"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spend_total")),
    )
    op.create_index(
        "ix_spend_total_category",
        "spend_total",
        ["category_code", "grain", "year", "authority_id", "amount"],
        unique=False,
    )
    op.create_index(
        "ix_spend_total_common",
        "spend_total",
        ["year", "amount"],
        unique=False,
        sqlite_where=sa.text("grain = 'supplier' AND authority_id IS NULL AND authorities > 1"),
        postgresql_where=sa.text("grain = 'supplier' AND authority_id IS NULL AND authorities > 1"),
    )
    op.create_index(
        "ix_spend_total_list",
        "spend_total",
        ["grain", "authority_id", "year", "amount"],
        unique=False,
    )
    op.create_index(
        "ix_spend_total_spread",
        "spend_total",
        ["year", "spread"],
        unique=False,
        sqlite_where=sa.text("spread IS NOT NULL"),
        postgresql_where=sa.text("spread IS NOT NULL"),
    )
    op.create_index(
        "ix_spend_total_supplier",
        "spend_total",
        ["supplier_id", "grain", "year", "amount"],
        unique=False,
    )


def _spend_import() -> None:
    op.create_table(
        "spend_import",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("refused_amount", sa.BigInteger(), nullable=False),
        sa.Column("claimed_amount", sa.BigInteger(), nullable=True),
        sa.Column(
            "total_state",
            sa.Enum(
                "none",
                "agrees",
                "differs",
                name="totalstate",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("must_replace", sa.Boolean(), nullable=False),
        sa.Column("repeats", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_format", sa.String(length=30), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "previewed",
                "accepted",
                "left",
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
            "(total_state = 'none') = (claimed_amount IS NULL)",
            name=op.f("ck_spend_import_claim_has_a_total"),
        ),
        sa.CheckConstraint(
            "taken_back_at IS NULL OR status = 'accepted'",
            name=op.f("ck_spend_import_taken_back_was_in"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name=op.f("fk_spend_import_authority_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_spend_import_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["spend_import.id"],
            name=op.f("fk_spend_import_replaced_by_id_spend_import"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spend_import")),
        sa.UniqueConstraint("number", name=op.f("uq_spend_import_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_spend_import_reference")),
    )
    op.create_index(
        "ix_spend_import_authority_created",
        "spend_import",
        ["authority_id", "created_at"],
        unique=False,
    )
    op.create_index("ix_spend_import_sha256", "spend_import", ["sha256"], unique=False)


def _spend_label() -> None:
    op.create_table(
        "spend_label",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("words", sa.String(length=255), nullable=False),
        sa.Column("category_code", sa.String(length=8), nullable=True),
        sa.Column(
            "confidence",
            sa.Enum(
                "given",
                "likely",
                "guess",
                name="confidence",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("no_purchase", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "category_code IS NULL OR (confidence IS NOT NULL AND NOT no_purchase)",
            name=op.f("ck_spend_label_category_has_confidence"),
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["cpv_code.code"], name=op.f("fk_spend_label_category_code_cpv_code")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_spend_label_decided_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spend_label")),
        sa.UniqueConstraint("words", name=op.f("uq_spend_label_words")),
    )
    op.create_index("ix_spend_label_category", "spend_label", ["category_code"], unique=False)


def _spend_match() -> None:
    op.create_table(
        "spend_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", KEY, nullable=False),
        sa.Column("second_id", KEY, nullable=False),
        sa.Column("likeness", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "doubtful",
                "same",
                "different",
                name="matchstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'doubtful') = (decided_at IS NULL)",
            name=op.f("ck_spend_match_decided_when_decided"),
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_spend_match_ordered_pair")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_spend_match_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["spend_supplier.id"], name=op.f("fk_spend_match_first_id_spend_supplier")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["spend_supplier.id"],
            name=op.f("fk_spend_match_second_id_spend_supplier"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spend_match")),
        sa.UniqueConstraint(
            "first_id", "second_id", name=op.f("uq_spend_match_first_id_second_id")
        ),
    )
    op.create_index(op.f("ix_spend_match_second_id"), "spend_match", ["second_id"], unique=False)
    op.create_index("ix_spend_match_status", "spend_match", ["status", "likeness"], unique=False)


def _spend_block() -> None:
    op.create_table(
        "spend_block",
        sa.Column("import_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("first > 0", name=op.f("ck_spend_block_first_from_one")),
        sa.ForeignKeyConstraint(
            ["import_number"],
            ["spend_import.number"],
            name=op.f("fk_spend_block_import_number_spend_import"),
        ),
        sa.PrimaryKeyConstraint("import_number", "first", name=op.f("pk_spend_block")),
        sqlite_with_rowid=False,
    )


def _spend_cell() -> None:
    op.create_table(
        "spend_cell",
        sa.Column("import_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("name_id", KEY, nullable=False),
        sa.Column("label_id", KEY, nullable=False),
        sa.Column("supplier_id", KEY, nullable=False),
        sa.Column("category_code", sa.String(length=8), nullable=True),
        sa.Column("sureness", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("first > 0 AND lines > 0", name=op.f("ck_spend_cell_has_lines")),
        sa.CheckConstraint(
            "month BETWEEN 190001 AND 219912", name=op.f("ck_spend_cell_month_is_one")
        ),
        sa.CheckConstraint(
            "sureness BETWEEN 0 AND 3 AND (category_code IS NULL OR sureness > 0)",
            name=op.f("ck_spend_cell_category_is_sure"),
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["cpv_code.code"], name=op.f("fk_spend_cell_category_code_cpv_code")
        ),
        sa.ForeignKeyConstraint(
            ["import_number"],
            ["spend_import.number"],
            name=op.f("fk_spend_cell_import_number_spend_import"),
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["spend_label.id"], name=op.f("fk_spend_cell_label_id_spend_label")
        ),
        sa.ForeignKeyConstraint(
            ["name_id"], ["spend_name.id"], name=op.f("fk_spend_cell_name_id_spend_name")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["spend_supplier.id"],
            name=op.f("fk_spend_cell_supplier_id_spend_supplier"),
        ),
        sa.PrimaryKeyConstraint("import_number", "first", name=op.f("pk_spend_cell")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_spend_cell_category", "spend_cell", ["category_code", "month"], unique=False
    )
    op.create_index("ix_spend_cell_supplier", "spend_cell", ["supplier_id", "month"], unique=False)


def _spend_import_row() -> None:
    op.create_table(
        "spend_import_row",
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
            ["spend_import.id"],
            name=op.f("fk_spend_import_row_import_id_spend_import"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spend_import_row")),
        sa.UniqueConstraint(
            "import_id", "position", name=op.f("uq_spend_import_row_import_id_position")
        ),
    )
    op.create_index(
        op.f("ix_spend_import_row_import_id"), "spend_import_row", ["import_id"], unique=False
    )

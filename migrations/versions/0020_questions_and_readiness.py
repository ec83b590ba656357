"""Proposals sent back with a question, and how ready authorities are to share.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BARRIERS = (
    *("procurement_cost", "time", "loss_of_control", "lack_of_trust", "lack_of_information"),
    *("lock_in", "being_precious", "real_savings", "customer_focus", "skills_and_capacity"),
)
FACTORS = (
    *("political_commitment", "leadership", "supportive_culture"),
    *("skills_and_capacity", "trust"),
)


def upgrade() -> None:
    _add_questions()
    op.create_table(
        "readiness_answer",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("category_code", sa.String(8), nullable=False),
        sa.Column("factor", _one_of("factor", FACTORS), nullable=False),
        sa.Column("degree", _one_of("degree", ("yes", "partly", "no")), nullable=False),
        sa.Column("note", sa.String(255), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.{key}"], name=f"fk_readiness_answer_{column}_{table}"
            )
            for column, table, key in (
                ("authority_id", "organisation", "id"),
                ("category_code", "cpv_code", "code"),
                ("answered_by_id", "person", "id"),
            )
        ),
        sa.PrimaryKeyConstraint(
            "authority_id", "category_code", "factor", name=op.f("pk_readiness_answer")
        ),
    )


def _add_questions() -> None:
    op.create_table(
        "proposal_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("barrier", _one_of("barrier", BARRIERS), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_proposal_question_answer_has_time"),
        ),
        sa.CheckConstraint(
            "answer IS NULL OR taken_back_at IS NULL",
            name=op.f("ck_proposal_question_answered_or_taken_back"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"fk_proposal_question_{column}_{table}"
            )
            for column, table in (
                ("proposal_id", "proposal"),
                ("authority_id", "organisation"),
                ("asked_by_id", "person"),
                ("answered_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_question")),
    )
    op.create_index("ix_proposal_question_proposal_id", "proposal_question", ["proposal_id"])
    op.create_index(
        "ix_proposal_question_authority", "proposal_question", ["authority_id", "asked_at"]
    )


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def downgrade() -> None:
    op.drop_table("readiness_answer")
    op.drop_index("ix_proposal_question_authority", table_name="proposal_question")
    op.drop_index("ix_proposal_question_proposal_id", table_name="proposal_question")
    op.drop_table("proposal_question")

"""Messages to people, and the addresses of their calendars.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS = (
    *("proposals_await", "question_asked", "question_answered", "readiness_asked"),
    *("window_opens", "closes_in_three_days", "closes_tomorrow", "window_over", "window_closed"),
    "lot_cancelled",
)


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS, name="messagekind", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("path", sa.String(255), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_message_person_id_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("uq_message_once", "message", ["person_id", "kind", "about_id"], unique=True)
    op.create_index("ix_message_person_created", "message", ["person_id", "created_at"])
    op.create_index("ix_message_mailed_at", "message", ["mailed_at"])
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_calendar_feed_person_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_feed_person_id")),
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_index("ix_message_mailed_at", table_name="message")
    op.drop_index("ix_message_person_created", table_name="message")
    op.drop_index("uq_message_once", table_name="message")
    op.drop_table("message")

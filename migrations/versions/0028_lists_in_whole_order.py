"""indexes of lists hold the keys that break their ties"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

WITH_KEYS = {
    "requirement": {
        "authority_created": ["authority_id", "created_at"],
        "status_created": ["status", "created_at"],
        "status_value": ["status", "value"],
        "status_start": ["status", "earliest_start"],
        "created_at": ["created_at"],
        "authority_title": ["authority_id", "title"],
        "authority_value": ["authority_id", "value"],
        "authority_start": ["authority_id", "earliest_start"],
        "title": ["title"],
        "value": ["value"],
        "earliest_start": ["earliest_start"],
    },
    "lot": {
        "created_at": ["created_at"],
        "deadline": ["deadline"],
        "market_value": ["market_value"],
        "title": ["title"],
        "value": ["value"],
    },
}
NEW = {
    "status_market_value": ["status", "market_value", "id"],
    "status_title": ["status", "title", "id"],
    "status_value": ["status", "value", "id"],
}


def upgrade() -> None:
    for table, indexes in WITH_KEYS.items():
        for name, columns in indexes.items():
            op.drop_index(f"ix_{table}_{name}", table)
            op.create_index(f"ix_{table}_{name}", table, [*columns, "id"])
    for name, columns in NEW.items():
        op.create_index(f"ix_lot_{name}", "lot", columns)


def downgrade() -> None:
    for name in NEW:
        op.drop_index(f"ix_lot_{name}", "lot")
    for table, indexes in WITH_KEYS.items():
        for name, columns in indexes.items():
            op.drop_index(f"ix_{table}_{name}", table)
            op.create_index(f"ix_{table}_{name}", table, columns)

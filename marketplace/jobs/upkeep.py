"""What SQLite has to be told about its tables, so that it chooses the right index for a list.

PostgreSQL looks by itself. A connection learns it when it is opened, so the site's are not kept
for longer than an hour (`marketplace.app`).
"""

from datetime import timedelta

from sqlalchemy.engine import Connection

from marketplace import clock
from marketplace.jobs.database import database

EVERY = timedelta(hours=1)
ROWS_LOOKED_AT = 1_000
"""Of each index: enough to choose by, and done in milliseconds whatever the table's size."""


class Upkeep:
    """When the tables were looked at last."""

    def __init__(self) -> None:
        self._next = clock.now()

    def round(self) -> None:
        """Look at them if it is time."""
        now = clock.now()
        if now >= self._next:
            self._next = now + EVERY
            with database.changing() as session:
                look_at_tables(session.connection())


def look_at_tables(connection: Connection) -> None:
    """Have SQLite estimate how many rows each index leads to."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}")
        connection.exec_driver_sql("ANALYZE")

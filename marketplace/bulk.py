"""Many rows into one table, by the shortest way that each database has."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

ROWS_AT_ONCE = 50_000


def insert_rows(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows in the transaction under way; values are as the database keeps them.

    Money is pence, days are ISO text, keys are hexadecimal text. PostgreSQL takes them by COPY.
    """
    connection = session.connection()
    names = ", ".join(columns)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.dbapi_connection
        # Only names of our own tables and columns are in the command.
        with driver.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    command = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        connection.exec_driver_sql(command, some)

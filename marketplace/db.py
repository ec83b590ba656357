"""The database: a base class, a small vocabulary of columns, and how connections behave.

Money is integer pence in the database and Decimal pounds in Python. Ratios are integer
millionths. Times are UTC. SQLite takes its write lock when a writing transaction begins, because
by default it loses updates silently when two readers both go on to write.
"""

import enum
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Annotated, Any, ParamSpec, TypeVar, cast

from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Row,
    Select,
    String,
    Text,
    Uuid,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

PENCE = Decimal("0.01")
MILLIONTH = Decimal("0.000001")
LOCK_SECONDS = 30
"""How long SQLite is waited for by whoever wants to write."""

db: SQLAlchemy = SQLAlchemy()

AnyColumns = Select[*tuple[Any, ...]]
"""A query for some columns; which they are is said by whoever makes it."""
AnyRow = Row[*tuple[Any, ...]]
"""A row that such a query finds."""

P = ParamSpec("P")
Made = TypeVar("Made")

reading: ContextVar[bool] = ContextVar("reading", default=False)


class Pence(TypeDecorator[Decimal]):
    """Decimal pounds in Python, whole pence in the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return int((Decimal(value) * 100).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        # Sums come back as int or Decimal according to the database.
        return None if value is None else (Decimal(value) / 100).quantize(PENCE)


class Millionths(TypeDecorator[Decimal]):
    """A ratio as Decimal in Python, whole millionths in the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return int((Decimal(value) * 1_000_000).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 1_000_000


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone; refuses one without (SQLite would forget which it was)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Money = Annotated[Decimal, mapped_column(Pence)]
Ratio = Annotated[Decimal, mapped_column(Millionths)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Line = Annotated[str, mapped_column(String(255))]
Prose = Annotated[str, mapped_column(Text)]
Reference = Annotated[str, mapped_column(String(20), unique=True)]
PrimaryKey = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=uuid.uuid4)]
Json = Annotated[Any, mapped_column(JSON)]


class Base(DeclarativeBase):
    """The parent of every model; each constraint gets a name, so that migrations can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            length=30,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


def remembered(make: Callable[P, Made]) -> Callable[P, Made]:
    """For a function that makes a statement of what was asked: the same asked, the same statement.

    Building one costs as much as running it. All arguments must be hashable, and none of them
    belong to a session.
    """
    return cast(Callable[P, Made], lru_cache(maxsize=256)(make))


@contextmanager
def reading_only() -> Iterator[None]:
    """Transactions begun inside do not take SQLite's write lock."""
    token = reading.set(True)
    try:
        yield
    finally:
        reading.reset(token)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: object) -> None:
    """Durable writes, enforced foreign keys and patience, on each SQLite connection."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # SQLAlchemy's begin event below starts transactions
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={LOCK_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    # The workflow engine's own connections begin their transactions themselves.
    if connection.dialect.name == "sqlite" and not options.get("begins_by_itself"):
        only_reads = reading.get() or options.get("sqlite_reading")
        if only_reads:
            connection.exec_driver_sql("BEGIN")
        elif not _write_lock_taken(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _write_lock_taken(connection: Connection) -> bool:
    """Begin and take the write lock, waiting as long as we wait for locks.

    SQLite’s own waiting is not enough: where it thinks that waiting could end in a deadlock it
    says at once that it is busy.
    """
    until = time.monotonic() + LOCK_SECONDS
    cursor = connection.connection.cursor()
    while time.monotonic() < until:
        try:
            cursor.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.02)
        else:
            return True
    return False

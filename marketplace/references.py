"""References that people can say, such as LOT-2027-0042: one counter a kind and year."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.db import Base

UPSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class ReferenceCounter(Base):
    """The last number given for a kind of thing in a year."""

    __tablename__ = "reference_counter"

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def next_reference(session: Session, kind: str, year: int) -> str:
    """Take the next reference; two transactions at once wait for each other, none is reused."""
    return next_references(session, kind, year, 1)[0]


def next_references(session: Session, kind: str, year: int, count: int) -> list[str]:
    """Take `count` references in one step, for imports."""
    # One statement, so that of two who take the first of a year neither fails.
    insert = UPSERTS[session.get_bind().dialect.name]
    first = insert(ReferenceCounter).values(kind=kind, year=year, last=count)
    taken: int = session.execute(
        first.on_conflict_do_update(
            index_elements=["kind", "year"],
            set_={"last": ReferenceCounter.last + first.excluded.last},
        ).returning(ReferenceCounter.last)
    ).scalar_one()
    return [f"{kind}-{year}-{number:04d}" for number in range(taken - count + 1, taken + 1)]

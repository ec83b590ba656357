"""A market in memory on which stories are told: a small world, a clock, and verbs that may fail."""

import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from marketplace import clock
from marketplace.accounts.models import Organisation, Person
from marketplace.audit.export import export_lines
from marketplace.categories.models import CategoryPolicy, CpvCode
from marketplace.db import Base
from marketplace.errors import MarketplaceError
from marketplace.lots import queries as lots
from marketplace.lots.models import Lot
from tests.stories.invariants import BREAKERS
from tests.world import LOT_STATES, World, _categories, _lot, _people
from verifier.__main__ import verify

T = TypeVar("T")

done: Counter[str] = Counter()
"""How often each verb did something, over all stories of a run."""


def prepare(path: Path) -> None:
    """Who takes part and a lot in each state, kept in a file from which each story begins."""
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        world = World(session, 2, clock.now())
        _people(world)
        _categories(world)
        for state in LOT_STATES:
            _lot(world, state)
        session.commit()
        for thing in session:
            session.refresh(thing)
    engine.dispose()
    beginning.update(path=path, world=world)


beginning: dict[str, Any] = {}


class Market:
    """One story’s market."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(beginning["path"])) as kept:
            kept.backup(self.connection)
        self.engine = create_engine(
            "sqlite://", creator=lambda: self.connection, poolclass=StaticPool
        )
        self.session = Session(self.engine)
        self.world = beginning["world"].again(self.session)
        self.now: datetime = self.world.now
        # Whom and what things refer to is at hand, as where a request has loaded it with them.
        self.known = [
            thing
            for model in (Organisation, Person, CpvCode, CategoryPolicy)
            for thing in self.session.scalars(select(model))
        ]

    def end(self) -> None:
        """The whole record is as the verifier wants it."""
        self.session.rollback()
        verify(f"{line}\n".encode() for line in export_lines(self.session))
        self.session.close()
        self.connection.close()

    def some(self, query: Any, number: int) -> Any:
        """One of the things that the query finds, or None."""
        found = self.session.scalars(query).all()
        return found[number % len(found)] if found else None

    def lot(self, number: int, *states: str) -> Lot | None:
        """A lot, mostly in one of these states and sometimes in any."""
        query = select(Lot.id).order_by(Lot.created_at, Lot.reference)
        if states and number % 7:
            query = query.where(Lot.status.in_(states))
        key = self.some(query, number)
        if key is None:
            return None
        return self.lot_of(key)

    def lot_of(self, key: uuid.UUID) -> Lot:
        """The lot with what hangs on it, as each request begins with it."""
        self.session.expunge(self.session.get_one(Lot, key))
        return lots.visible_lot(self.session, key, self.world.reviewers[0])

    def one(self, things: Sequence[T], number: int) -> T:
        return things[number % len(things)]

    def do(self, name: str, verb: Callable[[], object]) -> None:
        """Do it in a transaction of its own; a named refusal changes nothing."""
        before = self._entries()
        try:
            verb()
            self.session.commit()
        except MarketplaceError:
            self.session.rollback()
            assert self._entries() == before
        else:
            done[name] += 1
            assert self._entries() > before, f"{name} left no entry in the record"

    def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def broken(self) -> list[str]:
        """The rules that do not hold now."""
        return [
            rule for rule, query in BREAKERS.items() if self.connection.execute(query).fetchone()
        ]

    def _entries(self) -> int:
        return int(self.connection.execute("SELECT count(*) FROM audit_entry").fetchone()[0])

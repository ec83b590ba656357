"""The worker's sessions: one to look, one to change something in a transaction of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from marketplace import capabilities
from marketplace.settings import Settings


class WorkDatabase:
    """The site's database as the worker's steps use it."""

    def __init__(self) -> None:
        self._engine: Engine | None = None

    def connect(self, settings: Settings) -> None:
        capabilities.import_models()
        self._engine = create_engine(settings.database_url, pool_pre_ping=True)

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("connect() to the database before doing jobs")
        return self._engine

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """A session that takes no write lock and is never committed."""
        with Session(self.engine.execution_options(sqlite_reading=True)) as session:
            yield session

    @contextmanager
    def changing(self) -> Iterator[Session]:
        """A session that is committed at the end, or rolled back after a fault."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session


database = WorkDatabase()

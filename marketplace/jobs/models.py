"""The workers that are there: each says again and again that it is alive."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, Moment


class Worker(Base):
    """A process that does long jobs. A row that stands still belongs to a dead one."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    since: Mapped[Moment]
    beats: Mapped[int]
    """How often it has said that it is alive, counted from `since`."""

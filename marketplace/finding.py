"""Finding things by words: an index of the words of each thing, kept with it in one transaction.

A thing is found by each word that one of its own words begins with. A table of ours does it,
because the full-text searches of SQLite and PostgreSQL cut words differently, and a search must
not find other things on another database. Objects are indexed as they are flushed; whoever
inserts rows past the session calls `index_rows`.
"""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    SQLColumnExpression,
    String,
    Uuid,
    delete,
    event,
    insert,
    or_,
)
from sqlalchemy import inspect as state_of
from sqlalchemy.orm import (
    Mapped,
    Session,
    UOWTransaction,
    mapped_column,
)

from marketplace.db import Base

LONGEST_WORD = 40
MOST_WORDS = 8
"""Of what somebody looks for; more would not find it better."""


class IndexedWord(Base):
    """A word of a thing."""

    __tablename__ = "indexed_word"
    __table_args__ = (
        Index("ix_indexed_word_kind_word_thing", "kind", "word", "thing_id"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    thing_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    word: Mapped[str] = mapped_column(
        # Beginnings are looked up as a range, so words are in the order of their letters' codes.
        String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql"),
        primary_key=True,
    )


@dataclass(frozen=True)
class Found:
    """What things of a kind are found by."""

    kind: str
    fields: tuple[str, ...]


INDEXED: dict[type, Found] = {}


def found_by(model: type[Base], *fields: str) -> None:
    """Say by which fields things of a model are found; a field may hold a list of texts."""
    INDEXED[model] = Found(model.__tablename__, fields)


def words_of(*texts: object) -> list[str]:
    """The words of texts or of lists of texts, in the letters that they are looked for by."""
    found: set[str] = set()
    for text in texts:
        if isinstance(text, str):
            found.update(word[:LONGEST_WORD] for word in re.findall(r"\w+", text.lower()))
        elif isinstance(text, (list, tuple)):
            found.update(words_of(*text))
    return sorted(found)


def looked_for(text: str) -> tuple[str, ...]:
    """The words of what somebody typed, each once, as they came."""
    found = (word[:LONGEST_WORD] for word in re.findall(r"\w+", text.lower()))
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def each_word_in(text: str, *columns: SQLColumnExpression[Any]) -> list[ColumnElement[bool]]:
    """That each word of the text is somewhere in one of the columns: for lists that stay short."""
    return [
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in text.split()[:MOST_WORDS]
    ]


def index_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Index new rows that were inserted past the session; each has its `id`."""
    found = INDEXED[model]
    _add(
        session,
        [
            (found.kind, row["id"], words_of(*(row.get(name) for name in found.fields)))
            for row in rows
        ],
    )


def _add(session: Session, things: Iterable[tuple[str, uuid.UUID, Sequence[str]]]) -> None:
    rows = [
        {"kind": kind, "thing_id": key, "word": word}
        for kind, key, words in things
        for word in words
    ]
    if rows:
        session.connection().execute(insert(IndexedWord), rows)


@event.listens_for(Session, "after_flush")
def _index_flushed(session: Session, context: UOWTransaction) -> None:
    """Keep the index of what was added, changed or deleted."""
    changed = [thing for thing in session.dirty if _is_changed(thing)]
    new = [thing for thing in session.new if type(thing) in INDEXED]
    gone = [thing for thing in session.deleted if type(thing) in INDEXED]
    for thing in (*changed, *gone):
        session.connection().execute(
            delete(IndexedWord).where(
                IndexedWord.kind == INDEXED[type(thing)].kind, IndexedWord.thing_id == thing.id
            )
        )
    _add(session, [_entry(thing) for thing in (*new, *changed)])


def _entry(thing: Any) -> tuple[str, uuid.UUID, Sequence[str]]:
    found = INDEXED[type(thing)]
    return found.kind, thing.id, words_of(*(getattr(thing, name) for name in found.fields))


def _is_changed(thing: Any) -> bool:
    found = INDEXED.get(type(thing))
    if found is None:
        return False
    attributes = state_of(thing).attrs
    return any(attributes[name].history.has_changes() for name in found.fields)

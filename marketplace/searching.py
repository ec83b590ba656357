"""Looking for things by words, in the index of them (`marketplace.finding`).

The rarest of the words is begun with. Where few things have it, they are looked up and sorted,
and the other words tried on them; otherwise the words are tried on one thing after another, in
the order of the list, until a page is full, which then takes few of them.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from marketplace.db import AnyColumns, Base, remembered
from marketplace.finding import INDEXED, IndexedWord, looked_for

FEW = 2_000
"""So many things are looked up and sorted, at most."""
LAST_LETTER = "\U0010ffff"
KEEP_ORDER = frozenset({"sqlite"})
"""The databases that read a sorted subquery row by row, and so in its order."""
NO_LIMIT = -1
"""As SQLite says it; a subquery with any limit is sorted by itself."""
SAID_SECONDS = 300
MOST_SAID = 2_000

Text = str | BindParameter[Any]
Column = InstrumentedAttribute[Any] | SQLColumnExpression[Any]
Order = Sequence[ColumnElement[Any]]


@dataclass(frozen=True)
class Sought:
    """Words to look for among things of a kind."""

    kind: str = ""
    words: tuple[str, ...] = ()
    """The rarest first."""
    few: bool = False
    """Whether few things have it."""
    order_kept: bool = False
    """Whether what is read from a sorted subquery comes in its order."""

    def counted(self, query: Select[Any], key: Column | None) -> AnyColumns:
        """Those of the query that have the words, each once, to be counted."""
        if key is None or not self.words:
            return query.with_only_columns(1, maintain_column_froms=True)
        begun = self._begin(query, key).where(*self._have(self.words[1:], key))
        return begun.with_only_columns(key, maintain_column_froms=True).distinct()

    def in_order(
        self, query: Select[Any], key: Column, sorted_by: Column, order: Order
    ) -> AnyColumns:
        """The `key` of those that have the words, and what it is `sorted_by`, in the order."""
        keys: AnyColumns = query.order_by(*order).with_only_columns(
            key.label("key"), sorted_by.label("sorted_by")
        )
        if not self.few:
            return keys.where(*self._have(self.words, key))
        keys = self._begin(keys, key).group_by(sorted_by, key)  # sorts and drops doubles at one go
        others = self.words[1:]
        if not others or not self.order_kept:
            return keys.where(*self._have(others, key))
        there = keys.limit(NO_LIMIT).subquery().c  # so the others are tried for one page only
        return select(there.key, there.sorted_by).where(*self._have(others, there.key))

    def _begin(self, query: AnyColumns, key: Column) -> AnyColumns:
        """Join the things that have the rarest word, each as often as it has it."""
        with_it = (IndexedWord.thing_id == key, *_begins(IndexedWord, self.kind, self.words[0]))
        return query.join(IndexedWord, and_(*with_it))

    def _have(self, words: Sequence[str], key: Column) -> list[ColumnElement[bool]]:
        return [_has(self.kind, word, key) for word in words]


NOTHING_SOUGHT = Sought()


def sought(session: Session, model: type[Base], text: str) -> Sought:
    """The words of the text, to be looked for among things of the model."""
    words = looked_for(text)
    if not words:
        return NOTHING_SOUGHT
    kind = INDEXED[model].kind
    first, few = _rarest(session, kind, words)
    others = (word for word in words if word != first)
    order_kept = session.get_bind().dialect.name in KEEP_ORDER
    return Sought(kind, (first, *others), few, order_kept)


def has_words(key: InstrumentedAttribute[Any], text: str) -> list[ColumnElement[bool]]:
    """That the thing with the key has a word beginning with each of the words."""
    kind = INDEXED[key.parent.class_].kind
    return [_has(kind, word, key) for word in looked_for(text)]


def _has(kind: str, word: str, key: Column) -> ColumnElement[bool]:
    row = aliased(IndexedWord)
    return select(row.thing_id).where(*_begins(row, kind, word), row.thing_id == key).exists()


def _begins(row: type[IndexedWord], kind: str, word: str) -> tuple[ColumnElement[bool], ...]:
    return _between(row, kind, word, word + LAST_LETTER)


def _between(
    row: type[IndexedWord], kind: Text, first: Text, end: Text
) -> tuple[ColumnElement[bool], ...]:
    """The words of a kind of thing from the first up to the end, as values or as parameters."""
    return (row.kind == kind, row.word >= first, row.word < end)


_said: dict[tuple[str, tuple[str, ...]], tuple[float, str, bool]] = {}
"""Until when, which word is the rarest, and whether few things have it."""


def _rarest(session: Session, kind: str, words: tuple[str, ...]) -> tuple[str, bool]:
    """The rarest word, and whether few have it, as it is now or was some minutes ago.

    How quickly things are found hangs on it, not which.
    """
    now = time.monotonic()
    until, word, few = _said.get((kind, words), (now, "", False))
    if until <= now:
        word, few = _rarest_now(session, kind, words)
        if len(_said) >= MOST_SAID:
            _said.clear()
        _said[kind, words] = (now + SAID_SECONDS, word, few)
    return word, few


def _rarest_now(session: Session, kind: str, words: tuple[str, ...]) -> tuple[str, bool]:
    asked: dict[str, object] = {"kind": kind}
    for place, word in enumerate(words):
        asked |= {f"from{place}": word, f"to{place}": word + LAST_LETTER}
    counts = session.connection().execute(_counts(len(words), FEW), asked).one()
    fewest, word = min(zip(counts, words, strict=True))
    return word, fewest <= FEW


@remembered
def _counts(words: int, few: int) -> AnyColumns:
    """How many things each of so many words has, counted to one more than few."""
    return select(*(_count(place, few) for place in range(words)))


def _count(place: int, few: int) -> SQLColumnExpression[int]:
    there = _between(
        IndexedWord, bindparam("kind"), bindparam(f"from{place}"), bindparam(f"to{place}")
    )
    some = select(IndexedWord.thing_id).where(*there).limit(few + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()

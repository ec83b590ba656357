"""The things that entries are about, in the tables of the later nouns.

This noun knows people only, so it reads those tables by their names.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, Table, bindparam, cast, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from marketplace.audit.models import AuditEntry
from marketplace.db import AnyColumns, AnyRow, Base, remembered

NAMES = ("reference", "title", "name", "file_name", "email")
"""The columns that name a thing, the best first."""


class key_text(FunctionElement[str]):
    """A key as entries hold it, which SQLite keeps without its dashes."""

    type = String(40)
    inherit_cache = True
    name = "key_text"


@compiles(key_text)
def _cast(element: key_text, compiler: Any, **options: Any) -> str:
    (key,) = element.clauses
    return str(compiler.process(cast(key, String(40)), **options))


@compiles(key_text, "sqlite")
def _with_dashes(element: key_text, compiler: Any, **options: Any) -> str:
    key = compiler.process(element.clauses, **options)
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({key}, {start}, {length})" for start, length in parts)


def table_of(kind: str) -> Table:
    return Base.metadata.tables[kind]


def key_of(table: Table) -> ColumnElement[str]:
    """The keys of a table's rows, as entries hold them."""
    return key_text(table.c.id).label("key")


def as_key(text: str) -> uuid.UUID | None:
    """The key that these words are, if they are one."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


def names_of(session: Session, shown: Iterable[AuditEntry | AnyRow]) -> Mapping[int, str]:
    """What the thing of each entry is called: one query for each kind of thing on the page."""
    shown = list(shown)
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for entry in shown:
        key = as_key(entry.object_id)
        if key is not None and entry.object_type in Base.metadata.tables:
            wanted[entry.object_type].add(key)
    found: dict[tuple[str, str], str] = {}
    for kind, keys in wanted.items():
        naming = _naming(kind)
        if naming is not None:
            rows = session.connection().execute(naming, {"keys": sorted(keys)})
            found |= {(kind, str(key)): name for key, name in rows}
    return {
        entry.sequence: found[entry.object_type, entry.object_id]
        for entry in shown
        if (entry.object_type, entry.object_id) in found
    }


@remembered
def _naming(kind: str) -> AnyColumns | None:
    """The keys and names of things of a kind; None where they have none."""
    table = table_of(kind)
    naming = next((table.c[name] for name in NAMES if name in table.c), None)
    if naming is None or "id" not in table.c:
        return None
    return select(table.c.id, naming).where(table.c.id.in_(bindparam("keys", expanding=True)))


def keys_of_reference(session: Session, reference: str) -> Sequence[uuid.UUID]:
    """The keys of everything with this reference."""
    tables = [
        table for table in Base.metadata.sorted_tables if "reference" in table.c and "id" in table.c
    ]
    return [
        key
        for table in tables
        for key in session.scalars(
            select(table.c.id).where(table.c.reference == reference.strip().upper())
        )
    ]

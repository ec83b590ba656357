"""Lists that can be filtered, sorted and paged, with a number of queries that never grows.

A list's total is counted to a ceiling: people need "more than 1,000", not 98,214, and counting on
would cost more than the page.

Half of what a list costs is building its statements and making objects of its rows. So a list
may say which columns its rows show, and gets plain rows; and what was made of a query is
remembered, for whoever asks with the same query again (see `marketplace.db.remembered`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy import Select, SQLColumnExpression, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.db import AnyColumns, AnyRow, remembered

PAGE_SIZE = 25
COUNT_CEILING = 1000
WORDS_CEILING = 100
"""Words are looked for row by row, so their finds are counted no further than people page."""

T = TypeVar("T")
SortKey = InstrumentedAttribute[Any] | SQLColumnExpression[Any]
Shown = Callable[[Select[Any]], AnyColumns]


@dataclass(frozen=True)
class Listing(Generic[T]):
    """One page of a list, and what its links need to know."""

    rows: Sequence[T]
    page: int
    total: int
    more_than_total: bool
    sort: str
    descending: bool

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def count_in_words(self) -> str:
        return f"more than {self.total:,}" if self.more_than_total else f"{self.total:,}"

    @property
    def has_next(self) -> bool:
        return self.page < self.pages or (self.more_than_total and len(self.rows) == PAGE_SIZE)

    def address(self, **changes: object) -> str:
        """This page's address with some of its query changed; None takes a part away."""
        here = url_for(request.endpoint or "", **(request.view_args or {}))
        return _with_query(here, {**request.args.to_dict(flat=False), **changes})

    def address_in(self, endpoint: str, **values: Any) -> str:
        """The address of another page with the query of this one."""
        return _with_query(url_for(endpoint, **values), request.args.to_dict(flat=False))

    def sort_address(self, name: str) -> str:
        """The address that sorts by the column, or turns the order round."""
        turned = name == self.sort and not self.descending
        return self.address(sort=name, order="down" if turned else "up", page=None)

    def aria_sort(self, name: str) -> str:
        if name != self.sort:
            return "none"
        return "descending" if self.descending else "ascending"


@overload
def page_of(
    session: Session,
    query: Select[T],
    *,
    sorts: Mapping[str, SortKey],
    default: str,
    descending: bool = False,
    tie: SortKey | None = None,
    ceiling: int = COUNT_CEILING,
) -> Listing[T]: ...


@overload
def page_of(
    session: Session,
    query: Select[Any],
    *,
    sorts: Mapping[str, SortKey],
    default: str,
    descending: bool = False,
    tie: SortKey | None = None,
    ceiling: int = COUNT_CEILING,
    shown: Shown,
) -> Listing[AnyRow]: ...


def page_of(
    session: Session,
    query: Select[Any],
    *,
    sorts: Mapping[str, SortKey],
    default: str,
    descending: bool = False,
    tie: SortKey | None = None,
    ceiling: int = COUNT_CEILING,
    shown: Shown | None = None,
) -> Listing[Any]:
    """The page that the request asks for: ?page=2&sort=value&order=down.

    `sorts` names the columns that may be sorted by; `tie` (the key) makes the order whole.
    Anything odd in the address falls back to the first page and the default order. `shown` turns
    the query into one for the columns that a row shows; without it the rows are whole objects.
    """
    asked = request.args.get("sort", "")
    sort = asked if asked in sorts else default
    order = request.args.get("order", "") if asked in sorts else ""
    down = order == "down" if order in ("up", "down") else descending
    count, page = _statements(query, sorts[sort], down, tie, ceiling, shown)
    counted = session.scalar(count) or 0
    number = _page_number()
    found = session.execute(page, {"skipped": (number - 1) * PAGE_SIZE})
    rows = found.all() if shown else found.scalars().all()
    return Listing(rows, number, min(counted, ceiling), counted > ceiling, sort, down)


@remembered
def _statements(
    query: Select[Any],
    key: SortKey,
    down: bool,
    tie: SortKey | None,
    ceiling: int,
    shown: Shown | None,
) -> tuple[Select[int], AnyColumns]:
    """How many there are, to the ceiling, and the rows of a page."""
    some = query.order_by(None).with_only_columns(1, maintain_column_froms=True)
    count = select(func.count()).select_from(some.limit(ceiling + 1).subquery())
    order = (key.desc() if down else key.asc(), *([tie] if tie is not None else []))
    page = (shown(query) if shown else query).order_by(*order)
    return count, page.limit(PAGE_SIZE).offset(bindparam("skipped"))


def _with_query(path: str, args: Mapping[str, object]) -> str:
    """Joined by hand: a part named like an option of `url_for` stays a part of the query."""
    kept = {name: value for name, value in args.items() if value not in (None, "", [""])}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


def _page_number() -> int:
    text = request.args.get("page", "1")
    return min(max(int(text), 1), 1_000_000) if text.isascii() and text.isdigit() else 1

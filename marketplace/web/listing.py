"""Lists that can be filtered, sorted and paged, with a number of queries that never grows.

A list's total is counted to a ceiling: people need "more than 1,000", not 98,214, and counting on
would cost more than the page.

Half of what a list costs is building its statements and making objects of its rows. So a list
may say which columns its rows show, and gets plain rows; and what was made of a query is
remembered, for whoever asks with the same query again (see `marketplace.db.remembered`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar, overload
from urllib.parse import urlencode

from flask import Flask, current_app, request
from markupsafe import Markup
from sqlalchemy import Integer, Select, SQLColumnExpression, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.db import AnyColumns, AnyRow, remembered
from marketplace.searching import NOTHING_SOUGHT, Sought, sought
from marketplace.web.addresses import address

PAGE_SIZE = 25
COUNT_CEILING = 1000
WORDS_CEILING = 100
"""Words are looked for row by row, so their finds are counted no further than people page."""

NOTHING: Mapping[str, object] = {}

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
        here = address(request.endpoint or "", **(request.view_args or {}))
        return _changed(here, request.query_string, *changes.items())

    def address_in(self, endpoint: str, **values: Any) -> str:
        """The address of another page with the query of this one."""
        return _with_query(address(endpoint, **values), request.args.to_dict(flat=False))

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
    asked: Mapping[str, object] = NOTHING,
) -> Listing[T]: ...


@overload
def page_of(
    session: Session,
    query: Select[Any],
    *,
    sorts: Mapping[str, SortKey],
    default: str,
    descending: bool = False,
    tie: InstrumentedAttribute[Any],
    words: str = "",
    ceiling: int = COUNT_CEILING,
    asked: Mapping[str, object] = NOTHING,
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
    words: str = "",
    ceiling: int = COUNT_CEILING,
    asked: Mapping[str, object] = NOTHING,
    shown: Shown | None = None,
) -> Listing[Any]:
    """The page that the request asks for: ?page=2&sort=value&order=down.

    `sorts` names the columns that may be sorted by; `tie` (the key) makes the order whole.
    Anything odd in the address falls back to the first page and the default order. `shown` turns
    a plain query of the model into one for the columns that a row shows, with the joins that they
    need; without it the rows are whole objects. `words` narrow the list to what has them all in
    the index of words. `asked` are the values of the parameters that a remembered query leaves
    open.
    """
    search = NOTHING_SOUGHT
    if words:
        assert isinstance(tie, InstrumentedAttribute), "things are found by their keys"
        search, ceiling = sought(session, tie.parent.class_, words), WORDS_CEILING
    wished = request.args.get("sort", "")
    sort = wished if wished in sorts else default
    order = request.args.get("order", "") if wished in sorts else ""
    down = order == "down" if order in ("up", "down") else descending
    number = _page_number()
    statements = _statements(query, search, sorts[sort], down, tie, ceiling, shown, number == 1)
    skipped = (number - 1) * PAGE_SIZE
    rows, counted = _found(session, *statements, {**asked, "skipped": skipped})
    return Listing(rows, number, min(counted, ceiling), counted > ceiling, sort, down)


def _found(
    session: Session, count: Select[int], page: AnyColumns, columns: bool, asked: dict[str, Any]
) -> tuple[Sequence[Any], int]:
    """The rows of a page, and how many rows there are in all."""
    if not columns:
        return session.execute(page, asked).scalars().all(), session.scalar(count, asked) or 0
    # Past the session: it would look for objects in rows that have none.
    rows = session.connection().execute(page, asked).all()
    if asked["skipped"]:
        return rows, session.scalar(count, asked) or 0
    return rows, rows[0].counted if rows else 0


@remembered
def _statements(
    query: Select[Any],
    search: Sought,
    key: SortKey,
    down: bool,
    tie: SortKey | None,
    ceiling: int,
    shown: Shown | None,
    first: bool,
) -> tuple[Select[int], AnyColumns, bool]:
    """How many there are, to the ceiling; the rows of a page; whether they are columns.

    The keys of columns are found first: what a row shows is then looked up for the rows of the
    page, not for all that are sorted or passed over. A first page has its count with it; a later
    one may have no row that could say it.
    """
    some = search.counted(query.order_by(None), tie)
    count = select(func.count()).select_from(some.limit(ceiling + 1).subquery())
    ways = [key] if tie is None else [key, tie]
    # All go the same way, as an index of them does.
    order = [each.desc() if down else each.asc() for each in ways]
    skipped = bindparam("skipped", type_=Integer)
    if shown is None:
        return count, query.order_by(*order).limit(PAGE_SIZE).offset(skipped), False
    assert isinstance(tie, InstrumentedAttribute), "columns are shown of rows found by their keys"
    here = search.in_order(query, tie, key, order).limit(PAGE_SIZE).offset(skipped).subquery()
    there = [here.c.sorted_by, here.c.key]
    page = shown(select(tie.class_).join(here, here.c.key == tie))
    if first:
        page = page.add_columns(count.scalar_subquery().label("counted"))
    return count, page.order_by(*(each.desc() if down else each.asc() for each in there)), True


def install(app: Flask) -> None:
    """Make the links of a list a template filter."""
    app.add_template_filter(page_links)


def page_links(listing: Listing[Any]) -> Markup:
    """The links to the pages before and after; nothing where there is one page."""
    here = listing.page
    before = listing.address(page=here - 1) if here > 1 else None
    after = listing.address(page=here + 1) if listing.has_next else None
    return _drawn_links(here, before, after) if before or after else Markup("")


@lru_cache(maxsize=4096)
def _drawn_links(here: int, before: str | None, after: str | None) -> Markup:
    template = current_app.jinja_env.get_template("components/pages.html")
    drawn = template.render(here=here, before=before, after=after)
    return Markup(drawn)  # noqa: S704 - our own template


@lru_cache(maxsize=4096)
def _changed(path: str, query: bytes, *changes: tuple[str, object]) -> str:
    """The path with the request's query, which is `query`, some of it changed."""
    return _with_query(path, {**request.args.to_dict(flat=False), **dict(changes)})


def _with_query(path: str, args: Mapping[str, object]) -> str:
    """Joined by hand: a part named like an option of `url_for` stays a part of the query."""
    kept = {name: value for name, value in args.items() if value not in (None, "", [""])}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


def _page_number() -> int:
    text = request.args.get("page", "1")
    return min(max(int(text), 1), 1_000_000) if text.isascii() and text.isdigit() else 1

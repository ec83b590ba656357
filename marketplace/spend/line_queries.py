"""From a figure to its rows: the cells that it is made of, and the lines of those cells."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, func, select, tuple_
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CALLED, CpvCode
from marketplace.db import AnyColumns, AnyRow, remembered
from marketplace.spend.blocks import LINES, Line, lines_at
from marketplace.spend.models import (
    Grain,
    SpendBlock,
    SpendCell,
    SpendImport,
    SpendLabel,
    SpendName,
    SpendTotal,
)
from marketplace.spend.preparing import ALL_YEARS, FIRST_MONTH

PAGE = 25
BLOCKS_AT_ONCE = 5_000


@dataclass(frozen=True)
class LineFilter:
    """Which lines: of a supplier, a category, an authority, a year, a label or an import."""

    year: int = ALL_YEARS
    month: int = 0
    authority_id: uuid.UUID | None = None
    category: str = ""
    supplier_id: int | None = None
    label_id: int | None = None
    import_id: uuid.UUID | None = None

    @property
    def anything(self) -> bool:
        return self != LineFilter()


@dataclass(frozen=True)
class Mark:
    """Where a page of lines begins: so many cells on, and so many lines into that cell."""

    cell: int = 0
    line: int = 0


@dataclass(frozen=True)
class Shown:
    """A line with what is shown of the cell that it is of."""

    cell: AnyRow
    line: Line


def cells(asked: LineFilter) -> Select[SpendCell]:
    """The cells of the lines asked for, the latest month first."""
    cell = SpendCell
    query = select(cell)
    if asked.year != ALL_YEARS:
        start = asked.year * 100 + FIRST_MONTH
        query = query.where(cell.month >= start, cell.month < start + 100)
    if asked.month:
        query = query.where(cell.month == asked.month)
    if asked.category:
        none = asked.category == "none"
        own = cell.category_code.is_(None) if none else cell.category_code == asked.category
        query = query.where(own)
    if asked.supplier_id is not None:
        query = query.where(cell.supplier_id == asked.supplier_id)
    if asked.label_id is not None:
        query = query.where(cell.label_id == asked.label_id)
    if asked.authority_id is not None:
        own = SpendImport.authority_id == asked.authority_id
        query = query.where(cell.import_number.in_(select(SpendImport.number).where(own)))
    if asked.import_id is not None:
        own = SpendImport.id == asked.import_id
        query = query.where(cell.import_number.in_(select(SpendImport.number).where(own)))
    return query.order_by(*_order(asked))


def _order(asked: LineFilter) -> tuple[ColumnElement[Any], ...]:
    """The order of an index that finds them."""
    cell = SpendCell
    if asked.category or asked.supplier_id is not None:
        return cell.month.desc(), cell.import_number.desc(), cell.first.asc()
    return cell.import_number.desc(), cell.first.asc()


@remembered
def _shown_cells(asked: LineFilter) -> AnyColumns:
    """What rows show of the cells asked for: their keys are found first, then the rest of them."""
    found = cells(asked).with_only_columns(SpendCell.import_number, SpendCell.first)
    skipped, most = bindparam("skipped", type_=Integer), bindparam("most", type_=Integer)
    keys = found.limit(most).offset(skipped).subquery()
    both = (SpendCell.import_number == keys.c.import_number) & (SpendCell.first == keys.c.first)
    query = (
        select(SpendCell)
        .join(keys, both)
        .join(SpendName, SpendName.id == SpendCell.name_id)
        .join(SpendLabel, SpendLabel.id == SpendCell.label_id)
        .join(SpendImport, SpendImport.number == SpendCell.import_number)
        .outerjoin(Organisation, Organisation.id == SpendImport.authority_id)
        .outerjoin(CpvCode, CpvCode.code == SpendCell.category_code)
        .with_only_columns(
            *(SpendCell.import_number, SpendCell.first, SpendCell.lines, SpendCell.month),
            *(SpendCell.supplier_id, SpendCell.category_code, SpendCell.sureness),
            *(SpendName.spelling, SpendLabel.words, SpendLabel.no_purchase),
            *(SpendImport.reference, SpendImport.file_name),
            func.coalesce(Organisation.name, "").label("authority"),
            case((SpendCell.category_code.is_(None), ""), else_=CALLED).label("called"),
        )
    )
    return query.order_by(*_order(asked))


def _found(session: Session, asked: LineFilter, skipped: int, most: int) -> Sequence[AnyRow]:
    # Past the session: it would look for objects in rows that have none.
    given = {"skipped": skipped, "most": most}
    return session.connection().execute(_shown_cells(asked), given).all()


def page(session: Session, asked: LineFilter, mark: Mark) -> tuple[list[Shown], Mark | None]:
    """A page of lines from the mark on, and where the next page begins."""
    found = _found(session, asked, mark.cell, PAGE + 1)
    shown: list[Shown] = []
    skip = mark.line
    for number, (cell, lines) in enumerate(_lines(session, found, skip, PAGE + 1)):
        room = PAGE - len(shown)
        if room == 0:
            return shown, Mark(mark.cell + number, 0)
        shown += [Shown(cell, line) for line in lines[:room]]
        if len(lines) > room:
            return shown, Mark(mark.cell + number, (skip if number == 0 else 0) + room)
    return shown, None


def _lines(
    session: Session, found: Sequence[AnyRow], skip: int, room: int
) -> Iterator[tuple[AnyRow, list[Line]]]:
    """The lines of each cell; of the first one those after `skip`, and `room` of them in all."""
    wanted: list[tuple[AnyRow, range]] = []
    for number, cell in enumerate(found):
        start = cell.first + (skip if number == 0 else 0)
        count = max(0, min(cell.first + cell.lines - start, room))
        wanted.append((cell, range(start, start + count)))
        room = max(room - count, 0)
    places: dict[tuple[int, int], list[int]] = {}
    for cell, own in wanted:
        for place in own:
            places.setdefault((cell.import_number, _first(place)), []).append(place)
    lines = _read(session, places)
    for cell, own in wanted:
        yield cell, [lines[cell.import_number, place] for place in own]


def _read(
    session: Session, places: Mapping[tuple[int, int], list[int]]
) -> dict[tuple[int, int], Line]:
    """The lines at these positions, by import and position; few queries."""
    ordered = sorted(places)
    found: dict[tuple[int, int], Line] = {}
    for start in range(0, len(ordered), BLOCKS_AT_ONCE):
        rows = session.execute(
            select(SpendBlock.import_number, SpendBlock.first, SpendBlock.content).where(
                tuple_(SpendBlock.import_number, SpendBlock.first).in_(
                    ordered[start : start + BLOCKS_AT_ONCE]
                )
            )
        )
        for number, first, content in rows:
            wanted = places[number, first]
            lines = lines_at(content, [place - first for place in wanted])
            found |= {(number, place): line for place, line in zip(wanted, lines, strict=True)}
    return found


def _first(position: int) -> int:
    return position - (position - 1) % LINES


def every_line(session: Session, asked: LineFilter, most: int) -> list[Shown]:
    """All lines asked for, to take away; no more than `most` and one."""
    found = _found(session, asked, 0, most + 1)
    return [
        Shown(cell, line) for cell, lines in _lines(session, found, 0, most + 1) for line in lines
    ]


def count(session: Session, asked: LineFilter, most: int) -> tuple[int, bool]:
    """How many lines there are, and whether there may be more.

    The prepared totals know; where none is of what is asked, the first `most` cells are counted.
    """
    if not (asked.month or asked.label_id or asked.import_id):
        return session.scalar(_prepared(asked)) or 0, False
    some = cells(asked).order_by(None).with_only_columns(SpendCell.lines).limit(most).subquery()
    row = session.execute(select(func.coalesce(func.sum(some.c.lines), 0), func.count())).one()
    return int(row[0]), row[1] == most


def _prepared(asked: LineFilter) -> Select[int]:
    """The prepared number of lines of a year, an authority, a category and a supplier."""
    total = SpendTotal
    grains = {
        (False, False): Grain.ALL,
        (True, False): Grain.CATEGORY,
        (False, True): Grain.SUPPLIER,
        (True, True): Grain.CATEGORY_SUPPLIER,
    }
    supplied = asked.supplier_id is not None
    query = select(func.sum(total.lines)).where(
        total.grain == grains[bool(asked.category), supplied],
        total.year == asked.year,
        total.authority_id.is_not_distinct_from(asked.authority_id),
    )
    if asked.category:
        none = asked.category == "none"
        query = query.where(
            total.category_code.is_not_distinct_from(None if none else asked.category)
        )
    return query.where(total.supplier_id == asked.supplier_id) if supplied else query


def spellings(session: Session, supplier_id: int) -> Sequence[SpendName]:
    """The spellings in which a supplier's name came."""
    return session.scalars(
        select(SpendName)
        .where(SpendName.supplier_id == supplier_id)
        .order_by(SpendName.spelling)
        .limit(100)
    ).all()

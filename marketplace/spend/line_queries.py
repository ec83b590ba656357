"""From a figure to its rows: the cells that it is made of, and the lines of those cells."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CpvCode
from marketplace.spend.blocks import LINES, Line, lines_in
from marketplace.spend.models import SpendBlock, SpendCell, SpendImport, SpendName
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
    """A line with the cell that it is of."""

    cell: SpendCell
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
    if asked.category or asked.supplier_id is not None:
        return query.order_by(cell.month.desc(), cell.import_number.desc(), cell.first)
    return query.order_by(cell.import_number.desc(), cell.first)


WITH_ALL_SHOWN = (
    joinedload(SpendCell.name),
    joinedload(SpendCell.label),
    joinedload(SpendCell.category).load_only(CpvCode.name, CpvCode.own_title),
    joinedload(SpendCell.spend_import)
    .joinedload(SpendImport.authority)
    .load_only(Organisation.name),
)


def page(session: Session, asked: LineFilter, mark: Mark) -> tuple[list[Shown], Mark | None]:
    """A page of lines from the mark on, and where the next page begins."""
    found = session.scalars(
        cells(asked).offset(mark.cell).limit(PAGE + 1).options(*WITH_ALL_SHOWN)
    ).all()
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
    session: Session, found: Sequence[SpendCell], skip: int, room: int
) -> Iterator[tuple[SpendCell, list[Line]]]:
    """The lines of each cell; of the first one those after `skip`, and `room` of them in all."""
    wanted: list[tuple[SpendCell, int, int]] = []
    for number, cell in enumerate(found):
        start = cell.first + (skip if number == 0 else 0)
        count = max(0, min(cell.first + cell.lines - start, room))
        wanted.append((cell, start, count))
        room = max(room - count, 0)
    blocks = _blocks(session, [(c.import_number, s, n) for c, s, n in wanted if n])
    for cell, start, count in wanted:
        own = range(start, start + count)
        yield cell, [_in_block(blocks, cell.import_number, place) for place in own]


def _blocks(
    session: Session, ranges: Sequence[tuple[int, int, int]]
) -> dict[tuple[int, int], list[Line]]:
    """The blocks that hold these lines, by import and first position; few queries."""
    keys = {
        (number, first)
        for number, start, count in ranges
        for first in range(_first(start), start + count, LINES)
    }
    ordered = sorted(keys)
    found: dict[tuple[int, int], list[Line]] = {}
    for start in range(0, len(ordered), BLOCKS_AT_ONCE):
        these = ordered[start : start + BLOCKS_AT_ONCE]
        rows = session.execute(
            select(SpendBlock.import_number, SpendBlock.first, SpendBlock.content).where(
                tuple_(SpendBlock.import_number, SpendBlock.first).in_(these)
            )
        )
        found |= {(number, first): lines_in(content) for number, first, content in rows}
    return found


def _first(position: int) -> int:
    return position - (position - 1) % LINES


def _in_block(blocks: dict[tuple[int, int], list[Line]], number: int, position: int) -> Line:
    return blocks[number, _first(position)][(position - 1) % LINES]


def every_line(session: Session, asked: LineFilter, most: int) -> list[Shown]:
    """All lines asked for, to take away; no more than `most` and one."""
    found = session.scalars(cells(asked).limit(most + 1).options(*WITH_ALL_SHOWN)).all()
    return [
        Shown(cell, line) for cell, lines in _lines(session, found, 0, most + 1) for line in lines
    ]


def count(session: Session, asked: LineFilter, most: int) -> tuple[int, bool]:
    """How many lines there are in the first `most` cells, and whether there may be more."""
    some = cells(asked).order_by(None).with_only_columns(SpendCell.lines).limit(most).subquery()
    row = session.execute(select(func.coalesce(func.sum(some.c.lines), 0), func.count())).one()
    return int(row[0]), row[1] == most


def spellings(session: Session, supplier_id: int) -> Sequence[SpendName]:
    """The spellings in which a supplier's name came."""
    return session.scalars(
        select(SpendName)
        .where(SpendName.supplier_id == supplier_id)
        .order_by(SpendName.spelling)
        .limit(100)
    ).all()

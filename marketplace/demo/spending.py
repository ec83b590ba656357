"""What a few authorities spend, month by month: files as they publish them, in several shapes."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.demo.firms import Firm, serving
from marketplace.demo.shelves import WARES
from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.spend.deciding import join_suppliers
from marketplace.spend.importing import accept_spend, preview_spend, remembered_columns
from marketplace.spend.models import SpendMatch
from marketplace.spend.preparing import financial_year
from marketplace.spend.reading import given_by_us
from marketplace.spend.sharing import candidates, work_out

OTHERS = ("CRO", "EAL", "HCK", "ISL", "NEW")
WHOSE = ("CAM", *OTHERS)
MONTHS = 18
"""How many months back the files go."""
BOUGHT = 9
"""How many kinds of thing an authority buys."""
WORKED_OUT = 4
"""For how many categories somebody asked what sharing would be worth."""


@dataclass(frozen=True)
class Shape:
    """How an authority writes its files: headings, days, and what stands around the table."""

    headings: tuple[str, str, str, str, str, str]
    day: str
    above: tuple[str, ...] = ()
    total: str = ""


SHAPES = (
    Shape(
        (
            "Directorate",
            "CPV code",
            "Supplier Name",
            "Payment Date",
            "Invoice No",
            "Net Amount (£)",
        ),
        "%d/%m/%Y",
    ),
    Shape(
        ("Service Area", "CPV Code", "Creditor", "Transaction Date", "JV Reference", "JV Value"),
        "%d-%b-%y",
        above=("Payments over £500",),
        total="Grand Total",
    ),
    Shape(
        ("Department", "CPV", "Beneficiary Name", "Date Paid", "Doc No", "Amount excl. VAT"),
        "%Y-%m-%d",
        total="Total",
    ),
)
SERVICES = ("Adults", "Children", "Environment", "Housing", "Corporate")


def spending(world: World) -> list[History[None]]:
    """Files of each authority, one a financial year, and what people decided about them."""
    files = [
        _imported(world, short, year)
        for short in WHOSE
        for year in sorted({_year(month) for month in _months(world)})
    ]
    return [*files, _decided(world)]


def _months(world: World) -> list[date]:
    """The first days of the months that are published by now, the oldest first."""
    first = world.timeline.today.replace(day=1)
    found = []
    for _ in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found[::-1]


def _year(month: date) -> int:
    return financial_year(month.year * 100 + month.month)


def _imported(world: World, short: str, year: int) -> History[None]:
    """A file is given, looked at and accepted."""
    yield world.timeline.day(-12, 9, 30 + 3 * WHOSE.index(short) + year % 3)
    by = world.commissioners[short]
    months = [month for month in _months(world) if _year(month) == year]
    name = f"{by.organisation.name.lower()}-payments-{year}-{(year + 1) % 100}.csv"
    given = given_by_us(
        name,
        _file(world, by.organisation, months),
        remembered=remembered_columns(world.session, by.organisation),
    )
    preview = preview_spend(world.session, given, authority=by.organisation, by=by, at=world.now)
    at = world.now + timedelta(minutes=1)
    accept_spend(world.session, preview, given.whole, by=by, at=at)


def _file(world: World, authority: Organisation, months: Sequence[date]) -> bytes:
    place = WHOSE.index(str(authority.short_code))
    shape = SHAPES[place % len(SHAPES)]
    rows = list(_rows(world, place, shape, months))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([line] for line in shape.above)
    writer.writerow(shape.headings)
    writer.writerows(rows)
    if shape.total:
        writer.writerow([shape.total, "", "", "", "", f"{sum(float(r[5]) for r in rows):.2f}"])
    return out.getvalue().encode("cp1252")


def _rows(
    world: World, place: int, shape: Shape, months: Sequence[date]
) -> Iterator[tuple[str, ...]]:
    codes = sorted(WARES)
    for month in months:
        for number in range(BOUGHT):
            # Every second authority buys the same things, often from the same suppliers.
            code = codes[(place % 2 + 3 * number) % len(codes)]
            firms = serving(code)
            firm = firms[(number + place // 4) % len(firms)]
            for payment in range(1 + number % 3):
                day = month + timedelta(days=2 + 9 * payment)
                amount = 900 * (1 + number) * (1 + place / 5) * world.rng.uniform(0.7, 1.4)
                growth = 1 + 0.06 * (month.year - months[0].year + number % 2)
                yield (
                    SERVICES[number % len(SERVICES)],
                    code,
                    _spelt(firm, place, number),
                    day.strftime(shape.day),
                    f"{place}{number}{day:%y%m%d}",
                    f"{amount * growth:.2f}",
                )


def _spelt(firm: Firm, place: int, number: int) -> str:
    """A supplier's name as the authority's ledger has it."""
    name = firm.name
    if place == 1:
        return name.upper().replace("LIMITED", "LTD")
    if place == 2 and number % 3 == 1:
        # A slip of the pen, which nobody but a person can tell from another supplier.
        return name[:3] + name[4:]
    return name


def _decided(world: World) -> History[None]:
    """A reviewer decides a doubtful match and asks what sharing would be worth."""
    yield world.timeline.day(-10, 14)
    match = world.session.scalars(
        select(SpendMatch).order_by(SpendMatch.likeness.desc(), SpendMatch.first_id).limit(1)
    ).first()
    if match is not None:
        join_suppliers(world.session, match, by=world.reviewers[0], at=world.now)
    year = _year(_months(world)[-1])
    rows = world.session.scalars(candidates(year).limit(WORKED_OUT)).all()
    for code in sorted(str(row.category_code) for row in rows):
        work_out(world.session, code, year, world.now)

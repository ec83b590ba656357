"""The contracts that a few authorities have already: their registers, imported from files."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select

from marketplace.accounts.models import Organisation, Person
from marketplace.contracts.formats import RegisterFormat
from marketplace.contracts.formats.own import COLUMNS
from marketplace.contracts.importing import GivenFile, accept_import, preview_contracts
from marketplace.contracts.models import Contract, ContractImport
from marketplace.contracts.months import months_after
from marketplace.contracts.planning import Window as Around
from marketplace.contracts.renewal_queries import ending, named
from marketplace.contracts.renewing import open_renewals
from marketplace.demo.firms import serving
from marketplace.demo.needs import Window, Writer
from marketplace.demo.shelves import WARES
from marketplace.demo.timeline import History
from marketplace.demo.ware import Ware
from marketplace.demo.world import SEED, World

OTHERS = ("CRO", "EAL", "HCK", "ISL", "NEW", "SUT")
"""Whose registers the administrator imports in one file; Camden's is imported by itself."""
EACH = 16
ENDED = 2
"""How many of an authority's contracts have run out by now."""
LONGEST_DAYS = 36 * 30
CLUSTERS = {
    # A category, the month around which its contracts end, how far they lie apart, and whose they
    # are: what one would find if London’s registers were laid side by side.
    "79530000": (17, 2, ("CAM", "HCK", "ISL", "HGY", "TOW", "SWK", "LAM", "LEW", "WST", "KEN")),
    "22113000": (14, 4, ("CAM", "BRN", "BNT", "EAL", "HRW", "HIL", "HOU", "HAM", "ENF")),
    "90910000": (21, 5, ("CAM", "BEX", "BRO", "GRN", "LEW", "SWK", "NEW", "BDG")),
    "30192700": (10, 3, ("HCK", "MER", "SUT", "KIN", "RIC", "WND", "CRO")),
    "50232100": (27, 6, ("HAV", "RED", "WTH", "NEW", "BDG", "HCK", "CAM")),
    "30213100": (31, 4, ("CAM", "CTY", "ISL", "CRO", "EAL", "HRW", "LAM", "WST", "RED")),
}
EXTENSIONS = ("12", "none", "6 + 6", "2 x 12 months", "", "6")
JOINING = "Any London authority, at the same prices, while a year or more is left."
RENEWED = 2
"""How many of the next to end are opened again as draft requirements."""
IN_THEIR_WORDS = {
    "79100000": "Legal – external counsel",
    "50700000": "Repairs and maintenance",
    "72253000": "ICT support",
}
FAULTY = {"Title": "Water coolers", "Value": "to be agreed", "End date": "31/02/2027"}
"""A row as registers have them, which the import refuses."""


def registers(world: World) -> list[History[None]]:
    """The imports, and what is opened again from them."""
    return [
        _imported(
            world, -300, "camden-contracts-register.csv", ("CAM",), world.commissioners["CAM"]
        ),
        _imported(world, -210, "london-contracts-registers.csv", OTHERS, world.administrator),
        _gathered(world),
        *(_renewed(world, short) for short in ("CAM", *OTHERS)),
    ]


def _gathered(world: World) -> History[None]:
    """Contracts of a few categories that many authorities have, from what they publish."""
    yield world.timeline.day(-190, 9, 50)
    # With dice of its own, so that the rest of London stays as it was.
    world = replace(world, rng=Random(SEED + 1))  # noqa: S311 - the same London each time
    rows = []
    for code, (ahead, apart, shorts) in CLUSTERS.items():
        for number, short in enumerate(shorts):
            month = world.timeline.month(ahead + world.rng.randint(-apart, apart))
            end = month - timedelta(days=1)
            rows.append(_row(world, world.authority(short), WARES[code], 40 + number, end))
    _give(world, "pan-london-register.csv", rows, world.administrator, None)


def _imported(
    world: World, day: int, name: str, shorts: Sequence[str], by: Person
) -> History[None]:
    yield world.timeline.day(day, 10, 25)
    rows = [
        _row(world, world.authority(short), _ware(short, number), number, _end(world, number))
        for short in shorts
        for number in range(EACH)
    ]
    _give(world, name, rows, by, by.organisation if len(shorts) == 1 else None)


def _give(
    world: World,
    name: str,
    rows: Sequence[dict[str, object]],
    by: Person,
    authority: Organisation | None,
) -> None:
    """Import the file, with one row that is refused."""
    content = _as_csv([*rows, {"Authority": rows[0]["Authority"], **FAULTY}])
    preview = preview_contracts(
        world.session,
        GivenFile(name, content, RegisterFormat.MARKETPLACE),
        authority=authority,
        term_months=None,
        by=by,
        at=world.now,
    )
    at = world.now + timedelta(minutes=3)
    accept_import(world.session, preview, by=by, at=at)


def _ware(short: str, number: int) -> Ware:
    codes = sorted(WARES)
    return WARES[codes[(ord(short[0]) + ord(short[1]) + 5 * number) % len(codes)]]


def _row(
    world: World, authority: Organisation, ware: Ware, number: int, end: date
) -> dict[str, object]:
    """A contract, as a line of the file."""
    need = Writer(world.rng, world.timeline).need(ware, authority, Window((1, 1), (1, 1)))
    start = _start(world, end, need.term_months)
    yearly = (need.value * 12 / need.term_months).quantize(Decimal("0.01"))
    label = IN_THEIR_WORDS.get(ware.code, "")
    return {
        "Authority": authority.code,
        "Reference": f"{authority.short_code}-{start.year}-{number + 1:03d}",
        "Title": need.title,
        "Description": need.description,
        "Supplier": world.rng.choice(serving(ware.code)).name,
        "CPV code": "" if label else ware.code,
        "Category": label,
        "Value": (yearly * ((end - start).days + 1) / 365).quantize(Decimal(1)),
        "Value a year": yearly,
        "Start date": start,
        "End date": end,
        "End is estimated": "yes" if number % 7 == 5 else "no",
        "Review date": end - timedelta(days=180),
        "Awarded on": start - timedelta(days=45),
        **_options(world, authority, number, start),
    }


def _options(world: World, authority: Organisation, number: int, start: date) -> dict[str, object]:
    """What the contract allows, as far as its register says it."""
    joins = {0: "yes", 1: "no"}.get(number % 5, "")
    return {
        "Extension options": EXTENSIONS[number % len(EXTENSIONS)],
        "May be ended from": months_after(start, 12) if number % 6 == 2 else "",
        "Break clause": "Either side, with six months’ notice" if number % 6 == 2 else "",
        "Others may join": joins,
        "Terms of joining": JOINING if joins == "yes" else "",
        "Lead authority": authority.name if joins == "yes" else "",
        "Checked on": (world.now - timedelta(days=30)).date() if number % 4 == 3 else "",
        "Public": "no" if number % 8 == 6 else "yes",
    }


def _end(world: World, number: int) -> date:
    """The first lines of a register have run out; the others end over three years."""
    today = world.timeline.today
    if number < ENDED:
        return today - timedelta(days=world.rng.randint(20, 150))
    ahead = (number - ENDED) * LONGEST_DAYS // (EACH - ENDED)
    return today + timedelta(days=ahead + world.rng.randint(20, 70))


def _start(world: World, end: date, months: int) -> date:
    """So long before its end that it had begun when the register was written."""
    start = months_after(end + timedelta(days=1), -months)
    while start > world.now.date():
        start = months_after(start, -12)
    return start


def _as_csv(rows: Sequence[dict[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS.values()))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _renewed(world: World, short: str) -> History[None]:
    """What ends next is opened again as a draft: where the circle closes."""
    yield world.timeline.day(-14, 11, 40)
    by = world.commissioners[short]
    soon = ending(by.organisation_id, world.timeline.today, 24)
    ids = world.session.scalars(
        select(Contract.id)
        .join(ContractImport, ContractImport.id == Contract.import_id)
        .where(Contract.authority_id == by.organisation_id)
        .where(Contract.end_date >= world.timeline.today, Contract.category_code.is_not(None))
        .order_by(Contract.end_date, Contract.reference)
        .limit(RENEWED)
    ).all()
    open_renewals(world.session, by.organisation, named(soon, ids), Around(), by=by, at=world.now)

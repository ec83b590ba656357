"""Each page of the cube over five million lines beside the bare page: at most 3 times.

`python -m benchmarks.spend_pages` fills a database with the spending of 33 authorities over two
years and prints the fastest of many rounds of each page, in turn with the bare page.
"""

import argparse
import random
import uuid
from collections.abc import Iterator

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.bare import bare_app
from benchmarks.bulk import fill
from benchmarks.pages import _compare, _signed_in
from benchmarks.sites import empty_site
from benchmarks.spend import suppliers
from marketplace.accounts.models import Organisation, Role
from marketplace.bulk import insert_rows
from marketplace.categories.models import CpvCode
from marketplace.categories.suggesting import Confidence
from marketplace.intake.models import ImportStatus
from marketplace.spend.blocks import LINES, blocks_of
from marketplace.spend.learning import names
from marketplace.spend.models import SpendImport, SpendLabel
from marketplace.spend.preparing import prepare
from marketplace.spend.reading import TotalState
from marketplace.spend.storing import BLOCK_COLUMNS, CELL_COLUMNS
from tests.factories import NOW

PAGES = (
    "/spend",
    "/spend?year=0",
    "/spend/categories?year=2025",
    "/spend/categories?sort=change",
    "/spend/categories/{code}",
    "/spend/suppliers",
    "/spend/suppliers?common=yes",
    "/spend/suppliers?category={code}",
    "/spend/suppliers?authority={authority}&contract=no",
    "/spend/suppliers?q=amber",
    "/spend/suppliers/{supplier}",
    "/spend/prices",
    "/spend/together",
    "/spend/lines",
    "/spend/lines?category={code}&year=2025",
    "/spend/lines?supplier={supplier}",
    "/spend/imports",
)
MONTHS = [202504 + n if n < 9 else 202601 + n - 9 for n in range(20)]
SUPPLIERS, OF_AN_AUTHORITY = 40_000, 6_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    with empty_site() as (site, engine):
        with Session(engine) as session:
            fill(session, requirements=1_000, lots=50)
            known = fill_spending(session, given.lines)
            clients = {
                role: _signed_in(site.test_client(), session, role)
                for role in (Role.REVIEWER, Role.ADMINISTRATOR)
            }
            session.commit()
        bare = bare_app(engine).test_client()
        print(f"{'page':64} {'bare ms':>8} {'page ms':>8} {'ratio':>6}")
        for page in PAGES:
            path = page.format(**known)
            role = Role.ADMINISTRATOR if "imports" in path else Role.REVIEWER
            _compare(path, lambda p=path, r=role: clients[r].get(p), bare, given.rounds)


def fill_spending(session: Session, lines: int) -> dict[str, object]:
    """Lines of all authorities over twenty months, with their totals."""
    rng = random.Random(5)
    known = names(session, sorted(set(suppliers(SUPPLIERS, rng))), NOW)
    ids = [(each.id, each.supplier_id) for each in known.values()]
    labels = _labels(session)
    owners = session.query(Organisation).filter(Organisation.code.like("E09%")).all()[:33]
    each = lines // (len(owners) * len(MONTHS))
    number = 0
    for owner in owners:
        own = rng.sample(ids, min(OF_AN_AUTHORITY, len(ids)))
        for month in MONTHS:
            number += 1
            _import(session, number, owner, month, each)
            rows = list(_cells(rng, own, labels, number, month, each))
            insert_rows(session, "spend_cell", CELL_COLUMNS, rows)
            insert_rows(session, "spend_block", BLOCK_COLUMNS, _blocks(number, month, each))
    prepare(session, [owner.id for owner in owners], at=NOW)
    session.commit()
    return {"code": labels[0][1], "authority": owners[0].id, "supplier": ids[0][1]}


def _labels(session: Session) -> list[tuple[int, str]]:
    codes = [code for (code,) in session.query(CpvCode.code).order_by(CpvCode.code).limit(40)]
    rows = [
        {
            "words": f"Label {place}",
            "category_code": code,
            "confidence": Confidence.LIKELY,
            "no_purchase": False,
            "reason": "made up",
        }
        for place, code in enumerate(codes)
    ]
    session.execute(insert(SpendLabel).execution_options(render_nulls=True), rows)
    return session.query(SpendLabel.id, SpendLabel.category_code).order_by(SpendLabel.id).all()


def _import(session: Session, number: int, owner: Organisation, month: int, lines: int) -> None:
    row = SpendImport(
        id=uuid.UUID(int=number),
        reference=f"SPD-2026-{number:04d}",
        number=number,
        file_name=f"{month}.csv",
        file_format="spend",
        sha256=f"{number:064d}",
        authority_id=owner.id,
        status=ImportStatus.ACCEPTED,
        rows_read=lines,
        rows_understood=lines,
        rows_refused=0,
        rows_known=0,
        rows_added=lines,
        amount=0,
        refused_amount=0,
        total_state=TotalState.NONE,
        notices=[],
        parts=[],
        months=[{"month": month, "lines": lines, "pence": 0}],
        asked={},
        repeats=[],
        created_at=NOW,
    )
    session.add(row)
    session.flush()


def _cells(rng, own, labels, number: int, month: int, lines: int) -> Iterator[tuple]:
    """About a third as many cells as lines; a supplier is paid for one or two kinds of thing."""
    first = 1
    while first <= lines:
        place = int(rng.random() ** 2 * len(own))
        name, supplier = own[place]
        label, code = labels[(supplier + (rng.random() < 0.15)) % len(labels)]
        count = min(rng.choice((1, 1, 2, 3, 8)), lines - first + 1)
        pence = int(rng.lognormvariate(11, 1.4)) * count
        yield number, first, count, month, pence, supplier, name, label, code, 2
        first += count


def _blocks(number: int, month: int, lines: int) -> Iterator[tuple]:
    columns = {
        "part": np.zeros(lines, np.int16),
        "row": np.arange(2, lines + 2),
        "day": np.full(lines, month * 100 + 7),
        "amount": np.full(lines, 12_345),
        "reference": np.array([f"T{n:07d}" for n in range(lines)], dtype=object),
        "description": np.full(lines, "as ordered", dtype=object),
    }
    for place, block in enumerate(blocks_of(columns)):
        yield number, place * LINES + 1, block


if __name__ == "__main__":
    main()

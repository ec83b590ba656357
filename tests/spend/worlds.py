"""Spending for the world of the tests: three authorities, a file of each, doubtful names."""

from sqlalchemy import select

from marketplace.spend.deciding import categorise_label
from marketplace.spend.importing import preview_spend
from marketplace.spend.models import SpendLabel
from marketplace.spend.reading import given_by_us
from tests import factories
from tests.spend.files import csv_of, import_here, spend_file

PARTS = ("Residential care", "Agency staff", "Stationery", "Security", "Catering", "Legal fees")
CODES = ("85311000", "79620000", "30190000", "79710000", "55500000", "79100000")


def add_spending(world) -> None:
    """More of everything in a larger world: payments, suppliers, labels, imports, doubts."""
    session = world.session
    for code, name in zip(CODES, PARTS, strict=True):
        factories.make_cpv(session, code, name)
    for number, authority in enumerate(world.authorities[:3]):
        suppliers = {
            f"Made-up {PARTS[n % 6]} {word} Ltd": (PARTS[n % 6], [1000 + number * 50 + n] * 3)
            for n in range(world.size)
            for word in ("North", "South")
        }
        suppliers |= {
            f"Made up {PARTS[n % 6]} Nort{'h' * 2} Limited": (PARTS[n % 6], [70, 80])
            for n in range(world.size)
        }
        for month in ("05/2026", "05/2025"):
            imported = import_here(
                session,
                authority,
                spend_file(suppliers, month),
                name=f"{authority.code} {month[3:]}.csv",
                at=world.now,
                by=world.administrator,
            )
            world.spend.setdefault("accepted", imported)
    _waiting(world)
    label = session.scalars(select(SpendLabel).where(SpendLabel.words == PARTS[1])).one()
    categorise_label(session, label, None, by=world.reviewers[0], at=world.now)
    world.decided_label = label


def _waiting(world) -> None:
    """Files that await a decision, with rows that were refused."""
    for number in range(world.size):
        rows = [
            ("Adults", "Stationery", f"Paper {n}", "01/06/2026", n, "12.50" if n % 2 else "soon")
            for n in range(2 * world.size)
        ]
        given = given_by_us(
            f"june {number}.csv", csv_of([*rows, ("", "", "Z", "02/06/2026", 1, 1)])
        )
        preview = preview_spend(
            world.session,
            given,
            authority=world.authorities[0],
            by=world.commissioners[0],
            at=world.now,
        )
        world.spend.setdefault("previewed", preview)

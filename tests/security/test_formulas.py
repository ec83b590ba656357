"""No cell of a table that somebody takes away can act as a formula, whatever was typed here."""

import csv
import io
import re

import openpyxl
import pytest
from sqlalchemy import update

from marketplace.accounts.models import Organisation
from marketplace.contracts.models import Contract
from marketplace.intake import taking_away
from marketplace.requirements.models import Requirement
from marketplace.scenarios.models import Scenario
from tests.door.conftest import Door
from tests.pages import PAGES

TABLE = re.compile(r"\.(csv|xlsx)(\?|$)")
EVIL = "=cmd|' /C calc'!A0"
TYPED = (Organisation.name, Contract.title, Contract.supplier_name, Requirement.title)
STARTS = ("=", "+", "-", "@", "\t", "\r")


def cells(door: Door) -> list[tuple[str, str]]:
    """Each cell of each table of the site, with where it is."""
    for column in (*TYPED, Scenario.name):
        door.world.session.execute(update(column.class_).values({column: EVIL}))
    door.world.session.commit()
    found = []
    for endpoint, pages in PAGES.items():
        for page in pages:
            if not TABLE.search(page.at(door.world)):
                continue
            answer = door.of(page.role).get(page.at(door.world))
            if answer.mimetype == "text/csv":
                rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
                found += [(endpoint, cell) for row in rows for cell in row]
            elif "spreadsheetml" in answer.mimetype:
                book = openpyxl.load_workbook(io.BytesIO(answer.data))
                for row in book.active.iter_rows():
                    assert all(cell.data_type != "f" for cell in row), endpoint
                    found += [(endpoint, str(cell.value)) for cell in row if cell.data_type != "s"]
    return found


def acting(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Cells that a spreadsheet would run; a number may begin with its sign."""
    return [
        each
        for each in found
        if each[1].startswith(STARTS) and not each[1][1:].replace(".", "", 1).isdigit()
    ]


@pytest.mark.one_database
def test_no_cell_that_leaves_the_site_acts_as_a_formula(door: Door):
    found = cells(door)
    assert acting(found) == []
    assert {endpoint for endpoint, cell in found if EVIL in cell} >= {"contracts.take_away"}


@pytest.mark.one_database
def test_a_cell_written_as_it_was_typed_would_be_found(door: Door, monkeypatch):
    """The seeded fault: nothing is escaped."""
    monkeypatch.setattr(taking_away, "plain_cell", str)
    assert acting(cells(door)) != []

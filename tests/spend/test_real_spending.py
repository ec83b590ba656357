"""The files that councils really published: read whole, and adding up to their own totals."""

from pathlib import Path

import pytest

from marketplace.spend.reading import TotalState
from tests.spend.files import read_here, rows_of

pytestmark = pytest.mark.shared

WITH_A_TOTAL = 8
"""How many of the files give their own total."""


def read(path: Path):
    return read_here(path.name, path.read_bytes(), "xlsx" if path.suffix == ".xlsx" else "csv")


def test_the_raw_month_of_leeds_is_the_cleaned_one(shared):
    folder = shared / "data" / "spend" / "leeds"
    raw, clean = read(folder / "raw_2011-05.csv"), read(folder / "clean_2011-05.csv")
    assert raw.lines == clean.lines == 7299
    assert raw.amount == clean.amount
    assert sorted(rows_of(raw)) == sorted(rows_of(clean))
    assert raw.refused == clean.refused == 0


def test_every_file_is_read_and_adds_up_to_the_total_that_it_gives(shared):
    files = [
        path
        for path in sorted((shared / "data" / "spend").glob("*/*"))
        if path.suffix in (".csv", ".txt", ".xlsx")
    ]
    assert len(files) > 20
    states = []
    for path in files:
        whole = read(path)
        assert whole.lines > 0
        assert not whole.guessed, path.name
        # One sheet has the amount in the wrong column for some of its rows.
        assert whole.refused == (166 if "2022-23" in path.name else 0), path.name
        states.append(whole.state)
    assert TotalState.DIFFERS not in states
    assert states.count(TotalState.AGREES) == WITH_A_TOTAL

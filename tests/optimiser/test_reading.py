"""An instance's folder is read, or every fault in it is named with file, row and column."""

from datetime import date
from pathlib import Path

import pytest

from optimiser.faults import MOST_SHOWN, BadInput
from optimiser.problem import Reach
from optimiser.reading import read_problem
from tests.optimiser.instances import GOOD, made, write_folder, written


def faults_in(folder: Path) -> list[str]:
    with pytest.raises(BadInput) as caught:
        read_problem(folder)
    return [str(fault) for fault in caught.value.faults]


def test_a_good_folder_is_read_whole(tmp_path: Path):
    problem = read_problem(write_folder(tmp_path))
    first, second, third = problem.requirements
    assert first.accepts == {"colour": {"red", "blue"}, "size": {"l"}}
    assert (second.value, second.max_partners, second.accepts) == (250000.50, 3, {})
    assert third.earliest_start == date(2027, 3, 1)
    assert [category.reach for category in problem.categories] == [Reach.ANYWHERE, Reach.NEIGHBOUR]
    assert problem.categories[0].max_lot_value is None
    assert problem.categories[1].max_authorities == 4
    assert problem.neighbours == {frozenset(("A1", "A2"))}
    assert (frozenset(("A2", "A3")), "20") in problem.exclusions


@pytest.mark.parametrize("seed", range(20))
def test_what_is_written_is_read_back(seed: int, tmp_path: Path):
    problem = made(seed, 7)
    assert read_problem(written(problem, tmp_path)) == problem


def test_columns_may_stand_in_any_order_after_a_byte_order_mark(tmp_path: Path):
    write_folder(tmp_path)
    text = "subregion,authority,name\nNorth,A1,One\nNorth,A2,Two\nSouth,A3,Three\n"
    (tmp_path / "authorities.csv").write_text(text, encoding="utf-8-sig")
    assert read_problem(tmp_path).authorities[2].name == "Three"


# (table, row, column, what stands there, what the fault says)
CELLS = [
    ("requirements", 0, 0, " ", 'requirements.csv, row 2, column requirement: found " "'),
    ("requirements", 1, 0, "R1", 'row 3, column requirement: found "R1"; expected each id once'),
    ("requirements", 0, 1, "A9", 'row 2, column authority: found "A9"; expected an authority of'),
    ("requirements", 0, 2, "99", 'row 2, column category: found "99"; expected a category of'),
    ("requirements", 0, 3, "", "row 2, column value: found nothing; expected a number of pounds"),
    ("requirements", 0, 3, "0", 'column value: found "0"; expected a number of pounds above 0'),
    ("requirements", 0, 3, "-5", 'column value: found "-5"'),
    ("requirements", 0, 3, "NaN", 'column value: found "NaN"'),
    ("requirements", 0, 3, "inf", 'column value: found "inf"'),
    ("requirements", 0, 3, "1e400", 'column value: found "1e400"'),
    ("requirements", 0, 3, "1" + "0" * 400, 'column value: found "1000'),
    ("requirements", 0, 3, "1e16", 'column value: found "1e16"'),
    ("requirements", 0, 3, "1_000", 'column value: found "1_000"'),
    ("requirements", 0, 3, "1,000", 'column value: found "1,000"'),
    ("requirements", 0, 3, "£5", 'column value: found "£5"'),
    ("requirements", 0, 3, "٣", 'column value: found "٣"'),
    ("requirements", 0, 3, "ab\ncd", 'column value: found "ab�cd"'),
    ("requirements", 0, 4, "2027-13-01", 'column earliest_start: found "2027-13-01"; expected a'),
    ("requirements", 0, 4, "01/02/2027", 'column earliest_start: found "01/02/2027"'),
    ("requirements", 0, 4, "20270101", 'column earliest_start: found "20270101"'),
    ("requirements", 0, 4, "", "column earliest_start: found nothing; expected a date"),
    ("requirements", 0, 4, "2027-06-02", "expected a day not after latest_start, which is 2027-06"),
    ("requirements", 0, 5, "2027-02-30", 'column latest_start: found "2027-02-30"'),
    ("requirements", 0, 6, "colour", 'column accepts: found "colour"; expected attribute=value'),
    ("requirements", 0, 6, "colour=", 'column accepts: found "colour="; expected a value on each'),
    ("requirements", 0, 6, "a=b=c", 'column accepts: found "a=b=c"'),
    ("requirements", 0, 6, "=red", 'column accepts: found "=red"'),
    ("requirements", 0, 6, "a=b||c", 'column accepts: found "a=b||c"'),
    ("requirements", 0, 6, "a=b;a=c", "expected each attribute once, and 'a' is there twice"),
    ("requirements", 0, 7, "-1", 'column max_partners: found "-1"; expected a whole number'),
    ("requirements", 0, 7, "2.5", 'column max_partners: found "2.5"'),
    ("requirements", 0, 7, "nan", 'column max_partners: found "nan"'),
    ("categories", 1, 0, "10", 'categories.csv, row 3, column category: found "10"; expected each'),
    ("categories", 0, 1, "-0.1", 'column elasticity: found "-0.1"; expected a number from 0 to 10'),
    ("categories", 0, 1, "1e400", 'column elasticity: found "1e400"'),
    ("categories", 0, 2, "1", 'column max_discount: found "1"; expected a number from 0 to below'),
    ("categories", 0, 3, "-1", 'column tender_cost: found "-1"'),
    ("categories", 0, 4, "nan", 'column coordination_cost: found "nan"'),
    ("categories", 0, 5, "lots", 'column max_lot_value: found "lots"'),
    ("categories", 0, 6, "0", 'column max_authorities: found "0"; expected a whole number of at'),
    ("categories", 0, 7, "Anywhere", 'column reach: found "Anywhere"; expected one of anywhere,'),
    ("authorities", 1, 0, "A1", 'authorities.csv, row 3, column authority: found "A1"'),
    ("neighbours", 0, 1, "A9", 'neighbours.csv, row 2, column authority_b: found "A9"'),
    ("neighbours", 0, 1, "A1", 'row 2, column authority_b: found "A1"; expected two different'),
    ("exclusions", 0, 0, "A9", 'exclusions.csv, row 2, column authority_a: found "A9"'),
    ("exclusions", 1, 2, "99", 'exclusions.csv, row 3, column category: found "99"'),
]


@pytest.mark.parametrize(("table", "row", "column", "text", "said"), CELLS)
def test_a_wrong_cell_is_named(
    table: str, row: int, column: int, text: str, said: str, tmp_path: Path
):
    rows = [list(each) for each in GOOD[table]]
    rows[row][column] = text
    found = faults_in(write_folder(tmp_path, {table: rows}))
    assert any(said in fault for fault in found), found


FILES = [
    ("requirements.csv", None, "requirements.csv: expected a file of this name in"),
    ("neighbours.csv", None, "neighbours.csv: expected a file of this name in"),
    ("requirements.csv", b"", "requirements.csv, row 1: expected a header line with the columns"),
    ("authorities.csv", b"\n\n", "authorities.csv, row 1: expected a header line"),
    (
        "authorities.csv",
        b"authority,name\nA1,x\n",
        "authorities.csv, row 1, column subregion: expected a column of this name",
    ),
    (
        "authorities.csv",
        b"authority,name,subregion,colour\nA1,x,N,red\n",
        "authorities.csv, row 1, column colour: expected only the columns authority, name,",
    ),
    (
        "authorities.csv",
        b"authority,name,subregion,name\nA1,x,N,y\n",
        "authorities.csv, row 1, column name: expected each column once",
    ),
    (
        "authorities.csv",
        b"authority,name,subregion\nA1,x,N\nA2,x\n",
        "authorities.csv, row 3: expected 3 cells, as the header has, and not 2",
    ),
    (
        "authorities.csv",
        "authority,name,subregion\nA1,Café,N\n".encode("cp1252"),
        'authorities.csv, row 2: found "the byte 0xe9"; expected text in UTF-8',
    ),
    ("authorities.csv", "authority,name".encode("utf-16"), "expected text in UTF-8"),
    (
        "authorities.csv",
        b'authority,name,subregion\nA1,"x,N\n',
        "authorities.csv, row 2: expected comma-separated values (unexpected end of data)",
    ),
    (
        "authorities.csv",
        b"authority,name,subregion\nA1," + b"x" * 200_000 + b",N\n",
        "authorities.csv, row 2: expected comma-separated values (field larger than field limit",
    ),
]


@pytest.mark.parametrize(("name", "content", "said"), FILES)
def test_a_wrong_file_is_named(name: str, content: bytes | None, said: str, tmp_path: Path):
    folder = write_folder(tmp_path)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    found = faults_in(folder)
    assert any(said in fault for fault in found), found


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path):
    (write_folder(tmp_path) / "exclusions.csv").unlink()
    (tmp_path / "exclusions.csv").mkdir()
    assert "exclusions.csv: expected a file that can be read" in faults_in(tmp_path)[0]


def test_no_folder_is_named(tmp_path: Path):
    assert faults_in(tmp_path / "nowhere")[0].endswith(
        "expected a folder with the CSV files of an instance"
    )


def test_every_fault_is_named_and_none_that_only_follows_from_another(tmp_path: Path):
    requirements = [list(row) for row in GOOD["requirements"]]
    requirements[0][3], requirements[0][7], requirements[2][5] = "none", "x", "then"
    categories = [list(row) for row in GOOD["categories"]]
    # The requirements of this category are not blamed for what is wrong with it.
    categories[0][1] = "much"
    found = faults_in(
        write_folder(tmp_path, {"requirements": requirements, "categories": categories})
    )
    assert sorted(fault.split(":")[0] for fault in found) == [
        "categories.csv, row 2, column elasticity",
        "requirements.csv, row 2, column max_partners",
        "requirements.csv, row 2, column value",
        "requirements.csv, row 4, column latest_start",
    ]


def test_a_missing_table_is_one_fault_and_not_one_for_each_row_that_names_it(tmp_path: Path):
    (write_folder(tmp_path) / "authorities.csv").unlink()
    assert len(faults_in(tmp_path)) == 1


def test_of_very_many_faults_the_first_are_named_and_the_rest_counted(tmp_path: Path):
    rows = [["R", "A1", "10", "x", "2027-01-01", "2027-06-01", "", ""]] * (MOST_SHOWN + 500)
    with pytest.raises(BadInput) as caught:
        read_problem(write_folder(tmp_path, {"requirements": rows}))
    assert len(caught.value.faults) == MOST_SHOWN
    assert caught.value.more == 2 * len(rows) - 1 - MOST_SHOWN


def test_a_table_with_only_a_header_is_an_empty_one(tmp_path: Path):
    problem = read_problem(write_folder(tmp_path, {"requirements": [], "exclusions": []}))
    assert problem.requirements == ()

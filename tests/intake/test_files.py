"""Files of every kind, hostile ones too: read, or refused with what to do."""

import io
import subprocess
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from marketplace.errors import Unacceptable
from marketplace.intake import reading
from marketplace.intake.kinds import FileKind
from marketplace.intake.reading import read_grids
from marketplace.intake.tables import Layout, read_table
from marketplace.intake.taking_away import as_csv, as_xlsx

LAYOUT = Layout(
    columns={"title": ("Title", "Name of it"), "value": ("Value (£)",), "end": ("End",)},
    needed=("title", "value"),
    kinds=frozenset(FileKind),
    key="contracts",
)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(content: bytes, name: str = "register.csv") -> str:
    with pytest.raises(Unacceptable) as caught:
        read_table(name, content, LAYOUT)
    return str(caught.value)


def test_a_table_is_found_below_a_preamble_in_any_order_and_spelling_of_columns():
    content = b"Report of 2015\n\nVALUE - \xa3,name of IT\n5,Books\n\n7,Caf\xe9\n"
    table = read_table("c:\\files\\register.csv", content, LAYOUT)
    assert table.file == "register.csv"
    assert table.headings == {"value": "VALUE - £", "title": "name of IT"}
    assert [(row.number, row.cells["title"]) for row in table.rows] == [(4, "Books"), (6, "Café")]


@pytest.mark.parametrize("ends", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_any_line_end_and_usual_encoding_is_read(ends, encoding):
    content = ends.join(["Title,Value £", "Crèche,“5”", '"two\nlines",6']).encode(encoding)
    rows = read_table("a.csv", content, LAYOUT).rows
    assert [row.cells["title"] for row in rows] == ["Crèche", "two\nlines"]


def test_lines_in_two_encodings_are_each_read_in_their_own():
    content = "Title,Value £\nCrèche,1\n".encode() + "Café,2\n".encode("cp1252")
    assert [r.cells["title"] for r in read_table("a.csv", content, LAYOUT).rows] == [
        "Crèche",
        "Café",
    ]


def test_a_semicolon_or_tab_may_part_the_cells():
    for mark in ";", "\t":
        content = f"Title{mark}Value £\nBooks, new{mark}5\n".encode()
        assert read_table("a.csv", content, LAYOUT).rows[0].cells["title"] == "Books, new"


def test_a_workbook_is_read_as_it_shows_itself():
    content = workbook(["Title", "Value £", "End"], ["Books", 12000.0, date(2027, 3, 31)])
    cells = read_table("a.xlsx", content, LAYOUT).rows[0].cells
    assert cells == {"title": "Books", "value": "12000", "end": "2027-03-31"}


def test_a_sheet_before_the_table_does_no_harm():
    book = Workbook()
    book.active.append(["About this register"])
    book.create_sheet("Register").append(["Title", "Value £"])
    book["Register"].append(["Books", 5])
    out = io.BytesIO()
    book.save(out)
    assert read_table("a.xlsx", out.getvalue(), LAYOUT).rows[0].cells["title"] == "Books"


def test_json_keeps_each_number_as_it_is_written():
    content = b'{"contracts": [{"title": "a", "Value": 1e400, "end": null}, {"Value": NaN}]}'
    layout = Layout(
        {"title": ("title",), "value": ("Value",)}, ("title",), LAYOUT.kinds, "contracts"
    )
    assert [row.cells["value"] for row in read_table("a.json", content, layout).rows] == [
        "1e400",
        "NaN",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"%PDF-1.7 and so on", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"Title,Value\n\0\0\n", "NUL"),
        (b"Title,Value (\xa3)\n", "no rows below"),
        (b"Colour,Size\nred,5\n", "lacks the columns “Title”, “Value (£)”"),
        (b"Title,End\nBooks,5\n", "lacks the column “Value (£)”"),
        (b"Title,Value,Title\na,1,b\n", "twice"),
        (b'Title,Value\n"' + b"x" * 40_000 + b'",1\n', "Line 2 cannot be read"),
        (b'Title,Value\n"never closed,1\n' + b"more,1\n" * 9_000, "quotation mark"),
        (b"Title,Value" + b"," * 300 + b"x\n", "columns"),
        (b"Title,Value\n" + b"a,1\n" * 20_001, "more than 20,000 rows"),
        (b"{" * 5_000, "not JSON"),
        (b'{"contracts": ' + b"[" * 100_000, "too deeply"),
        (b'{"notices": []}', "under “contracts”"),
        (b"[1, 2]", "list of objects"),
        (b'{"contracts": []}', "lacks the column"),
        (b"PK\x03\x04 but not really", "not a workbook"),
    ],
)
def test_what_cannot_be_read_says_why_in_words(content, words):
    assert words in refusal(content)


def test_a_file_over_20_mb_is_refused_before_it_is_read():
    assert "over 20 MB" in refusal(b"x" * (20 * 1024 * 1024 + 1))


def test_a_format_names_the_kinds_of_file_it_comes_as():
    with pytest.raises(Unacceptable, match="comes as JSON"):
        read_grids("a.csv", b"a,b\n1,2\n", frozenset({FileKind.JSON}), "contracts")


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def test_a_zip_bomb_is_refused_by_what_it_says_it_unpacks_to():
    assert "200 MB" in refusal(archive(sheet=b"0" * (201 * 1024 * 1024)), "bomb.xlsx")


def test_a_workbook_whose_one_cell_is_at_the_far_corner_harms_nobody():
    book = Workbook()
    book.active.cell(1_048_576, 16_384, "far")
    book.active.cell(1, 1, "Title")
    out = io.BytesIO()
    book.save(out)
    assert "register.xlsx" in refusal(out.getvalue(), "register.xlsx")


def test_a_workbook_that_swells_in_memory_ends_its_own_process_only():
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(19_000):
        sheet.append(["x" * 32_000, "y"])
    out = io.BytesIO()
    book.save(out)
    content = out.getvalue()
    assert len(content) < 2_000_000
    assert refusal(content, "register.xlsx").startswith("register.xlsx")


def test_a_file_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.001)
    assert "takes more time or memory" in refusal(b"Title,Value\na,1\n")


def test_the_process_that_reads_a_file_does_not_get_the_secrets(monkeypatch):
    asked = {}

    def note(command, **how):
        asked.update(how)
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setenv("MARKETPLACE_SECRET_KEY", "secret")
    monkeypatch.setattr(subprocess, "run", note)
    assert "takes more time or memory" in refusal(b"Title,Value\na,1\n")
    assert set(asked["env"]) <= {"PATH", "LANG", "LD_LIBRARY_PATH"}


def test_an_archive_that_is_no_workbook_is_refused():
    assert "not a workbook" in refusal(archive(readme=b"hello"), "a.xlsx")


def test_no_cell_taken_away_can_act_as_a_formula():
    rows = [["=cmd|' /C calc'!A0", "@SUM(1)", "-5.50", "-x", 12]]
    text = as_csv(["Title", "a", "b", "c", "d"], rows).decode("utf-8-sig")
    assert text.splitlines()[1] == "'=cmd|' /C calc'!A0,'@SUM(1),-5.50,'-x,12"
    layout = Layout({"title": ("Title",)}, ("title",))
    table = read_table("a.xlsx", as_xlsx("Contracts", ["Title", "a", "b", "c", "d"], rows), layout)
    assert table.rows[0].cells["title"] == "=cmd|' /C calc'!A0"

"""Files of spending in every layout: each row read rightly, or refused with its reason."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from marketplace.intake.grids import GridFault
from marketplace.spend.reading import TotalState
from tests.spend.files import read_here, rows_of

NAMES = ("Acme Ltd", "Bright, Sparks & Co", "Ćirić (UK) Ltd", "O'Brien Care", 'The "Red" House')
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = {
    "slashes": "{d:02d}/{m:02d}/{y}",
    "short": "{d:02d}/{m:02d}/{s:02d}",
    "words": "{d:02d}-{n}-{s:02d}",
    "spaces": "{d:02d} {n} {y}",
    "iso": "{y}-{m:02d}-{d:02d}",
}
HEADINGS = (
    ("Supplier Name", "Net Amount (£)", "Payment Date"),
    ("VENDOR", "Amount excl. VAT", "Date Paid"),
    ("Benificiary Name", "NetAmount", "Clearing Date"),
    ("Creditor", "JV Value", "Transaction Date"),
    ("Supplier ID (T)", "'Total (excludes VAT)", "Updated"),
)

row = st.tuples(
    st.sampled_from(NAMES),
    st.integers(-9_999_999, 9_999_999),
    st.integers(1, 28),
    st.integers(1, 12),
    st.integers(2008, 2026),
)


@st.composite
def layouts(draw):
    """How a council might write a table: everything but the rows themselves."""
    return {
        "headings": draw(st.sampled_from(HEADINGS)),
        "days": DAYS[draw(st.sampled_from(sorted(DAYS)))],
        "above": draw(st.sampled_from(("", "Payments over £500\n", "Title,,\n\nReport 7\n,,\n"))),
        "total": draw(st.sampled_from(("", "Grand Total,{0},\n", ",{0},\n", "TOTAL:,{0},\n"))),
        "ends": draw(st.sampled_from(("\n", "\r\n", "\r"))),
        "encoding": draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16"))),
        "negative": draw(st.sampled_from(("-{0}", "({0})", "{0}-", "-£{0}", "£({0})"))),
        "blank": draw(st.booleans()),
        "turned": draw(st.booleans()),
    }


def money(pence: int, layout) -> str:
    text = f"{abs(pence) / 100:,.2f}"
    return layout["negative"].format(text) if pence < 0 else text


def quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if any(mark in cell for mark in ',"') else cell


def written(rows, layout) -> bytes:
    """The rows as a file of that layout."""
    order = (1, 2, 0) if layout["turned"] else (0, 1, 2)
    lines = [layout["above"] + ",".join(layout["headings"][place] for place in order)]
    for name, pence, d, m, y in rows:
        day = layout["days"].format(d=d, m=m, y=y, s=y % 100, n=MONTHS[m - 1])
        cells = (name, money(pence, layout), day)
        lines.append(",".join(quoted(cells[place]) for place in order))
        lines += [",,"] if layout["blank"] else []
    text = "\n".join(lines) + "\n"
    if layout["total"] and not layout["turned"]:
        text += layout["total"].format(quoted(money(sum(each[1] for each in rows), layout)))
    return text.replace("\n", layout["ends"]).encode(layout["encoding"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(row, min_size=1, max_size=12), layouts())
def test_the_same_rows_come_back_from_every_layout(rows, layout):
    whole = read_here("payments.csv", written(rows, layout))
    expected = [(name, y * 10_000 + m * 100 + d, pence) for name, pence, d, m, y in rows]
    assert rows_of(whole) == expected
    assert whole.refused == 0
    if layout["total"] and not layout["turned"]:
        assert whole.state == TotalState.AGREES


def test_rows_that_cannot_be_read_are_refused_each_with_its_reason():
    content = (
        b"Supplier,Amount,Date\nA,1.50,01/02/2026\nB,soon,02/02/2026\nC,2,31/02/2026\n"
        b"D,03/02/2026,03/02/2026\nE,4,\nF,5,05/02/2026,note,note\nG,6,06/02/2026\n"
    )
    whole = read_here("x.csv", content)
    assert [row[0] for row in rows_of(whole)] == ["A", "G"]
    assert {fault["row"]: fault["column"] for fault in whole.faults} == {
        3: "Amount",
        4: "Date",
        5: "Amount",
        6: "Date",
        7: "beyond the last column",
    }


def test_a_total_that_does_not_agree_is_seen():
    whole = read_here("x.csv", b"Supplier,Amount\nA,1.50\nGrand Total,2.50\n", month=202601)
    assert (whole.state, whole.amount, str(whole.claimed)) == (TotalState.DIFFERS, 1.5, "2.5")


def test_old_code_pages_and_their_pound_sign_are_read():
    content = "Supplier,Net Amount(£),Date\nCafé,£5.00,01/02/2026\n"
    for page, pound in (("cp1252", b"\xa3"), ("cp1252", b"\x9c")):
        whole = read_here("x.csv", content.encode(page).replace(b"\xa3", pound))
        assert rows_of(whole) == [("Café", 20260201, 500)]


def test_a_workbook_with_a_sheet_a_month_is_one_file():
    book = Workbook()
    book.remove(book.active)
    for month in ("April 2026", "May 2026"):
        sheet = book.create_sheet(month)
        sheet.append(["Payments"])
        sheet.append(["Supplier", "Amount"])
        sheet.append(["Acme", 12.5])
    book.create_sheet("Notes").append(["Nothing to see"])
    out = io.BytesIO()
    book.save(out)
    whole = read_here("2026.xlsx", out.getvalue(), "xlsx")
    assert rows_of(whole) == [("Acme", 20260400, 1250), ("Acme", 20260500, 1250)]
    assert len(whole.left_out) == 1


def test_columns_that_a_person_named_come_before_those_that_are_called_so():
    content = b"Supplier,Real name,Amount,Date\nX1,Acme,1,01/02/2026\n"
    whole = read_here("x.csv", content, asked={"supplier": "", "real name": "supplier"})
    assert rows_of(whole) == [("Acme", 20260201, 100)]


def test_a_column_without_a_known_name_is_guessed_and_said_to_be():
    content = b"Row Labels A,Amount,Date\n" + b"".join(
        b"Firm %d,%d.50,01/02/2026\n" % (n, n) for n in range(1, 6)
    )
    whole = read_here("x.csv", content)
    assert whole.guessed == ["supplier"]
    assert whole.lines == 5


def test_months_before_days_are_read_so_when_only_that_makes_sense():
    whole = read_here("x.csv", b"Supplier,Amount,Date\nA,1,02/13/2026\nB,2,03/01/2026\n")
    assert [row[1] for row in rows_of(whole)] == [20260213, 20260301]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Supplier,Trees\nHill,12\nField,9\n", "No column was recognised as the amount"),
        (b"just some words\nand more\n", "No row was recognised"),
        (b"Supplier,Amount,Date\n" + b"A,01/02/2026,02/02/2026\n" * 5, "holds dates"),
        (b"Supplier,Amount\nA,1\n", "no column of dates"),
        (b'Supplier,Amount,Date\nA,1,01/02/2026\nB,"2,01/02/2026\n', "quotation mark"),
    ],
)
def test_what_is_no_table_of_spending_is_said_to_be_none(content, said):
    with pytest.raises(GridFault, match=said):
        read_here("x.csv", content)

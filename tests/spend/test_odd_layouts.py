"""Layouts that no published file has yet: each is read rightly, or refused with its reason."""

import pytest

from marketplace.intake.grids import GridFault
from marketplace.spend.reading import TotalState
from tests.spend.files import read_here, rows_of

HEAD = "Supplier Name,Net Amount (£),Payment Date\n"
ROWS = "Acme Ltd,100.00,01/02/2026\nBright Co,-20.50,02/02/2026\n"
PLAIN = [("Acme Ltd", 20260201, 100_00), ("Bright Co", 20260202, -20_50)]
WELSH = (
    "Enw’r Cyflenwr,Swm Net (£),Dyddiad Talu,Disgrifiad,Adran\n"
    "Acme Ltd,100.00,01/02/2026,Llyfrau,Addysg\nBright Co,-20.50,02/02/2026,Te,Iechyd\n"
)
READ = {
    "tabs": (HEAD + ROWS).replace(",", "\t").encode(),
    "semicolons in cp1252": (HEAD + ROWS).replace(",", ";").encode("cp1252"),
    "bars": (HEAD + ROWS).replace(",", "|").encode(),
    "UTF-16": (HEAD + ROWS).encode("utf-16"),
    "a line that names the separator": ("sep=;\n" + (HEAD + ROWS).replace(",", ";")).encode(),
    "merged titles": f",,\nAnytown Council,,\nPayments,,\nFebruary 2026,,\n\n{HEAD}{ROWS}".encode(),
    "two lines of headings": f"Supplier,Net,Payment\nName,Amount,Date\n{ROWS}".encode(),
    "Welsh": WELSH.encode(),
    "Welsh and English": f"Supplier / Cyflenwr,Amount / Swm,Date / Dyddiad\n{ROWS}".encode(),
    "a minus behind": (HEAD + ROWS.replace("-20.50", "20.50-")).encode(),
    "a dash for a minus": (HEAD + ROWS.replace("-20.50", "–20.50")).encode(),
    "a credit": (HEAD + ROWS.replace("-20.50", "20.50 CR")).encode(),
    "days with a time": (
        HEAD + "Acme Ltd,100,2026-02-01T00:00:00\nBright Co,-20.5,2026-02-02 00:00\n"
    ).encode(),
    "days as serial numbers": (HEAD + "Acme Ltd,100,46054\nBright Co,-20.5,46055\n").encode(),
}
REFUSED = {
    "a workbook called CSV": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "No row was recognised",
    ),
    "a page of the web": (
        b"<html><td>Supplier</td><td>Amount</td></html>",
        "No row was recognised",
    ),
    "amounts that are dates": (
        (HEAD + "Acme,01/02/2026,01/02/2026\nB,02/02/2026,03/02/2026\n").encode(),
        "should be the amount and holds dates",
    ),
    "a column a month": (b"Supplier,Apr-26,May-26\nAcme,1,2\nB,4,5\n", "No column was recognised"),
    "a quotation mark that stays open": (
        (HEAD + '"Acme,1,01/02/2026\nB,1,02/02/2026\n').encode(),
        "quotation mark",
    ),
    "commas for points": (
        b"Supplier;Net Amount;Date\nAcme;1.100,50;01/02/2026\n",
        "other than amounts",
    ),
}


@pytest.mark.parametrize("layout", READ)
def test_it_is_read_rightly(layout):
    whole = read_here("payments.csv", READ[layout])
    assert rows_of(whole) == PLAIN
    assert whole.refused == 0


@pytest.mark.parametrize("layout", REFUSED)
def test_it_is_refused_with_its_reason(layout):
    content, reason = REFUSED[layout]
    with pytest.raises(GridFault, match=reason):
        read_here("payments.csv", content)


def test_totals_in_the_middle_are_no_payments_and_are_compared():
    content = (
        f"{HEAD}Acme,100,01/02/2026\nB,50,02/02/2026\nSubtotal Adults,150.00,\n"
        "C,10,03/02/2026\nSub-total Children,10.00,\nGrand Total,160.00,\n"
    )
    whole = read_here("payments.csv", content.encode())
    assert [name for name, _, _ in rows_of(whole)] == ["Acme", "B", "C"]
    assert (whole.state, whole.claimed) == (TotalState.AGREES, 160)

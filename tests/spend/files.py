"""Files of spending for the tests: read in this process, and written in every layout."""

from collections.abc import Mapping, Sequence

from marketplace.accounts.models import Organisation
from marketplace.intake.kinds import FileKind
from marketplace.spend.blocks import Line, lines_in
from marketplace.spend.importing import accept_spend, preview_spend, remembered_columns
from marketplace.spend.models import SpendImport
from marketplace.spend.reading import SpendRead, given_by_us

HEADER = "Directorate,Expense Type,Supplier Name,Payment Date,Transaction No,Net Amount (£)"


def read_here(name: str, content: bytes, kind: str = "csv", **said: object) -> SpendRead:
    """A file as the child process reads it, without the half second that a process costs."""
    return given_by_us(name, content, FileKind(kind), **said).whole


def lines_of(whole: SpendRead) -> list[Line]:
    """Every line, in the order of the cells."""
    return [line for block in whole.blocks for line in lines_in(block)]


def suppliers_of(whole: SpendRead) -> list[str]:
    """The supplier of each line, in the order of the cells."""
    columns = whole.columns
    return [
        whole.suppliers[number]
        for number, count in zip(
            columns["supplier"].tolist(), columns["lines"].tolist(), strict=True
        )
        for _ in range(count)
    ]


def rows_of(whole: SpendRead) -> list[tuple[str, int, int]]:
    """(supplier, day, pence) of each line, in the order of the file."""
    found = zip(lines_of(whole), suppliers_of(whole), strict=True)
    ordered = sorted(found, key=lambda pair: (pair[0].part, pair[0].source_row))
    return [(supplier, line.day, line.pence) for line, supplier in ordered]


def csv_of(rows: Sequence[Sequence[object]], header: str = HEADER) -> bytes:
    """A plain file of these rows."""
    return "\r\n".join([header, *(",".join(map(str, row)) for row in rows), ""]).encode()


def spend_file(
    suppliers: Mapping[str, tuple[str, Sequence[float]]], month: str = "05/2026"
) -> bytes:
    """A file that pays each supplier, for a kind of expense, those amounts."""
    rows = [
        ("Adults", kind, name, f"{day:02d}/{month}", f"T{day}-{name[:3]}", f"{amount:.2f}")
        for name, (kind, amounts) in suppliers.items()
        for day, amount in enumerate(amounts, start=1)
    ]
    return csv_of(rows)


def import_here(
    session, owner: Organisation, content: bytes, *, name: str = "spending.csv", at, by=None, **do
) -> SpendImport:
    """Preview and accept a file."""
    given = given_by_us(name, content, remembered=remembered_columns(session, owner))
    preview = preview_spend(session, given, authority=owner, by=by, at=at)
    accept_spend(session, preview, given.whole, by=by, at=at, **do)
    return preview

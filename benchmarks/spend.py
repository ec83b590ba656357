"""A million lines of spending: our import beside what pandas takes to read and sum the same file.

`python -m benchmarks.spend import` makes a file in a shape that councils publish, has pandas read
it and sum it by supplier and month, and imports it with matching and categories into an empty
database, each in a process of its own. The aim: at most 4 times pandas, and at most 2 GB.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HEADER = (
    "Body,Body name,Service label,Service divison label,Expenditure category,"
    "Detailed expenditure type,Detailed expenditure code,Date paid,Transaction number,Net amount,"
    "Capital or revenue,Supplier name\r\n"
)
BODY = "http://statistics.example/doc/local-authority/00ZZ,Anytown City Council"
KINDS = (
    *("Agency Staff", "Residential Care", "Home Care", "Private Hire", "Nursing Home"),
    *("Food & Drink", "Operational Materials", "Plant Hire", "General Maintenance", "Stationery"),
    *("Computer Software", "Waste Disposal Charges", "Independent Fostering", "Rents", "Postages"),
    *("Legal Disbursements", "Training", "Security", "Vehicle Spares", "Construction", "Gas"),
    *("Electricity", "Telephones", "Insurance", "Day Centre", "Other Hired Services", "Books"),
)
FIRST = [
    "Amber",
    "Birch",
    "Cedar",
    "Delta",
    "Ember",
    "Falcon",
    "Garnet",
    "Harbour",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Linden",
]
SECOND = [
    "Bridge",
    "Cross",
    "Field",
    "Gate",
    "Hill",
    "Lane",
    "Mill",
    "North",
    "Oak",
    "Park",
    "Quay",
    "Ridge",
    "Stone",
    "Vale",
    "Wood",
]
TRADES = [
    "Care",
    "Supplies",
    "Solutions",
    "Builders",
    "Transport",
    "Training",
    "Foods",
    "Legal",
    "Systems",
    "Cleaning",
]
FORMS = ("Ltd", "Limited", "LTD", "Plc", "LLP", "", "(UK) Ltd", "Ltd.")
SERVICES = ("Adult Social Care", "City Development", "Childrens Services", "Environment")


def suppliers(count: int, rng: random.Random) -> list[str]:
    """Made-up suppliers, some of them in several spellings."""
    names = []
    while len(names) < count:
        stem = f"{rng.choice(FIRST)} {rng.choice(SECOND)} {rng.choice(TRADES)}"
        stem += f" {rng.randrange(1, 999)}" if rng.random() < 0.6 else ""
        names += [f"{stem} {form}".strip() for form in rng.sample(FORMS, rng.choice((1, 1, 1, 2)))]
    return names[:count]


def write_file(path: Path, lines: int, seed: int = 1) -> None:
    """A file of that many lines over a year, in the shape that Leeds publishes."""
    rng = random.Random(seed)
    names = suppliers(12_000, rng)
    kinds = [(f"Group {k % 6}", kind, 100 + k) for k, kind in enumerate(KINDS)]
    with path.open("w", newline="") as out:
        out.write(HEADER)
        for number in range(1, lines + 1):
            day = f"{rng.randrange(1, 29):02d}-{MONTHS[number * 12 // (lines + 1)]}"
            amount = f"{rng.lognormvariate(6.5, 1.4):.2f}"
            place = int(rng.random() ** 2 * len(names))
            name = names[place]
            # Most suppliers are paid for one kind of thing, some for a second.
            group, kind, code = kinds[(place + (rng.random() < 0.15)) % len(kinds)]
            service = SERVICES[number % 4]
            out.write(
                f"{BODY},{service},{service} Division,{group},{kind},{code},{day},"
                f"2510-{number:07d},{amount},R,{name}\r\n"
            )


MONTHS = tuple(
    f"{name}-{year}"
    for year, names in ((25, "Apr May Jun Jul Aug Sep Oct Nov Dec"), (26, "Jan Feb Mar"))
    for name in names.split()
)


def read_with_pandas(path: Path) -> None:
    """The yardstick: read the file and sum it by supplier and month."""
    import pandas as pd

    began = time.perf_counter()
    table = pd.read_csv(path)
    table["month"] = pd.to_datetime(table["Date paid"], format="%d-%b-%y").dt.to_period("M")
    sums = table.groupby(["Supplier name", "month"])["Net amount"].sum()
    _done(began, len(sums))


def import_with_us(path: Path) -> None:
    """The file into an empty database that has the centre's categories, as the command does it."""
    from sqlalchemy.orm import Session

    from marketplace import clock
    from marketplace.db import db
    from marketplace.spend.importing import accept_spend, preview_spend
    from marketplace.spend.reading import GivenSpend

    with site(path.with_suffix(".sqlite")).app_context():
        with Session(db.engine) as session:
            authority = anytown(session)
            session.commit()
            began = time.perf_counter()
            file = GivenSpend(path.name, path.read_bytes())
            preview = preview_spend(session, file, authority=authority, by=None, at=clock.now())
            added = accept_spend(session, preview, file.whole, by=None, at=clock.now())
            session.commit()
            _done(began, added)
        db.engine.dispose()


def site(path: Path):
    """A site on an empty database with its tables and the categories of the demo."""
    from marketplace.app import create_app
    from marketplace.db import Base, db
    from marketplace.settings import Settings

    app = create_app(
        Settings(
            "k" * 40, f"sqlite:///{path}", secure_cookies=False, require_codes=False, testing=True
        )
    )
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


def anytown(session):
    """An authority, in a London that has its categories."""
    from marketplace.categories.services import add_cpv
    from marketplace.demo import cpv
    from tests.factories import make_organisation

    add_cpv(session, cpv.codes())
    return make_organisation(session, name="Anytown", code="E09000099")


def _done(began: float, count: int) -> None:
    """Say how long the work took once the programs were loaded."""
    print(f"{time.perf_counter() - began:.3f} {count}")


def measured(arguments: Sequence[str]) -> tuple[float, float, float]:
    """Seconds of the work, seconds of the processor in all, and peak memory in GB.

    Of a process and the processes it starts; memory is that of the largest.
    """
    command = [sys.executable, "-m", "benchmarks.spend", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    assert status == 0, arguments
    seconds = float(said.splitlines()[-1].split()[0])
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2


def compare(lines: int, rounds: int) -> None:
    """The two side by side."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spending-2025-26.csv"
        write_file(path, lines)
        print(f"{lines:,} lines, {path.stat().st_size / 1e6:,.0f} MB")
        for _ in range(rounds):
            theirs = measured(["pandas", str(path)])
            for old in Path(folder).glob("*.sqlite*"):
                old.unlink()
            ours = measured(["ours", str(path)])
            for name, each in (("pandas", theirs), ("import", ours)):
                print(f"{name}  {each[0]:6.1f} s  {each[1]:6.1f} s cpu  {each[2]:5.2f} GB")
            print(f"ratio   {ours[0] / theirs[0]:6.2f}    {ours[1] / theirs[1]:6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["import", "pandas", "ours"])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if given.what == "import":
        compare(given.lines, given.rounds)
    elif given.what == "pandas":
        read_with_pandas(given.file)
    elif given.what == "ours":
        import_with_us(given.file)


if __name__ == "__main__":
    main()

"""Importing a large register, beside a bare pandas read of the same file.

`python -m benchmarks.imports [FILE]` prints seconds of a clock and of the processor. FILE is a
register in the local transparency template; without one, a made-up register of 5,729 rows and 39
columns. The claim is that looking it over and accepting it take at most 5 s beyond starting.
"""

import argparse
import csv
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path

import pandas as pd
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from marketplace import capabilities
from marketplace.contracts.formats import RegisterFormat
from marketplace.contracts.importing import GivenFile, accept_import, preview_contracts
from marketplace.db import Base
from tests.contracts.registers import LGA_COLUMNS
from tests.factories import NOW, make_organisation

ROWS, COLUMNS = 5_729, 39


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    content = asked.file.read_bytes() if asked.file else made_up()
    capabilities.import_models()
    print(f"{'round':>5} {'pandas s':>9} {'preview s':>10} {'accept s':>9} {'both s':>7} "
          f"{'both cpu s':>11} {'ratio':>6}")  # fmt: skip
    for number in range(1, asked.rounds + 1):
        _round(number, content)


def _round(number: int, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'imports.sqlite'}")
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            owner = make_organisation(session, name="Ambridge", code="E09000901")
            session.commit()
            with _timed() as bare:
                pd.read_csv(BytesIO(content), dtype=str, keep_default_na=False)
            file = GivenFile("register.csv", content, RegisterFormat.LGA)
            with _timed() as looking:
                preview = preview_contracts(
                    session, file, authority=owner, term_months=None, by=None, at=NOW
                )
                session.commit()
            with _timed() as accepting:
                added = accept_import(session, preview, by=None, at=NOW)
                session.commit()
        engine.dispose()
    both, cpu = looking.wall + accepting.wall, looking.cpu + accepting.cpu
    print(
        f"{number:5} {bare.wall:9.2f} {looking.wall:10.2f} {accepting.wall:9.2f} {both:7.2f} "
        f"{cpu:11.2f} {both / bare.wall:6.1f}   {added:,} contracts added"
    )


class Timed:
    """Seconds of the clock, and of the processor with those of child processes."""

    wall = cpu = 0.0


@contextmanager
def _timed() -> Iterator[Timed]:
    found = Timed()
    wall, cpu = time.perf_counter(), _cpu()
    yield found
    found.wall, found.cpu = time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def made_up() -> bytes:
    """A register of the usual size and width."""
    columns = LGA_COLUMNS + [f"Another column {n}" for n in range(COLUMNS - len(LGA_COLUMNS))]
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(_row(number, columns) for number in range(ROWS))
    return out.getvalue().encode()


def _row(number: int, columns: list[str]) -> list[str]:
    month, year = number % 12 + 1, 2005 + number % 15
    starts = (f"01/{month:02d}/{year}", f"01-{MONTHS[month - 1]}-{year}")[number % 2]
    known = {
        "Organisation name": "Ambridge Borough Council",
        "Contract Reference number / ID": f"AMB{number % 4900}",
        "Title of the Agreement": f"Care at home in ward {number} and the villages around it",
        "Contract start date": starts,
        "End date": f"28/02/{year + 5}",
        "Contract value": f"{number * 37:,}",
        "Supplier name": f"Made-up Care {number % 900} Ltd",
    }
    return [known.get(column, "") for column in columns]


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


if __name__ == "__main__":
    main()

"""The record at length: writing entries, exporting them, and verifying the export.

`python -m benchmarks.record 1000000` prints seconds for each. The claim is that a million entries
are verified in about 15 s of one processor. Entries are written a thousand to a transaction.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from marketplace import capabilities
from marketplace.audit.export import export_lines
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.db import Base
from tests.factories import NOW, make_requirement

AT_A_TIME = 1000


def write(session: Session, count: int) -> None:
    """So many entries about one requirement."""
    thing = make_requirement(session)
    for number in range(count):
        record(session, Action.REQUIREMENT_EDITED, thing, by=None, at=NOW, number=number)
        if number % AT_A_TIME == AT_A_TIME - 1:
            session.commit()
    session.commit()


def export(session: Session, path: Path) -> None:
    with path.open("w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in export_lines(session))


def verify(path: Path) -> float:
    """Seconds of processor time that the verifier takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "verifier", str(path)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entries", nargs="?", type=int, default=100_000)
    count = parser.parse_args().entries
    capabilities.import_models()
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'record.sqlite'}")
        Base.metadata.create_all(engine)
        path = Path(folder) / "record.jsonl"
        with Session(engine) as session:
            for name, step in (
                ("written", lambda: write(session, count)),
                ("exported", lambda: export(session, path)),
            ):
                began = time.process_time()
                step()
                print(f"{count:,} {name}: {time.process_time() - began:.1f} s of processor time")
        engine.dispose()
        print(f"{count:,} verified: {verify(path):.1f} s of processor time")


if __name__ == "__main__":
    main()

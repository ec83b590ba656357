"""What the optimiser must reach, measured in one go: gap, seconds, memory and the referee's word.

    python -m benchmarks.asked TOOLS [--seed 1] [--workers 2] [--only 3 8] [--keep FOLDER]

TOOLS is the folder of the instance maker (`make.py`) and the referee (`check.py`). Each row is a
process of its own, one after the other, so nothing else should run meanwhile. The last rows stop
at a gap and compare times: two processes with one, and twice the categories with half of them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """An instance, the seconds it has, and the gap it must reach."""

    family: str
    authorities: int
    categories: int
    seconds: float
    gap: float

    @property
    def name(self) -> str:
        return f"{self.family} {self.authorities} × {self.categories}"


ROWS = (
    Row("mixed", 33, 40, 10, 0.05),
    Row("mixed", 33, 40, 60, 0.02),
    Row("care", 33, 40, 60, 0.0),
    Row("mixed", 33, 40, 600, 0.005),
    Row("books", 33, 40, 600, 0.005),
    Row("staff", 33, 40, 600, 0.005),
    Row("books", 333, 1, 120, 0.025),
    Row("mixed", 333, 60, 300, 0.03),
    Row("mixed", 333, 300, 1200, 0.04),
)
STOP_AT = 0.15
"""The gap at which times are compared."""


@dataclass(frozen=True)
class Measured:
    seconds: float
    processor: float
    megabytes: float
    verdict: dict[str, object]


def made(tools: Path, row: Row, seed: int, folder: Path) -> Path:
    """The row's instance."""
    out = folder / f"{row.family}-{row.authorities}-{row.categories}-{seed}"
    if not out.is_dir():
        size = ["--authorities", str(row.authorities), "--categories", str(row.categories)]
        command = [sys.executable, str(tools / "make.py"), row.family, str(out), *size]
        subprocess.run([*command, "--seed", str(seed)], check=True, capture_output=True)
    return out


def grouped(tools: Path, instance: Path, arguments: list[str]) -> Measured:
    """Group the instance and let the referee judge."""
    answer = instance.with_suffix(".json")
    command = [sys.executable, "-m", "optimiser", "group", str(instance), "--out", str(answer)]
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    if status:
        raise SystemExit(f"grouping {instance.name} ended with status {status}")
    judged = subprocess.run(
        [sys.executable, str(tools / "check.py"), str(instance), str(answer)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    processor = usage.ru_utime + usage.ru_stime
    return Measured(seconds, processor, usage.ru_maxrss / 1024, json.loads(judged.stdout))


def told(row: Row, seed: int, found: Measured) -> str:
    gap = float(str(found.verdict["gap"] or 0.0))
    reached = "reached" if gap <= row.gap + 1e-6 else f"asked {row.gap:.1%}"
    late = found.seconds - row.seconds
    feasible = "accepted" if found.verdict["feasible"] else f"REFUSED {found.verdict['faults']}"
    return (
        f"{row.name:16} seed {seed} {found.verdict['requirements']:>7} requirements "
        f"{row.seconds:5g} s: gap {gap:7.3%} ({reached}), took {found.seconds:6.1f} s "
        f"({'over by more than 2 s' if late > 2 else 'in time'}), "
        f"processor {found.processor:6.0f} s, {found.megabytes:5.0f} MB, {feasible}"
    )


def compared(tools: Path, seed: int, folder: Path) -> None:
    """Two processes with one, and twice the categories with half of them."""
    half, whole = Row("mixed", 333, 15, 900, 0), Row("mixed", 333, 30, 900, 0)
    stop = ["--gap", str(STOP_AT), "--time-limit", "900"]
    one = grouped(tools, made(tools, whole, seed, folder), [*stop, "--workers", "1"])
    two = grouped(tools, made(tools, whole, seed, folder), [*stop, "--workers", "2"])
    fewer = grouped(tools, made(tools, half, seed, folder), [*stop, "--workers", "2"])
    print(
        f"to a gap of {STOP_AT:.0%}, {whole.name}: {one.seconds:.1f} s with one process, ", end=""
    )
    print(f"{two.seconds:.1f} s with two: {one.seconds / two.seconds:.2f} times as fast")
    print(f"half the categories: {fewer.seconds:.1f} s, so twice as many take ", end="")
    print(f"{two.seconds / fewer.seconds:.2f} times as long", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tools", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", type=int, nargs="*", help="numbers of rows, from 1")
    parser.add_argument("--compare", action="store_true", help="the comparisons of times too")
    parser.add_argument("--keep", type=Path, help="where instances and answers stay")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = asked.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        for number, row in enumerate(ROWS, start=1):
            if asked.only is None or number in asked.only:
                instance = made(asked.tools, row, asked.seed, folder)
                limits = ["--time-limit", str(row.seconds), "--workers", str(asked.workers)]
                found = grouped(asked.tools, instance, limits)
                print(number, told(row, asked.seed, found), flush=True)
        if asked.compare:
            compared(asked.tools, asked.seed, folder)


if __name__ == "__main__":
    main()

"""The process in which a file is read: `python -m marketplace.intake.child KIND KEY < FILE`.

It limits itself before it looks at the file and answers one JSON object: grids of rows, or a fault.
"""

import json
import resource
import sys

from marketplace.intake.grids import Grid, GridFault, csv_grid, json_grid, xlsx_grids
from marketplace.intake.limits import MOST_CPU_SECONDS, MOST_MEMORY_BYTES


def main() -> None:
    limit()
    kind, key = sys.argv[1:3]
    content = sys.stdin.buffer.read()
    try:
        answer: dict[str, object] = {"grids": grids(kind, content, key)}
    except GridFault as fault:
        answer = {"fault": str(fault)}
    # Lone surrogates, which JSON can name and no database can keep, become question marks.
    text = json.dumps(answer, ensure_ascii=False).encode("utf-8", errors="replace")
    sys.stdout.buffer.write(text)


def grids(kind: str, content: bytes, key: str) -> list[Grid]:
    """The rows of a file of that kind, of each sheet where it has several; raises GridFault."""
    if kind == "xlsx":
        return xlsx_grids(content)
    return [json_grid(content, key) if kind == "json" else csv_grid(content)]


def limit(memory: int = MOST_MEMORY_BYTES, seconds: int = MOST_CPU_SECONDS) -> None:
    """Take no more memory and time than such a file needs, and write no file."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, allowed = resource.getrlimit(what)
        least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(what, (least, least))


if __name__ == "__main__":
    main()

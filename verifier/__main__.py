"""The command. Ends with 0 if all is well, 1 at the first bad entry, 2 if it could not look."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from verifier.chain import LONGEST_LINE, RULES, Chain, Checkpoint, Fault, Rule
from verifier.market import Market


def verify(
    lines: Iterable[bytes],
    checkpoints: Sequence[Checkpoint] = (),
    rules: Sequence[Rule] = RULES,
) -> Checkpoint:
    """Follow a whole export; returns where it ends and raises Fault at its first bad entry."""
    chain, market = Chain(rules), Market()
    kept = {each.sequence: each for each in checkpoints}
    if any(kept[each.sequence].sha256 != each.sha256 for each in checkpoints):
        raise ValueError("two checkpoints of one entry contradict each other")
    for line in lines:
        entry = chain.follow(line)
        market.follow(entry)
        here = kept.pop(chain.sequence, None)
        if here is not None and here.sha256 != chain.sha256:
            raise Fault(chain.sequence, "it or one before it was changed since the checkpoint")
    kept.pop(0, None)
    if kept:
        last = max(kept)
        raise Fault(chain.sequence + 1, f"it is missing: there were {last:,} at a checkpoint")
    return Checkpoint(f"{chain.sequence}:{chain.sha256}")


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, none of them endless."""
    return iter(partial(file.readline, LONGEST_LINE + 1), b"")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m verifier", description="Checks exported records.")
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="an export; several, the oldest first"
    )
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        type=_checkpoint,
        metavar="SEQUENCE:HASH",
        help="one that was kept, from a receipt or `marketplace record checkpoint`",
    )
    asked = parser.parse_args(arguments)
    checkpoints: list[Checkpoint] = asked.checkpoint
    for path in asked.files:
        try:
            with path.open("rb") as file:
                end = verify(lines_of(file), checkpoints)
        except Fault as fault:
            print(f"{path}: {fault}")
            return 1
        except (OSError, ValueError) as fault:
            print(f"verifier: {path}: {fault}", file=sys.stderr)
            return 2
        print(f"{path}: {end.sequence:,} entries, all well. Checkpoint {end.sequence}:{end.sha256}")
        # Where an older export ends, a newer one must have passed.
        checkpoints.append(end)
    return 0


def _checkpoint(text: str) -> Checkpoint:
    try:
        return Checkpoint(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


if __name__ == "__main__":
    sys.exit(main())

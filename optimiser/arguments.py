"""What may stand on the command line."""

import argparse
import math
import os
from collections.abc import Callable
from pathlib import Path


def parser() -> argparse.ArgumentParser:
    commands = argparse.ArgumentParser(
        prog="python -m optimiser",
        description="Group requirements of many authorities into lots, share what they bring, "
        "and explain why.",
    )
    verbs = commands.add_subparsers(dest="command", required=True, metavar="COMMAND")
    group = verbs.add_parser("group", help="the best lots, with a proof of how good they are")
    group.add_argument("instance", type=Path, metavar="INSTANCE", help="a folder of CSV files")
    group.add_argument("--out", type=Path, required=True, metavar="SOLUTION.json")
    group.add_argument(
        "--time-limit",
        type=number("a number of seconds of at least 0", lambda x: x >= 0),
        metavar="S",
        help="seconds for the whole run, reading and writing included; unless said: no limit",
    )
    group.add_argument(
        "--gap",
        type=number("a number from 0 to below 1", lambda x: 0 <= x < 1),
        default=0.0,
        metavar="G",
        help="stop where the bound is proven to be no further than this part above the lots",
    )
    group.add_argument(
        "--workers",
        type=processes,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes to use; unless said: one for each processor",
    )
    share = verbs.add_parser("share", help="how each lot's benefit is divided")
    explain = verbs.add_parser("explain", help="why a requirement is where it is")
    explain.add_argument("--requirement", required=True, metavar="ID", help="whose story to tell")
    for verb, out in ((share, "SHARES.json"), (explain, "WHY.json")):
        verb.add_argument("instance", type=Path, metavar="INSTANCE", help="a folder of CSV files")
        verb.add_argument("solution", type=Path, metavar="SOLUTION.json", help="what group wrote")
        verb.add_argument("--out", type=Path, required=True, metavar=out)
    return commands


def number(expected: str, fits: Callable[[float], bool]) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not (math.isfinite(found) and fits(found)):
            raise argparse.ArgumentTypeError(f"{text!r} found; expected {expected}")
        return found

    return parse


def processes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 256 and len(text) <= 4):
        raise argparse.ArgumentTypeError(f"{text!r} found; expected a whole number from 1 to 256")
    return int(text)

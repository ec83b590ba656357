"""The chain: each entry is whole, in its place, and holds the hash of the one before."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

BEGINNING = "0" * 64
LONGEST_LINE = 1024 * 1024
KEYS = (
    *("action", "actor", "at", "detail", "object", "object_id", "previous", "recorded_at"),
    *("sequence", "sha256"),
)
HASH_PART = len(',"sha256":""}') + 64
"""How much of a line's end is its hash, which covers the rest."""

Entry = Mapping[str, Any]

_is_hash = re.compile("[0-9a-f]{64}").fullmatch
_is_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z").fullmatch
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class Fault(Exception):
    """The first bad entry, and what is wrong with it."""

    def __init__(self, sequence: int, why: str) -> None:
        super().__init__(f"entry {sequence}: {why}")
        self.sequence, self.why = sequence, why


class Chain:
    """What is known after the entries read so far."""

    def __init__(self, rules: Sequence["Rule"]) -> None:
        self.rules = rules
        self.sequence, self.sha256, self.recorded_at = 0, BEGINNING, ""

    def follow(self, line: bytes) -> Entry:
        """Read the next line; raises Fault where it is not the next entry."""
        due = self.sequence + 1
        if len(line) > LONGEST_LINE:
            raise Fault(due, f"the line is longer than {LONGEST_LINE:,} bytes")
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as fault:
            raise Fault(due, f"the line is not whole: {fault}") from None
        if type(entry) is not dict or tuple(entry) != KEYS:
            raise Fault(due, f"the line does not hold {', '.join(KEYS)} in this order, once each")
        for rule in self.rules:
            if why := rule(self, entry, line):
                raise Fault(due, why)
        self.sequence, self.sha256 = due, entry["sha256"]
        self.recorded_at = entry["recorded_at"]
        return entry


Rule = Callable[[Chain, dict[str, Any], bytes], str]
"""Says what is wrong with an entry, or nothing."""


def in_place(chain: Chain, entry: Entry, line: bytes) -> str:
    due, found = chain.sequence + 1, entry["sequence"]
    if type(found) is int and found == due:
        return ""
    return f"it is missing: {found!r} stands in its place"[:200]


def hash_fits(chain: Chain, entry: Entry, line: bytes) -> str:
    covered = line[: -HASH_PART - 1] + b"}"
    if hashlib.sha256(covered).hexdigest() == entry["sha256"]:
        return ""
    return "its hash is not that of its content: it was changed"


def canonical(chain: Chain, entry: Entry, line: bytes) -> str:
    """There is one way to write an entry, so that no two readers can understand it differently."""
    try:
        same = _write(entry).encode() + b"\n" == line
    except (ValueError, RecursionError):
        same = False
    return "" if same else "it is not written in the canonical form"


def linked(chain: Chain, entry: Entry, line: bytes) -> str:
    if entry["previous"] == chain.sha256:
        return ""
    if not chain.sequence:
        return "it does not begin a record"
    return f"it does not hold the hash of entry {chain.sequence}: one of the two was changed"


def in_time(chain: Chain, entry: Entry, line: bytes) -> str:
    for name in ("recorded_at", "at"):
        if not (type(entry[name]) is str and _is_time(entry[name])):
            return f"{name} is not a time like 2027-01-31T12:00:00.000000Z"
    if entry["recorded_at"] < chain.recorded_at:
        return f"time runs back, from {chain.recorded_at} to {entry['recorded_at']}"
    return ""


RULES: tuple[Rule, ...] = (in_place, canonical, hash_fits, linked, in_time)


class Checkpoint:
    """A sequence and a hash that somebody kept elsewhere."""

    def __init__(self, text: str) -> None:
        """Raises ValueError for anything but SEQUENCE:HASH."""
        number, _, sha256 = text.strip().lower().partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 19 and _is_hash(sha256)):
            raise ValueError(f"{text!r} is not a checkpoint like 1234:{'ab' * 4}… (64 digits)")
        self.sequence, self.sha256 = int(number), sha256

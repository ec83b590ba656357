"""Records made up and changed by somebody who knows the format well."""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BEGINNING = "0" * 64
Line = bytes
Entry = dict[str, Any]


def written(content: Entry) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def sealed(entry: Entry) -> Line:
    """The entry with the hash of what it says now."""
    content = {name: value for name, value in entry.items() if name != "sha256"}
    sha256 = hashlib.sha256(written(content).encode()).hexdigest()
    return f"{written({**content, 'sha256': sha256})}\n".encode()


def chained(entries: Sequence[Entry]) -> list[Line]:
    """All of it with the right hashes; what each entry says is left alone."""
    lines, previous = [], BEGINNING
    for entry in entries:
        lines.append(sealed({**entry, "previous": previous}))
        previous = json.loads(lines[-1])["sha256"]
    return lines


def read(lines: Sequence[Line]) -> list[Entry]:
    return [json.loads(line) for line in lines]


@dataclass(frozen=True)
class Mutation:
    """A changed copy, and the entry that a verifier must name."""

    kind: str
    content: bytes
    first_bad: int
    tells: int | None = None
    """The changed entry itself, where its hash is right: it may tell what cannot have been."""

    def is_named_by(self, entry: int | None) -> bool:
        return entry is not None and entry in (self.first_bad, self.tells)


def mutation(lines: Sequence[Line], kind: str, rng: random.Random) -> Mutation:
    """One change of the kind somewhere in the record."""
    copy, at = list(lines), rng.randrange(len(lines))
    place, tells = at + 1, None
    if kind == "change":
        line = bytearray(copy[at])
        where = rng.randrange(len(line))
        line[where] = rng.choice([byte for byte in range(256) if byte != line[where]])
        copy[at] = bytes(line)
    elif kind == "change and hash anew":
        entry = json.loads(copy[at])
        name = rng.choice(["action", "actor", "object", "object_id"])
        copy[at] = sealed({**entry, name: f"{entry[name]}x"})
        # Its neighbour does not hold to it; the last is found by the checkpoint alone.
        place, tells = min(at + 2, len(lines)), at + 1
    elif kind == "swap":
        other = rng.choice([index for index in range(len(lines)) if index != at])
        copy[at], copy[other] = copy[other], copy[at]
        place = min(at, other) + 1
    elif kind == "drop":
        del copy[at]
    elif kind == "insert":
        copy.insert(at, copy[rng.choice([index for index in range(len(lines)) if index != at])])
    elif kind == "duplicate":
        copy.insert(at, copy[at])
        place = at + 2
    elif kind == "truncate":
        copy[at:] = [copy[at][: rng.randrange(len(copy[at]))]]
    return Mutation(kind, b"".join(copy), place, tells)


KINDS = (
    "change",
    "change and hash anew",
    "swap",
    "drop",
    "insert",
    "duplicate",
    "truncate",
)


def story() -> list[Entry]:
    """A lot from its publication to its award, with three bids of which one is withdrawn."""
    steps = (
        ("lot_published", "l", 9, {"deadline": "2027-03-01T12:00:00+00:00"}),
        ("bid_submitted", "a", 10, {"revision": 1, "sha256": "0" * 64}),
        ("bid_submitted", "b", 11, {"revision": 1, "sha256": "1" * 64}),
        ("bid_withdrawn", "b", 11, {}),
        (
            "deadline_extended",
            *("l", 11),
            {"before": "2027-03-01T12:00:00+00:00", "after": "2027-03-01T15:00:00+00:00"},
        ),
        ("bid_submitted", "a", 13, {"revision": 2, "sha256": "2" * 64}),
        ("bid_submitted", "c", 14, {"revision": 1, "sha256": "3" * 64}),
        ("bids_opened", "l", 16, {"bids": 2, "unreadable": 0}),
        ("lot_awarded", "x", 17, {}),
    )
    return [
        {
            "action": action,
            "actor": "p",
            "at": f"2027-03-01T{hour:02d}:00:00.000000Z",
            "detail": {"lot": "LOT-2027-0001", **detail},
            "object": "thing",
            "object_id": thing,
            "previous": "",
            "recorded_at": f"2027-03-01T{hour:02d}:00:01.000000Z",
            "sequence": number,
        }
        for number, (action, thing, hour, detail) in enumerate(steps, start=1)
    ]

"""A record tells when a lot's seal root was published, and the verifier checks it."""

import hashlib
import re

import pytest

from tests.audit.forging import chained, story
from verifier.__main__ import verify
from verifier.chain import Fault

LOT = "6f045994-1f02-4e29-9c44-19ba5a6f0da2"
ROOT = hashlib.sha256("\n".join(["seal root 1", LOT, "2", "2" * 64, "3" * 64]).encode()).hexdigest()
SEALED, FIRST_PART = 8, 9


def sealed_story(**changes: dict) -> list[dict]:
    """The story with openers, a root and a part; `changes` are details by the step's name."""
    entries = story()
    entries[0]["detail"]["openers"] = ["a", "b", "c"]
    for entry in entries:
        if entry["object_id"] == "l":
            entry["object_id"] = LOT
    steps = {
        "root": ("bids_sealed", {"lot_id": LOT, "bids": 2, "root": ROOT}),
        "part": ("part_given", {"opener": "a", "root": ROOT}),
    }
    for place, (name, (action, detail)) in enumerate(steps.items(), start=7):
        entries.insert(
            place,
            {
                **entries[6],
                "action": action,
                "object_id": LOT,
                "at": "2027-03-01T15:30:00.000000Z",
                "recorded_at": "2027-03-01T15:30:00.000000Z",
                "detail": {"lot": "LOT-2027-0001", **detail, **changes.get(name, {})},
            },
        )
    return entries


def in_order(entries: list[dict], *places: int) -> list[bytes]:
    """The entries at these places, numbered anew, with times that go with the order."""
    times = [entry["recorded_at"] for entry in entries]
    return chained(
        [
            {**entries[place - 1], "sequence": number, "recorded_at": time}
            for number, (place, time) in enumerate(zip(places, times, strict=False), start=1)
        ]
    )


ALL = range(1, 12)
DISORDER = {
    "opened without a root": (
        in_order(sealed_story(), *(p for p in ALL if p not in (SEALED, FIRST_PART))),
        *(8, "root was not published"),
    ),
    "an opener before the root": (
        in_order(sealed_story(), 1, 2, 3, 4, 5, 6, 7, 9, 8, 10, 11),
        *(8, "an opener acted before the root"),
    ),
    "a bid after the root": (
        in_order(sealed_story(), 1, 2, 3, 4, 5, 6, 8, 7, 9, 10, 11),
        *(7, "2 bids and 1 stood"),
    ),
    "a root of other bids": (
        in_order(sealed_story(root={"root": "0" * 64}), *ALL),
        *(8, "not that of the bids that stood"),
    ),
    "a root of fewer bids": (
        in_order(sealed_story(root={"bids": 1}), *ALL),
        *(8, "1 bids and 2 stood"),
    ),
    "a root of another lot": (
        in_order(sealed_story(root={"lot_id": "x"}), *ALL),
        *(8, "bids and"),
    ),
}


def test_a_sealed_market_in_order_is_well():
    assert verify(in_order(sealed_story(), *ALL)).sequence == 11


@pytest.mark.parametrize("name", DISORDER)
def test_a_seal_root_that_does_not_fit_is_found(name):
    lines, place, words = DISORDER[name]
    with pytest.raises(Fault, match=re.escape(words)) as fault:
        verify(lines)
    assert fault.value.sequence == place


def test_a_root_before_the_deadline_is_found():
    entries = sealed_story()
    entries[SEALED - 1]["at"] = "2027-03-01T14:59:59.999999Z"
    with pytest.raises(Fault, match="before the deadline") as fault:
        verify(in_order(entries, *ALL))
    assert fault.value.sequence == SEALED

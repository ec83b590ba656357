"""The order of the market: when a lot took bids, and what came after."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from verifier.chain import Entry, Fault


@dataclass
class Lot:
    """A lot as the entries so far tell of it."""

    deadline: datetime | None = None
    sealed_to_openers: bool = False
    """Whether it named openers: then its root comes before its opening."""
    standing: dict[str, str] = field(default_factory=dict)
    """The bids that were accepted and not withdrawn, with the hash of the last of each."""
    root: bool = False
    """Whether the number and the hash of all bids were published."""
    over: str = ""
    """What ended the time for bids: the opening or a cancellation."""
    awarded: bool = False


class Market:
    """All lots; an entry that does not fit what came before is a fault."""

    def __init__(self) -> None:
        self.lots: dict[str, Lot] = {}

    def follow(self, entry: Entry) -> None:
        """Take in the next entry; raises Fault."""
        step = STEPS.get(entry["action"])
        if step is None:
            return
        name = entry["detail"].get("lot") if type(entry["detail"]) is dict else None
        if type(name) is not str:
            raise Fault(entry["sequence"], "it does not say for which lot")
        try:
            why = step(self.lots.setdefault(name, Lot()), entry, _time(entry["at"]))
        except (KeyError, TypeError, ValueError) as fault:
            why = f"its detail cannot be read: {fault!r}"
        if why:
            raise Fault(entry["sequence"], f"{name}: {why}")


def published(lot: Lot, entry: Entry, at: datetime) -> str:
    if lot.deadline or lot.over:
        return "it was published or cancelled before"
    lot.deadline = _time(entry["detail"]["deadline"])
    lot.sealed_to_openers = "openers" in entry["detail"]
    return "" if lot.deadline > at else "its deadline was over when it was published"


def extended(lot: Lot, entry: Entry, at: datetime) -> str:
    if why := _not_open(lot, at):
        return f"the deadline was moved though {why}"
    before, after = _time(entry["detail"]["before"]), _time(entry["detail"]["after"])
    if before != lot.deadline:
        return f"the deadline was {lot.deadline}, not {before}"
    if entry["detail"].get("asked_by") == entry["actor"] and entry["actor"]:
        return "one person alone moved the deadline"
    lot.deadline = after
    return "" if after > before else "the deadline was moved to an earlier time"


def submitted(lot: Lot, entry: Entry, at: datetime) -> str:
    if why := _late("accepted", lot, at):
        return why
    lot.standing[entry["object_id"]] = entry["detail"]["sha256"]
    return ""


def confirmed(lot: Lot, entry: Entry, at: datetime) -> str:
    if entry["object_id"] not in lot.standing:
        return "a bid was confirmed that did not stand"
    return _late("confirmed", lot, at)


def withdrawn(lot: Lot, entry: Entry, at: datetime) -> str:
    if entry["object_id"] not in lot.standing:
        return "a bid was withdrawn that did not stand"
    del lot.standing[entry["object_id"]]
    return _late("withdrawn", lot, at)


def sealed(lot: Lot, entry: Entry, at: datetime) -> str:
    """The close: from here on no bid is taken, whatever the clock says."""
    if lot.over or lot.deadline is None:
        return f"its root was published though {lot.over or 'it was never published'}"
    if at < lot.deadline:
        return f"its root was published before the deadline, {lot.deadline}"
    lot.over, lot.root = "its bids were sealed", True
    hashes = sorted(lot.standing.values())
    lines = ["seal root 1", entry["detail"]["lot_id"], str(len(hashes)), *hashes]
    if entry["detail"]["lot_id"] != entry["object_id"] or entry["detail"]["bids"] != len(hashes):
        return f"its root speaks of {entry['detail']['bids']} bids and {len(hashes)} stood"
    if entry["detail"]["root"] != hashlib.sha256("\n".join(lines).encode()).hexdigest():
        return "its root is not that of the bids that stood"
    return ""


def part_given(lot: Lot, entry: Entry, at: datetime) -> str:
    return "" if lot.root else "an opener acted before the root was published"


def opened(lot: Lot, entry: Entry, at: datetime) -> str:
    if lot.deadline is None or (lot.over and not lot.root):
        return f"bids were opened though {lot.over or 'it was never published'}"
    if lot.sealed_to_openers and lot.over != "its bids were sealed":
        return f"bids were opened though {lot.over or 'their root was not published'}"
    if at < lot.deadline:
        return f"bids were opened before the deadline, {lot.deadline}"
    lot.over = "its bids were opened"
    if entry["detail"]["bids"] != len(lot.standing):
        return f"{entry['detail']['bids']} bids were opened and {len(lot.standing)} stood"
    return ""


def cancelled(lot: Lot, entry: Entry, at: datetime) -> str:
    if lot.awarded:
        return "it was cancelled after its award"
    lot.over = "it was cancelled"
    return ""


def awarded(lot: Lot, entry: Entry, at: datetime) -> str:
    if lot.awarded or lot.over != "its bids were opened":
        return "it was awarded twice, or without its bids being opened"
    lot.awarded = True
    return ""


Step = Callable[[Lot, Entry, datetime], str]

STEPS: dict[Any, Step] = {
    "lot_published": published,
    "deadline_extended": extended,
    "bid_submitted": submitted,
    "bid_confirmed": confirmed,
    "bid_withdrawn": withdrawn,
    "bids_sealed": sealed,
    "part_given": part_given,
    "bids_opened": opened,
    "lot_cancelled": cancelled,
    "lot_awarded": awarded,
}


def _late(done: str, lot: Lot, at: datetime) -> str:
    why = _not_open(lot, at)
    return f"a bid was {done} though {why}" if why else ""


def _not_open(lot: Lot, at: datetime) -> str:
    """Why the lot takes no bids at that time, or nothing."""
    if lot.deadline is None:
        return "it was never published"
    return lot.over or ("" if at < lot.deadline else f"the deadline was {lot.deadline}")


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment

"""The order of the market: when a lot took bids, and what came after."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from verifier.chain import Entry, Fault


@dataclass
class Lot:
    """A lot as the entries so far tell of it."""

    deadline: datetime | None = None
    standing: set[str] = field(default_factory=set)
    """The bids that were accepted and not withdrawn."""
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
    return "" if lot.deadline > at else "its deadline was over when it was published"


def extended(lot: Lot, entry: Entry, at: datetime) -> str:
    if why := _not_open(lot, at):
        return f"the deadline was moved though {why}"
    before, after = _time(entry["detail"]["before"]), _time(entry["detail"]["after"])
    if before != lot.deadline:
        return f"the deadline was {lot.deadline}, not {before}"
    lot.deadline = after
    return "" if after > before else "the deadline was moved to an earlier time"


def submitted(lot: Lot, entry: Entry, at: datetime) -> str:
    lot.standing.add(entry["object_id"])
    return _late("accepted", lot, at)


def withdrawn(lot: Lot, entry: Entry, at: datetime) -> str:
    if entry["object_id"] not in lot.standing:
        return "a bid was withdrawn that did not stand"
    lot.standing.discard(entry["object_id"])
    return _late("withdrawn", lot, at)


def opened(lot: Lot, entry: Entry, at: datetime) -> str:
    if lot.over or lot.deadline is None:
        return f"bids were opened though {lot.over or 'it was never published'}"
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
    "bid_withdrawn": withdrawn,
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

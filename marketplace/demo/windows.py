"""Joining windows in the demo: approved, answered by each authority, and closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.grouping.models import Barrier, Proposal
from marketplace.lots import queries
from marketplace.lots.closing import close_joining
from marketplace.lots.conditions import Condition
from marketplace.lots.joining import commit_if, commit_to_lot, decline_lot, open_joining
from marketplace.lots.models import Lot

DECLINED = (
    (Barrier.TIME, "Our contract ends before this lot could start, and cannot be extended."),
    (Barrier.LOSS_OF_CONTROL, "Members want to decide on the local terms themselves."),
    (Barrier.LOCK_IN, "We would have to pay to leave the contract that we have."),
    (Barrier.SKILLS_AND_CAPACITY, "Nobody here has the time for the specification this quarter."),
)


@dataclass(frozen=True)
class Window:
    """The days of a joining window, counted from today, and how the authorities answer."""

    opens: int
    closes: int
    decline: int = 0
    """How many decline, as long as two are left."""
    fails: bool = False
    """Everybody but those who are kept declines."""
    silent: int = 0
    """How many have not answered; Camden is one of them."""
    condition: bool = False
    """Whether one of them joins on a condition."""
    closed: int | None = None
    """The day on which a reviewer closes it."""
    keep: frozenset[str] = field(default_factory=lambda: frozenset({"CAM"}))
    """Who does not decline."""


def opened(world: World, proposal: Proposal, window: Window) -> History[Lot]:
    """Approve a proposal, and let the authorities answer."""
    day = world.timeline.day
    yield day(window.opens, 11, 5)
    lot = open_joining(
        world.session,
        proposal,
        closes_at=day(window.closes, 17),
        by=world.reviewers[0],
        at=world.now,
    )
    members = queries.members(world.session, lot)
    answers = _answers(list(dict.fromkeys(str(m.authority.short_code) for m in members)), window)
    days = range(window.opens + 2, min(window.closes, 0), 2)
    for number, (short, declines) in enumerate(answers.items()):
        yield day(days[min(number, len(days) - 1)], 10, 15 + number)
        _answer(world, lot, short, number if declines else None)
    if window.condition:
        yield day(days[-1], 16, 10)
        _commit_if(world, lot, next(iter(answers)))
    return lot


def closed(world: World, lot: Lot, window: Window) -> History[bool]:
    """Close the window; whether the lot goes on."""
    yield world.timeline.day(window.closed or 0, 9, 30)
    result = close_joining(world.session, lot, by=world.reviewers[0], at=world.now)
    return result.goes_on


def _answers(shorts: list[str], window: Window) -> Mapping[str, bool]:
    """Who answers, in order, and whether it declines; Camden speaks last or stays silent."""
    willing = sorted(short for short in shorts if short not in window.keep)
    kept = sorted(short for short in shorts if short in window.keep)
    answering = (kept + willing)[window.silent :] if window.silent else willing + kept
    most = len(shorts) if window.fails else min(window.decline, max(len(shorts) - 2, 0))
    declining = [short for short in answering if short not in window.keep][:most]
    return {short: short in declining for short in answering}


def _commit_if(world: World, lot: Lot, short: str) -> None:
    """One of them changes its mind: it joins only if another does."""
    person = world.commissioners[short]
    commit_if(
        world.session,
        lot,
        person.organisation,
        Condition(at_least_members=2),
        by=person,
        at=world.now,
    )


def _answer(world: World, lot: Lot, short: str, barrier: int | None) -> None:
    person = world.commissioners[short]
    if barrier is None:
        commit_to_lot(world.session, lot, person.organisation, by=person, at=world.now)
        return
    why, reason = DECLINED[barrier % len(DECLINED)]
    decline_lot(
        world.session,
        lot,
        person.organisation,
        reason=reason,
        barrier=why,
        by=person,
        at=world.now + timedelta(minutes=1),
    )

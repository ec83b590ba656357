"""A wave that a reviewer proposed: some have agreed, one declined, others are awaited."""

from datetime import date, timedelta

from marketplace.contracts.planning import Window
from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.grouping.models import Barrier
from marketplace.waves import queries
from marketplace.waves.asking import Register, question, register
from marketplace.waves.finding import Wave as Found
from marketplace.waves.finding import waves_of
from marketplace.waves.models import Wave
from marketplace.waves.services import Chosen, agree, choose, decline, propose_wave

CATEGORY = "79530000"
PROPOSED = -6
NOTE = (
    "Most of these contracts end within a quarter, and three suppliers have them all. Haringey "
    "would lead, with the specification that it wrote last year."
)
AGREED = ("HCK", "HGY")
DECLINED = "WST"
REASON = "Our contract has a year’s extension that is cheaper than what the market asks now."


def proposed(world: World) -> History[None]:
    """Six days ago a reviewer asked; the answers came since."""
    yield world.timeline.day(PROPOSED, 10, 5)
    chosen = _best(world)
    if chosen is None:
        return
    wave = propose_wave(
        world.session,
        chosen,
        note=NOTE,
        answer_by=world.timeline.today + timedelta(days=21),
        by=world.reviewers[0],
        at=world.now,
    )
    key = wave.id
    asked = {str(row.short_code) for row in chosen.rows}
    for number, short in enumerate(each for each in (*AGREED, DECLINED) if each in asked):
        yield world.timeline.day(PROPOSED + 1 + number, 11, 20)
        _answer(world, queries.wave(world.session, world.commissioners[short], key), short)


def _answer(world: World, wave: Wave, short: str) -> None:
    by, at = world.commissioners[short], world.now
    if short == DECLINED:
        decline(world.session, wave, barrier=Barrier.LOCK_IN, reason=REASON, by=by, at=at)
    else:
        agree(world.session, wave, post=False, by=by, at=at)


def _best(world: World) -> Chosen | None:
    """The wave of most worth, as the reviewer’s page shows it."""
    today, slack = world.now.date(), Window()
    reviewer = world.reviewers[0]
    found = register(world.session, reviewer, queries.ALL_LONDON, today, CATEGORY, breaking=True)
    best = _first(world, found, slack, today)
    if best is None:
        return None
    return choose(world.session, found, CATEGORY, best.references, slack, today)


def _first(world: World, found: Register, slack: Window, today: date) -> Found | None:
    return next(iter(waves_of(question(world.session, found, slack, today), CATEGORY)), None)

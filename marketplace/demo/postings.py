"""Posting requirements in the demo: in waves for the lots, and the thousand of today."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from marketplace.accounts.models import Organisation
from marketplace.demo.needs import Window, Writer
from marketplace.demo.shelves import WARES
from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.requirements.models import Requirement, RequirementStatus
from marketplace.requirements.queries import is_taken
from marketplace.requirements.services import (
    Need,
    copy_requirement,
    draft_requirement,
    draft_requirements,
    edit_requirement,
    post_requirements,
    set_exclusions,
    withdraw_requirement,
)

TODAYS = 1000
DRAFTS = 45
A_SITTING = 6
EXCLUSIONS = 24
WINDOW = Window((3, 18), (1, 5))


def post(world: World, authority: Organisation, needs: Sequence[Need]) -> list[Requirement]:
    """An officer's sitting: draft and post what the authority needs, now."""
    by = world.commissioner_of(authority)
    pairs = [(authority, need) for need in needs]
    drafted = draft_requirements(world.session, pairs, by=by, at=world.now)
    post_requirements(world.session, drafted, by=by, at=world.now)
    return drafted


def wave(
    world: World, posted: Mapping[str, str], days: tuple[int, int], window: Window
) -> History[list[Requirement]]:
    """Authorities, split at spaces, post in each of their categories between two days."""
    writer = Writer(world.rng, world.timeline)
    sittings = [
        (short, codes.split()) for shorts, codes in posted.items() for short in shorts.split()
    ]
    made: list[Requirement] = []
    moments = world.timeline.working_times(world.rng, days, len(sittings))
    for moment, (short, codes) in zip(moments, sittings, strict=True):
        yield moment
        authority = world.authority(short)
        needs = [writer.need(WARES[code], authority, window) for code in codes]
        made += post(world, authority, needs)
    return made


def clear_away(world: World, posted: Sequence[Requirement], day: int) -> History[None]:
    """Those that no lot has were bought alone after all, so they are withdrawn."""
    for number, requirement in enumerate(posted):
        yield world.timeline.day(day, 11 + number // 50, number % 50)
        still_there = requirement.status == RequirementStatus.POSTED
        if still_there and not is_taken(world.session, requirement):
            by = world.commissioner_of(requirement.authority)
            withdraw_requirement(world.session, requirement, by=by, at=world.now)


def todays(world: World) -> History[None]:
    """What London posts now: some edited, some withdrawn, the rest as it is."""
    writer = Writer(world.rng, world.timeline)
    shorts, codes = sorted(world.commissioners), sorted(WARES)
    sittings = TODAYS // A_SITTING
    for number, moment in enumerate(world.timeline.working_times(world.rng, (-95, -6), sittings)):
        yield moment
        turn, place = divmod(number, len(shorts))
        authority = world.authority(shorts[place])
        # Each authority begins elsewhere in the list, and goes through it in its sittings.
        first = turn * A_SITTING + place * 3
        wares = [WARES[codes[(first + n) % len(codes)]] for n in range(A_SITTING)]
        posted = post(world, authority, [writer.need(ware, authority, WINDOW) for ware in wares])
        if number % 3 == 0:
            world.timeline.begin(_edited(world, posted[0]))
        if number % 5 == 0:
            world.timeline.begin(_withdrawn(world, posted[-1]))


def drafts(world: World) -> History[None]:
    """Requirements begun and not posted; a few are copies of posted ones."""
    writer = Writer(world.rng, world.timeline)
    shorts, codes = sorted(world.commissioners), sorted(WARES)
    for number in range(DRAFTS):
        yield world.timeline.day(-30 + number * 25 // DRAFTS, 15, number)
        authority = world.authority(shorts[number * 5 % len(shorts)])
        ware = WARES[codes[number * 11 % len(codes)]]
        by = world.commissioner_of(authority)
        need = writer.need(ware, authority, WINDOW)
        draft = draft_requirement(world.session, authority, need, by=by, at=world.now)
        if number % 15 == 0:
            copy_requirement(world.session, draft, by=by, at=world.now)


def exclusions(world: World) -> History[None]:
    """Some authorities will not share some categories with some others."""
    shorts, codes = sorted(world.commissioners), sorted(WARES)
    for number in range(EXCLUSIONS):
        yield world.timeline.day(-110 + number, 12, number)
        one, other = world.rng.sample(shorts, 2)
        set_exclusions(
            world.session,
            world.authority(one),
            codes[number % len(codes)],
            [world.authority(other)],
            by=world.commissioners[one],
            at=world.now,
        )


def _edited(world: World, requirement: Requirement) -> History[None]:
    yield world.now + timedelta(days=4, hours=1)
    if is_taken(world.session, requirement):
        return
    value = round(requirement.value * Decimal("1.08"), -2)
    changed = replace(Need.of(requirement), value=value)
    by = world.commissioner_of(requirement.authority)
    edit_requirement(world.session, requirement, changed, version=None, by=by, at=world.now)


def _withdrawn(world: World, requirement: Requirement) -> History[None]:
    yield world.now + timedelta(days=5, hours=2)
    if is_taken(world.session, requirement):
        return
    by = world.commissioner_of(requirement.authority)
    withdraw_requirement(world.session, requirement, by=by, at=world.now)

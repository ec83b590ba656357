"""What the demo's Centre knows: roles that authorities keep, and what lots that ended taught."""

from zlib import crc32

from sqlalchemy import select

from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.directory.services import RoleTold, add_role, confirm_role
from marketplace.lessons.ended import lesson_of, tell
from marketplace.lots.models import Lot, LotStatus

ROLES = (
    ("Head of procurement", "", "procurement"),
    ("Head of library procurement", "22113000", "libraries"),
    ("Agency staff contract manager", "79620000", ""),
    ("Brokerage team leader, adult social care", "85311000", "brokerage"),
    ("Facilities contracts manager", "90910000", "facilities"),
)
LEFT_FOR_THE_VISITOR = 2
"""Lots that ended and of which nothing is told yet."""


def roles(world: World) -> History[None]:
    """Each authority keeps some roles; most confirmed them since, some let it slip."""
    yield world.timeline.day(-410, 10)
    kept = []
    for short, person in sorted(world.commissioners.items()):
        domain = person.organisation.name.lower().replace(" ", "-")
        number = crc32(short.encode())
        for place, (title, code, team) in enumerate(ROLES):
            if place and (number >> place) % 3 == 0:
                continue
            mailbox = f"{team}@{domain}.example" if team else ""
            told = RoleTold(title, code, mailbox)
            role = add_role(world.session, told, by=person, at=world.now)
            kept.append((number >> place, role, person))
    yield world.timeline.day(-60, 15)
    for chance, role, person in kept:
        if chance % 4:
            confirm_role(world.session, role, by=person, at=world.now)


def lessons(world: World) -> History[None]:
    """Reviewers said what lots taught, but for the last few."""
    yield world.timeline.day(-6, 16)
    ended = world.session.scalars(
        select(Lot)
        .where(Lot.status.in_((LotStatus.AWARDED, LotStatus.CANCELLED)))
        .order_by(Lot.created_at, Lot.reference)
    ).all()
    for lot in ended[:-LEFT_FOR_THE_VISITOR]:
        told = lesson_of(world.session, lot, world.now).told
        tell(world.session, lot, told, by=world.reviewers[1], at=world.now)

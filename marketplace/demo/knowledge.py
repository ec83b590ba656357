"""What the demo's Centre knows: roles that authorities keep, and what lots that ended taught."""

from datetime import timedelta
from decimal import Decimal
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.cases.services import make_case
from marketplace.clock import london_day
from marketplace.contracts.models import Contract, ContractSource
from marketplace.contracts.months import months_after
from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.directory.services import RoleTold, add_role, confirm_role
from marketplace.lessons.ended import lesson_of, tell
from marketplace.lots.models import Lot, LotStatus
from marketplace.savings.services import Report, report_period
from marketplace.savings.splitting import Trade

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


def cases_and_savings(world: World) -> History[None]:
    """A case for lots on the market and for what is awarded; what contracts came to so far."""
    yield world.timeline.day(-5, 11)
    lots = world.session.scalars(
        select(Lot)
        .where(Lot.status.in_((LotStatus.AWARDED, LotStatus.OPEN)))
        .order_by(Lot.created_at, Lot.reference)
    ).all()
    for lot in lots:
        make_case(world.session, lot, by=world.reviewers[0], at=world.now)
    yield world.timeline.day(-4, 10)
    contracts = world.session.scalars(
        select(Contract)
        .where(Contract.source == ContractSource.AWARD)
        .options(joinedload(Contract.authority))
        .order_by(Contract.reference)
    ).all()
    for contract in contracts:
        _report(world, contract)


def _report(world: World, contract: Contract) -> None:
    """Quarter by quarter since it began, as its authority would; some have not come to it."""
    number = crc32(contract.reference.encode())
    begins, value = contract.start_date, contract.value
    if begins is None or contract.end_date is None or value is None or number % 4 == 0:
        return
    person = world.commissioner_of(contract.authority)
    while True:
        ends = months_after(begins, 3) - timedelta(days=1)
        if ends >= london_day(world.now) or ends > contract.end_date:
            return
        report = Report(begins, ends, "orders", _trade(value, number))
        report_period(world.session, contract, report, by=person, at=world.now)
        begins, number = ends + timedelta(days=1), number >> 2


def _trade(value: Decimal, number: int) -> Trade:
    """A quarter's orders, a little more or fewer, a little above or below the signed price."""
    signed = (value / 4_000).quantize(Decimal("0.01"))
    alone = (signed * Decimal("1.06")).quantize(Decimal("0.01"))
    index = Decimal("1.02") if number % 3 == 0 else Decimal(1)
    extra = Decimal("0.50") if number % 5 == 0 else Decimal(0)
    paid = (signed * index * (Decimal(98 + number % 4) / 100) + extra).quantize(Decimal("0.01"))
    return Trade(Decimal(250), alone, Decimal(235 + number % 40), paid, index, extra)

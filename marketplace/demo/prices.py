"""What the demo's authorities pay for a unit: given over a year, and released by the quarter."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from zlib import crc32

from marketplace.categories.queries import policy_for
from marketplace.demo.shelves import WARES
from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.unit_prices.models import FIRST_LOOK, GivenPrice
from marketplace.unit_prices.quarters import beginning_of, financial_year, quarter_of
from marketplace.unit_prices.releasing import make_release, tell_others
from marketplace.unit_prices.services import Paid, give_price, withdraw_price

FIRST = "CAM CRO EAL ENF HCK ISL KIN LEW NEW"
"""Who gives prices from the start …"""
LATER = "BNT BRN CTY HGY LAM SWK TOW WST"
"""… and who comes half a year later."""
COMPARED = ("22113000", "30192700", "30213100", "39130000", "79530000", "79620000", "85312000")
FEW, LONE = "CAM CRO EAL", "98351000"
"""A category in which too few give theirs; the second of them withdraws it again."""
QUARTERS = 4
RISE = Decimal("1.03")
"""From one year to the next."""
DEARER = {("CAM", "22113000"): Decimal("1.35"), ("HCK", "30213100"): Decimal("1.2")}
"""Who pays more than most, and for what."""
NIGHT = timedelta(minutes=5)


def prices(world: World) -> list[History[None]]:
    """Prices given, one withdrawn, and the releases of the last year."""
    quarters = _quarters(world)
    first, half = quarters[0], quarters[2]
    year = financial_year(first)
    return [
        _given(world, FIRST, COMPARED, first - timedelta(days=20), year),
        _given(world, LATER, COMPARED[:5], half - timedelta(days=30), year),
        _given(world, FIRST, COMPARED[:4], half - timedelta(days=12), financial_year(half)),
        _few(world, half - timedelta(days=9), year),
        *(_released(world, day) for day in quarters),
    ]


def _quarters(world: World) -> list[date]:
    """The first days of the last quarters, the oldest first."""
    found = [quarter_of(world.timeline.today)]
    while len(found) < QUARTERS:
        found.append(quarter_of(found[-1] - timedelta(days=1)))
    return found[::-1]


def _given(world: World, shorts: str, codes: Sequence[str], day: date, year: int) -> History[None]:
    for number, short in enumerate(shorts.split()):
        yield world.timeline.day((day - world.timeline.today).days, 9, 5 + 3 * number)
        for code in codes:
            _give(world, short, code, year)


def _give(world: World, short: str, code: str, year: int) -> GivenPrice:
    policy = policy_for(world.session, code)
    by, paid = world.commissioners[short], _paid(world, short, code, year)
    return give_price(world.session, policy, paid, by=by, at=world.now)


def _paid(world: World, short: str, code: str, year: int) -> Paid:
    """Somewhere in the range of the ware; the same each time, and dearer with the years."""
    ware, number = WARES[code], crc32(f"{short}{code}".encode())
    low, high = (Decimal(str(each)) for each in ware.each)
    price = low + (high - low) * (number % 97) / 90
    price *= DEARER.get((short, code), 1)
    price *= RISE ** (year - financial_year(_quarters(world)[0]))
    thousands = ware.yearly[0] + (ware.yearly[1] - ware.yearly[0]) * (number % 31) / 90
    return Paid(year, Decimal(round(1000 * Decimal(thousands) / price)), round(price, 2))


def _few(world: World, day: date, year: int) -> History[None]:
    """Three give the price of what hardly anybody buys, and one thinks better of it."""
    given = []
    for number, short in enumerate(FEW.split()):
        yield world.timeline.day((day - world.timeline.today).days, 14, number)
        given.append(_give(world, short, LONE, year))
    yield world.timeline.day((day - world.timeline.today).days, 15, 20)
    by = world.commissioners[FEW.split()[1]]
    withdraw_price(world.session, given[1], by=by, at=world.now)


def _released(world: World, day: date) -> History[None]:
    """The worker makes the release in the night, and tells the others after two weeks."""
    released = beginning_of(day) + NIGHT
    if released > world.timeline.end:
        return
    yield released
    made_at = world.now
    make_release(world.session, day, at=made_at)
    if made_at + FIRST_LOOK + NIGHT > world.timeline.end:
        return
    yield made_at + FIRST_LOOK + NIGHT
    tell_others(world.session, world.now)

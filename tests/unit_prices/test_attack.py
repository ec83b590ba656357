"""What can be worked out of others' prices: an attack that asks everything over ten releases.

The attacker is an authority that gives its own price, changes it as it likes, and reads every page
that it may read. It is told more than the site tells anybody: who was in which figure, and when
whose price changed. From that it subtracts, and solves for what each price can be at all.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pulp
import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.unit_prices import guarding
from marketplace.unit_prices.models import FigurePrice, GivenPrice, PriceFigure
from marketplace.unit_prices.quarters import beginning_of, next_quarter
from marketplace.unit_prices.releasing import make_release
from tests import factories
from tests.unit_prices.worlds import give

BOOKS, UNIT, YEAR = "22113000", "books", 2024
FIRST = date(2024, 7, 1)
RELEASES = 10
OTHERS = 10
TOLERANCE = 0.10
SEEDS = (1, 7, 8)
LEAST, MOST = 1.0, 100.0
"""Between what the attacker knows every price to lie from the start, in pounds."""
Unknown = tuple[object, Decimal]
"""A price of an authority: corrected, it is another one to find."""


@dataclass
class Market:
    """Authorities that come, go and correct: what happens between two releases is drawn."""

    session: object
    rng: random.Random
    spy: object
    others: list[object] = field(default_factory=list)
    given: dict[object, GivenPrice] = field(default_factory=dict)

    def play(self) -> None:
        day = FIRST
        for number in range(RELEASES):
            at = beginning_of(day) - timedelta(days=10)
            for authority in self._who_changes(number):
                self._change(authority, at)
            make_release(self.session, day, at=beginning_of(day) + timedelta(hours=3))
            day = next_quarter(day)

    def _who_changes(self, number: int) -> list[object]:
        """Five at first; then one alone as often as several, and the attacker whenever it likes."""
        if number == 0:
            return [self.spy, *self.others[:5]]
        count = 1 if self.rng.random() < 0.5 else self.rng.randint(4, 9)
        spying = [self.spy] if self.rng.random() < 0.5 else []
        return [*self.rng.sample(self.others, count), *spying]

    def _change(self, authority, at) -> None:
        before = self.given.pop(authority, None)
        if before is not None:
            before.withdrawn_at = at
            if authority is not self.spy and self.rng.random() < 0.5:
                return
        price = Decimal(self.rng.randint(700, 2_200)) / 100
        quantity = Decimal(self.rng.randint(50, 150))
        self.given[authority] = give(
            self.session,
            authority,
            BOOKS,
            str(price),
            unit=UNIT,
            quantity=quantity,
            year=YEAR,
            at=at,
        )
        self.given[authority].given_at = at


@dataclass
class Seen:
    """A figure as the attacker reads it, and who it knows to be in it with which price."""

    shown: list[float]
    """The lower value, the median and the upper value."""
    members: list[Unknown]


class Attacker:
    """Reads the pages, subtracts, and solves."""

    def __init__(self, own: set[Unknown], seen: list[Seen], slack) -> None:
        self.own, self.seen, self.slack = own, seen, slack
        self.unknown = sorted(
            {each for figure in seen for each in figure.members} - own,
            key=lambda u: (str(u[0]), u[1]),
        )

    def subtracts(self) -> set[Unknown]:
        """Whose price some combination of sums or means of the figures would leave alone."""
        rows = np.array([[u in s.members for u in self.unknown] for s in self.seen], float)
        found = set()
        for number, each in enumerate(self.unknown):
            alone = np.eye(len(self.unknown))[number]
            best = np.linalg.lstsq(rows.T, alone, rcond=None)[0]
            if np.allclose(rows.T @ best, alone, atol=1e-6):
                found.add(each)
        return found

    def solves(self, enough: int = 1_000) -> set[Unknown]:
        """Whose price lies within a tenth of the truth for certain, given all that was seen."""
        found: set[Unknown] = set()
        for each in self.unknown:
            if len(found) < enough and not self._could_be_far_off(each):
                found.add(each)
        return found

    def _could_be_far_off(self, who: Unknown) -> bool:
        """Whether all that was seen could be so although this price is a tenth off.

        A guess that fits settles it; where none of a few does, every possibility is searched.
        """
        return any(self._fits(guess) for guess in self._guesses(who)) or any(
            self._can_be(who, side) for side in (-1, 1)
        )

    def _guesses(self, who: Unknown) -> Iterator[dict[Unknown, float]]:
        truth = {each: float(each[1]) for each in (*self.unknown, *self.own)}
        far = [LEAST, truth[who] * (1 - 2 * TOLERANCE), truth[who] * (1 + 2 * TOLERANCE), MOST]
        yield from ({**truth, who: price} for price in far)
        for other in self.unknown:
            if abs(truth[other] / truth[who] - 1) > TOLERANCE:
                yield {**truth, who: truth[other], other: truth[who]}

    def _fits(self, guess: dict[Unknown, float]) -> bool:
        for figure in self.seen:
            prices = [Decimal(str(guess[each])) for each in figure.members]
            for value, shown in zip(_inner(prices), figure.shown, strict=True):
                low, high = self.slack(shown)
                if not low <= value <= high:
                    return False
        return True

    def _can_be(self, who: Unknown, side: int) -> bool:
        """Whether everything seen could be so although this price is a tenth off."""
        model = pulp.LpProblem("attack", pulp.LpMinimize)
        prices = {
            each: float(each[1])
            if each in self.own
            else model.add_variable(f"x{n}", lowBound=LEAST, upBound=MOST)
            for n, each in enumerate([*self.unknown, *self.own])
        }
        bound = float(who[1]) * (1 + side * TOLERANCE)
        model += (prices[who] >= bound) if side > 0 else (prices[who] <= bound)
        for number, figure in enumerate(self.seen):
            _constrain(model, figure, [prices[each] for each in figure.members], number, self.slack)
        model.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=5))
        return model.sol_status != pulp.LpSolutionInfeasible


def _inner(prices: list[Decimal]) -> tuple[float, float, float]:
    """What the site works out before it rounds."""
    prices, count = sorted(prices), len(prices)
    rank = max(2, -(-count // 4))
    half = count // 2
    middle = prices[half] if count % 2 else (prices[half - 1] + prices[half]) / 2
    return float(prices[rank - 1]), float(middle), float(prices[-rank])


def _constrain(model, figure: Seen, prices: list, number: int, slack) -> None:
    """The figure's values are what their ranks among these prices say."""
    count = len(prices)
    rank = max(2, -(-count // 4))
    half, odd = divmod(count, 2)
    ranks = {rank, count + 1 - rank, *([half + 1] if odd else [half, half + 1])}
    at = {r: _ranked(model, prices, r, f"{number}_{r}") for r in sorted(ranks)}
    middle = at[half + 1] if odd else (at[half] + at[half + 1]) / 2
    inner = (at[rank], middle, at[count + 1 - rank])
    for value, shown in zip(inner, figure.shown, strict=True):
        low, high = slack(shown)
        model += value >= low
        model += value <= high


def _ranked(model, prices: list, rank: int, name: str):
    """A variable that is the price of that rank, the lowest being the first."""
    value = model.add_variable(f"v{name}", lowBound=LEAST, upBound=MOST)
    below = [model.add_variable(f"b{name}_{n}", cat="Binary") for n in range(len(prices))]
    above = [model.add_variable(f"a{name}_{n}", cat="Binary") for n in range(len(prices))]
    for price, is_below, is_above in zip(prices, below, above, strict=True):
        model += price <= value + (MOST - LEAST) * (1 - is_below)
        model += price >= value - (MOST - LEAST) * (1 - is_above)
    model += pulp.lpSum(below) >= rank
    model += pulp.lpSum(above) >= len(prices) + 1 - rank
    return value


def exactly(shown: float) -> tuple[float, float]:
    return shown - 1e-4, shown + 1e-4


def in_band(shown: float) -> tuple[float, float]:
    low, high = guarding.band(Decimal(str(shown)))
    return low - 0.01, high + 0.01


def attack(session, sign_in, seed: int, slack) -> Attacker:
    """Ten releases, and then every page of every one of them."""
    factories.make_policy(session, BOOKS).unit = UNIT
    spy = factories.make_person(session, Role.COMMISSIONER)
    others = [factories.make_organisation(session) for _ in range(OTHERS)]
    Market(session, random.Random(seed), spy.organisation, others).play()
    session.commit()
    browser = sign_in(spy)
    figures = session.scalars(select(PriceFigure).order_by(PriceFigure.released_at)).all()
    seen = [_read(browser.get(f"/unit-prices/{f.id}").text, _members(session, f)) for f in figures]
    own = {each for figure in seen for each in figure.members if each[0] == spy.organisation_id}
    return Attacker(own, seen, slack)


def _members(session, figure: PriceFigure) -> list[Unknown]:
    rows = session.execute(
        select(FigurePrice.authority_id, FigurePrice.price)
        .where(FigurePrice.figure_id == figure.id)
        .order_by(FigurePrice.authority_id)
    )
    return [(authority, price) for authority, price in rows]


def _read(page: str, members: list[Unknown]) -> Seen:
    shown = re.findall(r"pay about this or (?:less|more)\s*</dt>\s*<dd[^>]*>£([\d.,]+)", page)
    return Seen([float(each.replace(",", "")) for each in shown], members)


def nothing_is_known(attacker: Attacker) -> None:
    assert attacker.seen, "the guard must not hide everything"
    assert attacker.subtracts() == set()
    assert attacker.solves() == set()


@pytest.mark.one_database
@pytest.mark.parametrize("seed", SEEDS)
def test_nobodys_price_can_be_worked_out_from_ten_releases(session, sign_in, seed):
    nothing_is_known(attack(session, sign_in, seed, in_band))


@pytest.mark.prove
@pytest.mark.one_database
@pytest.mark.parametrize("seed", range(100, 140))
def test_nor_in_forty_other_markets(session, sign_in, seed):
    nothing_is_known(attack(session, sign_in, seed, in_band))


@pytest.mark.one_database
@pytest.mark.parametrize("seed", SEEDS)
def test_the_batches_hold_even_without_the_grid(session, sign_in, seed, monkeypatch):
    monkeypatch.setattr(guarding, "on_grid", lambda price: price)
    nothing_is_known(attack(session, sign_in, seed, exactly))


@pytest.mark.one_database
@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_attack_succeeds_where_the_guard_is_taken_out(session, sign_in, seed, monkeypatch):
    """The seeded fault: every change is published at once, and as it is."""

    def at_once(past, live):
        return {key: given.price for key, given in live.items()}

    monkeypatch.setattr(guarding, "prices_for", at_once)
    monkeypatch.setattr(guarding, "on_grid", lambda price: price)
    attacker = attack(session, sign_in, seed, exactly)
    assert len(attacker.seen) == RELEASES
    assert attacker.subtracts()
    assert attacker.solves(enough=1)

"""What authorities see of each other: an attack that keeps everything it was ever shown."""

import itertools
import random
import re
from decimal import Decimal

import pulp
import pytest

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.lots import closing, sight, volumes
from marketplace.lots.models import Lot
from tests import factories

RUNS = 10
TOLERANCE = 0.10


def pounds(text: str) -> float:
    digits, scale = re.match(r"£([\d,.]+)( million| billion)?", text).groups()
    return float(digits.replace(",", "")) * {" million": 1e6, " billion": 1e9}.get(scale, 1)


@pytest.mark.parametrize("amount", [1, 37, 122, 123, 999, 84_000, 1_234_567, 83_666_002])
def test_what_is_shown_as_a_step_lies_in_its_band_and_a_band_is_wide(amount):
    shown = volumes.coarse(Decimal(amount))
    low, high = volumes.band(shown)
    assert low <= amount <= high
    assert high / low > (1 + TOLERANCE) / (1 - TOLERANCE)


class Attacker:
    """One authority that keeps every volume of others it is ever shown, and solves for them."""

    def __init__(self, browser, own_value: float) -> None:
        self.browser, self.own_value = browser, own_value
        self.seen: list[tuple[frozenset[object], float, float]] = []

    def look(self, lot: Lot, others: frozenset[object]) -> None:
        page = self.browser.get(f"/joining/{lot.id}").text
        found = re.search(r"about (£[\d,.]+(?: million)?) in all", page)
        if not found:
            return
        volume = pounds(found[1]) - self.own_value
        # The page rounds to three figures; a step of the grid stands for its whole band.
        slack = 0.006 * pounds(found[1])
        step = float(volumes.coarse(Decimal(str(volume))))
        if abs(step - volume) <= slack:
            low, high = map(float, volumes.band(Decimal(str(step))))
        else:
            low, high = volume - slack, volume + slack
        self.seen.append((others, low, high))

    def knows(self, values: dict[object, float]) -> set[object]:
        """Whose value lies within a tenth, for certain, given all that was seen."""
        return {
            who
            for who, true in values.items()
            if self._bound(who, values, pulp.LpMinimize) >= (1 - TOLERANCE) * true
            and self._bound(who, values, pulp.LpMaximize) <= (1 + TOLERANCE) * true
        }

    def _bound(self, who, values, sense: int) -> float:
        model = pulp.LpProblem("attack", sense)
        unknown = {
            key: model.add_variable(f"x{n}", lowBound=0, upBound=1e9)
            for n, key in enumerate(values)
        }
        model += unknown[who]
        for others, low, high in self.seen:
            total = pulp.lpSum(unknown[key] for key in others)
            model += total >= low
            model += total <= high
        model.solve(pulp.HiGHS(msg=False, threads=1))
        assert model.sol_status == pulp.LpSolutionOptimal
        return float(unknown[who].value())


def attack(session, sign_in, seed: int) -> tuple[Attacker, dict[object, float]]:
    """Ten runs that put the attacker together with ever other partners; each comes to nothing."""
    rng = random.Random(seed)
    factories.make_policy(session)
    reviewer = factories.make_person(session, Role.REVIEWER)
    spy = factories.make_person(session, Role.COMMISSIONER)
    own = factories.make_requirement(session, spy.organisation, value=Decimal(150_000))
    others = [
        factories.make_requirement(session, value=Decimal(rng.randrange(20, 900) * 1000))
        for _ in range(6)
    ]
    attacker = Attacker(sign_in(spy), 150_000.0)
    companies = list(itertools.combinations(others, 2)) + list(itertools.combinations(others, 3))
    for company in rng.sample(companies, RUNS):
        lot = factories.make_joining(session, [own, *company], reviewer)
        attacker.look(lot, frozenset(each.id for each in company))
        lot = session.get_one(Lot, lot.id)
        closing.cancel_lot(session, lot, reason="Too few", by=reviewer, at=clock.now())
    return attacker, {each.id: float(each.value) for each in others}


@pytest.mark.parametrize("seed", range(3))
def test_nobodys_value_can_be_worked_out_from_all_that_was_ever_shown(session, sign_in, seed):
    attacker, values = attack(session, sign_in, seed)
    assert attacker.seen, "the guard must not hide everything"
    assert attacker.knows(values) == set()


@pytest.mark.parametrize("seed", range(3))
def test_the_same_attack_succeeds_where_the_guard_is_taken_out(session, sign_in, seed, monkeypatch):
    monkeypatch.setattr(sight, "coarse", lambda amount: amount)
    monkeypatch.setattr(sight, "can_be_told_apart", lambda others, told: False)
    attacker, values = attack(session, sign_in, seed)
    assert len(attacker.seen) == RUNS
    assert attacker.knows(values)


def test_two_authorities_see_the_figures_once_both_agree(session, sign_in):
    factories.make_policy(session)
    reviewer = factories.make_person(session, Role.REVIEWER)
    people = [factories.make_person(session, Role.COMMISSIONER) for _ in range(2)]
    requirements = [factories.make_requirement(session, p.organisation) for p in people]
    lot = factories.make_joining(session, requirements, reviewer)
    session.commit()
    page = f"/joining/{lot.id}"
    first, second = map(sign_in, people)
    assert "projected price saving" not in first.get(page).text
    first.send(f"{page}/agree-to-show", {}, page=page)
    assert "projected price saving" not in first.get(page).text
    assert "the other authority has agreed" in second.get(page).text
    second.send(f"{page}/agree-to-show", {}, page=page)
    assert "projected price saving" in first.get(page).text
    assert "projected price saving" in second.get(page).text


def test_another_authoritys_part_is_not_on_the_page_of_a_lot(session, sign_in):
    factories.make_policy(session)
    reviewer = factories.make_person(session, Role.REVIEWER)
    spy = factories.make_person(session, Role.COMMISSIONER)
    mine = factories.make_requirement(session, spy.organisation, value=Decimal(150_000))
    theirs = [
        factories.make_requirement(session, value=Decimal(value), quantity=Decimal(7_777))
        for value in (234_567, 345_678)
    ]
    lot = factories.make_joining(session, [mine, *theirs], reviewer)
    session.commit()
    page = sign_in(spy).get(f"/lots/{lot.id}").text
    assert "£150,000" in page
    assert "234,567" not in page
    assert "7,777" not in page
    assert "730,245" not in page
    assert "730,245" in sign_in(reviewer).get(f"/lots/{lot.id}").text

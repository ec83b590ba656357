"""What authorities see of each other: an attack that keeps everything it was ever shown."""

import itertools
import random
from decimal import Decimal

import pytest

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.barriers import Barrier
from marketplace.lots import closing, sight, volumes
from marketplace.lots.models import Lot
from tests import factories
from tests.lots.marketing import goes_to_market, is_awarded
from tests.lots.spying import TOLERANCE, Spy

RUNS = 10


@pytest.mark.parametrize("amount", [1, 37, 122, 123, 999, 84_000, 1_234_567, 83_666_002])
def test_what_is_shown_as_a_step_lies_in_its_band_and_a_band_is_wide(amount):
    shown = volumes.coarse(Decimal(amount))
    low, high = volumes.band(shown)
    assert low <= amount <= high
    assert high / low > (1 + TOLERANCE) / (1 - TOLERANCE)


def attack(session, sign_in, seed: int) -> tuple[Spy, dict[object, float]]:
    """Ten runs that put the spy together with ever other partners; most come to nothing.

    Every third window is closed with everybody in it and goes to market, and is given up there;
    but the last is awarded, and the spy reads the register.
    """
    rng = random.Random(seed)
    factories.make_policy(session)
    reviewers = [factories.make_person(session, Role.REVIEWER) for _ in range(2)]
    person = factories.make_person(session, Role.COMMISSIONER)
    own = factories.make_requirement(session, person.organisation, value=Decimal(150_000))
    others = [
        factories.make_requirement(session, value=Decimal(rng.randrange(20, 900) * 1000))
        for _ in range(6)
    ]
    names = {each.authority.name: each.id for each in others}
    spy = Spy(sign_in(person), 150_000.0)
    companies = list(itertools.combinations(others, 2)) + list(itertools.combinations(others, 3))
    for number, company in enumerate(rng.sample(companies, RUNS)):
        lot = factories.make_joining(session, [own, *company], reviewers[0])
        around = frozenset(each.id for each in company)
        spy.look(lot, around)
        lot = session.get_one(Lot, lot.id)
        published = number % 3 == 0 and goes_to_market(session, lot, reviewers, at=clock.now())
        if published:
            spy.look(lot, around)
        if published and number == RUNS - 1:
            bought = {
                each.authority_id: round(each.value * Decimal(rng.uniform(0.82, 0.97)))
                for each in (own, *company)
            }
            is_awarded(session, lot, bought, reviewers, at=clock.now())
            spy.read_register(names)
        else:
            why = {"reason": "Too few", "barrier": Barrier.TIME}
            closing.cancel_lot(session, lot, **why, by=reviewers[0], at=clock.now())
    return spy, {each.id: float(each.value) for each in others}


@pytest.mark.parametrize("seed", range(3))
def test_nobodys_value_can_be_worked_out_from_all_that_was_ever_shown(session, sign_in, seed):
    spy, values = attack(session, sign_in, seed)
    assert spy.seen, "the guard must not hide everything"
    assert len(spy.published) in (2, 3), "of an awarded lot the prices are public"
    assert spy.knows(values) <= spy.published


@pytest.mark.one_database
@pytest.mark.parametrize("seed", range(3))
def test_the_same_attack_succeeds_where_the_guard_is_taken_out(session, sign_in, seed, monkeypatch):
    monkeypatch.setattr(sight, "coarse", lambda amount: amount)
    monkeypatch.setattr(sight, "can_be_told_apart", lambda others, told: False)
    spy, values = attack(session, sign_in, seed)
    assert len(spy.seen) >= RUNS
    assert spy.knows(values) - spy.published


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

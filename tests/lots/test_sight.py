"""What authorities see of each other: an attack that keeps everything it was ever shown."""

import itertools
import random
from datetime import timedelta
from decimal import Decimal

import pytest

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.barriers import Barrier
from marketplace.lots import closing, joining, publishing, queries, sight, volumes
from marketplace.lots.models import Lot, TieRule
from tests import factories
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

    Every third window is closed with everybody in it and goes to market, and is given up there.
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
    spy = Spy(sign_in(person), 150_000.0)
    companies = list(itertools.combinations(others, 2)) + list(itertools.combinations(others, 3))
    for number, company in enumerate(rng.sample(companies, RUNS)):
        lot = factories.make_joining(session, [own, *company], reviewers[0])
        around = frozenset(each.id for each in company)
        spy.look(lot, around)
        lot = session.get_one(Lot, lot.id)
        if number % 3 == 0 and goes_to_market(session, lot, reviewers):
            spy.look(lot, around)
        why = {"reason": "Too few", "barrier": Barrier.TIME}
        closing.cancel_lot(session, lot, **why, by=reviewers[0], at=clock.now())
    return spy, {each.id: float(each.value) for each in others}


def goes_to_market(session, lot: Lot, reviewers) -> bool:
    """Everybody commits, and the lot is published."""
    members = queries.members(session, lot)
    now = clock.now()
    for member in members:
        joining.commit_to_lot(session, lot, member.authority, by=reviewers[0], at=now)
    if not closing.close_joining(session, lot, by=reviewers[0], at=now).goes_on:
        return False
    terms = publishing.Terms(
        deadline=now + timedelta(days=9),
        description="Books",
        terms="Model terms",
        questions=[],
        pounds_per_point=Decimal(0),
        tie_rule=TieRule.RECEIPT,
        openers=[key.id for key in factories.make_openers(session)],
        undivided_because="One supplier for all is what the members want",
    )
    asked = publishing.ask_to_publish(session, lot, terms, by=reviewers[0], at=now)
    session.flush()
    publishing.publish_lot(session, lot, asked.id, by=reviewers[1], at=now)
    return True


@pytest.mark.parametrize("seed", range(3))
def test_nobodys_value_can_be_worked_out_from_all_that_was_ever_shown(session, sign_in, seed):
    spy, values = attack(session, sign_in, seed)
    assert spy.seen, "the guard must not hide everything"
    assert spy.knows(values) == set()


@pytest.mark.one_database
@pytest.mark.parametrize("seed", range(3))
def test_the_same_attack_succeeds_where_the_guard_is_taken_out(session, sign_in, seed, monkeypatch):
    monkeypatch.setattr(sight, "coarse", lambda amount: amount)
    monkeypatch.setattr(sight, "can_be_told_apart", lambda others, told: False)
    spy, values = attack(session, sign_in, seed)
    assert len(spy.seen) >= RUNS
    assert spy.knows(values)


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

"""How many wrong passwords are heard, for one account, from one address and in all."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from marketplace import clock
from marketplace.accounts import attempts
from marketplace.accounts.attempts import LIMITS, Limit
from marketplace.accounts.models import Attempt, AttemptKind, Role
from tests import factories
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def few(monkeypatch):
    limit = Limit(timedelta(minutes=15), account=3, address=5, in_all=8)
    monkeypatch.setitem(LIMITS, AttemptKind.SIGN_IN, limit)


def try_it(browser, email: str, password: str = "wrong", address: str = "10.0.0.1") -> int:
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser.send("/sign-in", {"email": email, "password": password}).status_code


def test_an_account_hears_no_more_after_three_wrong_passwords_whether_or_not_it_exists(
    session, browser
):
    person = factories.make_person(session, Role.SUPPLIER)
    for email in (person.email, "nobody@tests.example"):
        answers = [try_it(browser, email, address=f"10.0.{len(email)}.1") for _ in range(4)]
        assert answers == [422, 422, 422, 429]
    assert try_it(browser, person.email.upper(), PASSWORD, "10.0.0.9") == 429


def test_an_address_hears_no_more_after_five_and_others_are_heard(session, browser):
    person = factories.make_person(session, Role.SUPPLIER)
    answers = [try_it(browser, f"person{number}@tests.example") for number in range(6)]
    assert answers == [422] * 5 + [429]
    assert try_it(browser, person.email, PASSWORD) == 429
    assert try_it(browser, person.email, PASSWORD, "10.0.0.2") == 303


def test_in_all_no_more_than_eight_are_heard(session, browser):
    answers = [
        try_it(browser, f"person{number}@tests.example", address=f"10.0.0.{number}")
        for number in range(9)
    ]
    assert answers == [422] * 8 + [429]


def test_right_passwords_never_count_and_time_heals(session, browser):
    person = factories.make_person(session, Role.SUPPLIER)
    for _ in range(6):
        assert try_it(browser, person.email, PASSWORD) == 303
    for _ in range(3):
        try_it(browser, person.email)
    assert try_it(browser, person.email, PASSWORD) == 429
    session.execute(update(Attempt).values(at=clock.now() - timedelta(minutes=15)))
    assert try_it(browser, person.email, PASSWORD) == 303


def test_attempts_are_forgotten_after_a_day(session, browser):
    try_it(browser, "nobody@tests.example")
    at = session.scalar(select(Attempt.at))
    for hours, left in ((23, 1), (25, 0)):
        later = at + timedelta(hours=hours)
        assert attempts.are_old(session, at=later) is (left == 0)
        attempts.forget_old(session, at=later)
        session.commit()
        assert session.scalar(select(func.count()).select_from(Attempt)) == left

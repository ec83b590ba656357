"""What operators see of failed sign-ins and refused requests."""

import json
import logging

import pytest

from marketplace.accounts.models import Role
from marketplace.app import create_app
from marketplace.security import watch
from marketplace.settings import Settings
from tests import factories
from tests.conftest import PASSWORD, SECRET


@pytest.fixture
def seen(caplog):
    """seen() gives what was logged since it was last asked."""
    caplog.set_level(logging.INFO, logger=watch.log.name)

    def take() -> list[dict[str, object]]:
        lines = [json.loads(each.message) for each in caplog.records if each.name == watch.log.name]
        caplog.clear()
        return lines

    return take


def test_failed_sign_ins_at_one_account_are_told_to_be_that_without_naming_it(
    session, browser, seen
):
    person = factories.make_person(session, Role.SUPPLIER)
    for email in (person.email, person.email.upper(), "nobody@tests.example"):
        browser.send("/sign-in", {"email": email, "password": "a wrong\npassword"})
    first, second, other = seen()
    assert {each["event"] for each in (first, second, other)} == {"sign_in_failed"}
    assert first["account"] == second["account"] != other["account"]
    assert first["address"] == "127.0.0.1"
    assert person.email not in str(first)
    assert "wrong" not in str(first)


def test_refusals_say_who_was_refused_what_and_where(session, sign_in, seen):
    person = factories.make_person(session, Role.SUPPLIER)
    browser = sign_in(person)
    browser.get("/people")
    browser.get(f"/lots/{person.id}")
    browser.post("/account/password", {})
    not_allowed, not_there, without_token = seen()
    assert not_allowed["event"] == "not_allowed"
    assert (not_allowed["person"], not_allowed["rule"]) == (str(person.id), "/people")
    assert (not_there["event"], not_there["lot_id"]) == ("not_there_for_them", str(person.id))
    assert without_token["event"] == "form_without_its_token"


def test_no_line_holds_the_token_of_a_link(browser, seen):
    browser.get("/new-password/a-token-that-opens")
    (line,) = seen()
    assert line["rule"] == "/new-password/<token>"
    assert "a-token-that-opens" not in str(line)


def test_wrong_passwords_of_who_is_signed_in_and_limits_are_seen(session, sign_in, seen):
    browser = sign_in(factories.make_person(session, Role.SUPPLIER))
    for number in range(11):
        browser.send("/account/confirm", {"password": f"wrong {number}"})
    events = [each["event"] for each in seen()]
    assert events == ["confirming_failed"] * 10 + ["limit_reached"]


def test_what_succeeds_is_not_there(session, sign_in, seen):
    sign_in(factories.make_person(session, Role.SUPPLIER)).get("/")
    assert seen() == []


def test_outside_the_demo_each_is_a_line_of_the_services_own_log(database_url, capfd, app):
    had, level = list(watch.log.handlers), watch.log.level
    try:
        site = create_app(Settings(SECRET, database_url, secure_cookies=False))
        site.test_client().post("/sign-in", data={"email": "x", "password": PASSWORD})
        (line,) = [each for each in capfd.readouterr().err.splitlines() if each.startswith("{")]
        assert json.loads(line)["event"] == "form_without_its_token"
    finally:
        watch.log.handlers[:] = had
        watch.log.setLevel(level)

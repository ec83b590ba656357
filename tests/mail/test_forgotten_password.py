"""A new password by mail: the same answer for everybody, and a link that works once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from marketplace import clock
from marketplace.accounts.models import PasswordReset, Role
from marketplace.mail.models import Mail
from tests import factories
from tests.conftest import PASSWORD

NEW = "another password of the tests"


@pytest.fixture
def person(session):
    return factories.make_person(session, Role.SUPPLIER)


def link_in(letters: str) -> str:
    (found,) = re.findall(r"https://site\.example(/new-password/\S+)", letters)
    return found


def ask(browser, email: str):
    return browser.send("/forgotten-password", {"email": email})


def test_a_link_sets_a_new_password_once_and_ends_all_sign_ins(person, browser, sign_in, letters):
    elsewhere = sign_in(person)
    ask(browser, f" {person.email.upper()} ")
    link = link_in(letters())
    done = browser.send(link, {"password": NEW})
    assert (done.status_code, done.location) == (303, "/sign-in")
    assert "Sign out" not in elsewhere.get("/").text
    assert (
        browser.send("/sign-in", {"email": person.email, "password": PASSWORD}).status_code == 422
    )
    assert browser.send("/sign-in", {"email": person.email, "password": NEW}).status_code == 303
    assert browser.get(link).status_code == 404
    assert "Your password was changed" in letters()


def test_an_address_without_an_account_gets_the_same_answer_and_no_mail(
    person, app, browser, letters
):
    """The same status, page and statements, in the same order: so the same time too."""
    engine, seen = app.extensions["engine_of_the_tests"], {}
    for email in (person.email, "nobody@tests.example"):
        tokens = browser.hidden("/forgotten-password")
        statements = seen.setdefault(email, [])

        def note(connection, cursor, statement, *rest, into=statements):
            into.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        answer = browser.client.post("/forgotten-password", data={**tokens, "email": email})
        event.remove(engine, "before_cursor_execute", note)
        page = re.sub(r'(nonce|value)="[^"]*"', "", browser.get("/forgotten-password").text)
        statements += [answer.status, answer.location, page]
    assert seen[person.email] == seen["nobody@tests.example"]
    assert "nobody@tests.example" not in letters()
    assert person.email in letters()


def test_the_address_is_forgotten_once_it_is_answered(session, person, browser, letters):
    for email in (person.email, "nobody@tests.example"):
        ask(browser, email)
    letters()
    session.rollback()
    assert set(session.scalars(select(PasswordReset.email))) == {""}
    assert set(session.scalars(select(Mail.body))) == {""}


def test_a_link_too_old_or_made_up_opens_nothing(session, person, browser, letters):
    ask(browser, person.email)
    link = link_in(letters())
    assert browser.get("/new-password/made-up").status_code == 404
    asked, until = session.execute(select(PasswordReset.asked_at, PasswordReset.good_until)).one()
    assert until - asked == timedelta(hours=1)
    session.execute(update(PasswordReset).values(good_until=clock.now()))
    assert browser.get(link).status_code == 404


def test_a_second_link_is_no_good_once_the_first_was_used(person, browser, letters):
    links = []
    for _ in range(2):
        ask(browser, person.email)
        links = re.findall(r"https://site\.example(/new-password/\S+)", letters())
    assert browser.send(links[1], {"password": NEW}).status_code == 303
    assert browser.get(links[0]).status_code == 404


def test_somebody_removed_gets_no_link_and_an_older_one_is_no_good(
    session, person, browser, letters
):
    ask(browser, person.email)
    link = link_in(letters())
    person.active = False
    assert browser.get(link).status_code == 404
    before = letters()
    ask(browser, person.email)
    assert letters() == before


def test_a_short_password_is_refused(person, browser, letters):
    ask(browser, person.email)
    link = link_in(letters())
    refused = browser.send(link, {"password": "short"})
    assert refused.status_code == 422
    assert "12 characters or more" in refused.text
    assert browser.send(link, {"password": NEW}).status_code == 303


def test_links_are_sent_to_one_account_three_times_an_hour(person, browser):
    answers = [ask(browser, person.email).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]
    assert ask(browser, "nobody@tests.example").status_code == 303

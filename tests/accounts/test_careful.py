"""What keeps a sign-in its owner's own: idle ones end, and what is hard to undo asks once more."""

import re
from datetime import timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import select, update

from marketplace import clock
from marketplace.accounts.attempts import LIMITS
from marketplace.accounts.models import AttemptKind, Role, SignIn
from marketplace.mail.models import Mail
from tests import factories
from tests.conftest import PASSWORD

MINUTE = timedelta(minutes=1)


@pytest.fixture
def person(session):
    return factories.make_person(session, Role.REVIEWER)


def ago(session, column: str, time: timedelta) -> None:
    session.execute(update(SignIn).values({column: clock.now() - time}))


def letters_to(session, person) -> list[str]:
    return list(session.scalars(select(Mail.subject).where(Mail.recipient == person.email)))


def test_a_sign_in_ends_after_two_hours_in_which_nothing_was_asked_for(session, person, sign_in):
    browser = sign_in(person)
    ago(session, "seen_at", 119 * MINUTE)
    assert browser.get("/account").status_code == 200
    ago(session, "seen_at", 120 * MINUTE)
    assert browser.get("/account").status_code == 302


def test_whoever_asks_for_a_page_is_not_idle_and_a_page_that_asks_by_itself_is_nobody(
    session, person, sign_in
):
    browser = sign_in(person)
    ago(session, "seen_at", 100 * MINUTE)
    before = session.scalar(select(SignIn.seen_at))
    session.commit()
    browser.client.get("/account", headers={"HX-Request": "true"}).close()
    assert session.scalar(select(SignIn.seen_at)) == before
    browser.get("/account").close()
    session.commit()
    assert clock.now() - session.scalar(select(SignIn.seen_at)) < MINUTE


def test_the_database_holds_nothing_that_a_browser_could_sign_in_with(session, person, sign_in):
    browser = sign_in(person)
    with browser.client.session_transaction() as cookie:
        token = cookie["_user_id"]
        assert len(token) >= 43, "256 random bits"
        row = session.scalars(select(SignIn)).one()
        assert token not in (str(row.id), row.token_sha256)
        cookie["_user_id"] = row.token_sha256
    assert browser.get("/account").status_code == 302


@pytest.mark.parametrize("path", ["/account/codes/start", "/account/sign-ins/{other}/end"])
def test_what_changes_how_one_signs_in_asks_for_the_password_again(session, person, sign_in, path):
    browser, _ = sign_in(person), sign_in(person)
    other = session.scalars(select(SignIn.id).order_by(SignIn.created_at.desc())).first()
    path = path.format(other=other)
    ago(session, "confirmed_at", 10 * MINUTE)
    asked = browser.send(path, {}, page="/account")
    assert (asked.status_code, asked.location) == (302, "/account/confirm?next=/account")
    assert browser.send("/account/confirm", {"password": "wrong"}).status_code == 422
    again = browser.send("/account/confirm?next=/account/codes", {"password": PASSWORD})
    assert (again.status_code, again.location) == (303, "/account/codes")
    assert browser.send(path, {}, page="/account").status_code == 303


def test_so_does_an_openers_key(session, person, sign_in):
    browser = sign_in(person)
    ago(session, "confirmed_at", 10 * MINUTE)
    asked = browser.get("/account/opener-key")
    assert asked.location == "/account/confirm?next=/account/opener-key"


def test_with_codes_the_password_alone_confirms_nothing(session, person, sign_in):
    browser = sign_in(person)
    browser.send("/account/codes/start", {}, page="/account/codes")
    phone = TOTP(re.findall(r"[A-Z2-7]{32}", browser.get("/account/codes").text)[0])
    before = phone.at(clock.now() - timedelta(seconds=30))
    assert browser.send("/account/codes", {"code": before}).status_code == 303
    form = {"password": PASSWORD}
    assert browser.send("/account/confirm", form).status_code == 422
    code = phone.at(clock.now())
    assert browser.send("/account/confirm", {**form, "code": code}).status_code == 303


def test_guessing_there_is_limited_and_nobody_is_led_away(session, person, sign_in):
    browser = sign_in(person)
    away = browser.send("/account/confirm?next=https://evil.example", {"password": PASSWORD})
    assert away.location == "/account"
    most = LIMITS[AttemptKind.SIGN_IN].account
    wrong = [
        browser.send("/account/confirm", {"password": f"wrong {n}"}).status_code
        for n in range(most + 1)
    ]
    assert wrong == [422] * most + [429]


def test_strangers_failures_do_not_lock_out_a_browser_that_signed_in_before(
    session, person, sign_in, browser
):
    own = sign_in(person)
    own.send("/sign-out", {}, page="/")
    most = LIMITS[AttemptKind.SIGN_IN].account
    form = {"email": person.email, "password": PASSWORD}
    for _ in range(most):
        browser.send("/sign-in", {**form, "password": "wrong"})
    assert browser.send("/sign-in", form).status_code == 429
    for _ in range(most):
        assert own.send("/sign-in", {**form, "password": "wrong"}).status_code == 422
    assert own.send("/sign-in", form).status_code == 429, "it has a limit of its own"
    other = factories.make_person(session, Role.REVIEWER)
    assert own.send("/sign-in", {**form, "email": other.email}).status_code == 303


def test_a_browser_is_known_for_its_own_account_only_and_by_our_own_word(
    session, person, sign_in, browser
):
    own, other = sign_in(person), factories.make_person(session, Role.REVIEWER)
    name = own.client.get_cookie("known").value
    most = LIMITS[AttemptKind.SIGN_IN].account
    for cookie, account in ((name, other), (name[:-1] + "-", person), ("junk", person)):
        browser.client.set_cookie("known", cookie)
        form = {"email": account.email, "password": "wrong"}
        answers = {browser.send("/sign-in", form).status_code for _ in range(most + 1)}
        assert 429 in answers


def test_an_administrator_signs_somebody_out_everywhere_who_keeps_access_and_is_told(
    session, person, sign_in
):
    theirs = sign_in(person)
    administrator = sign_in(factories.make_person(session, Role.ADMINISTRATOR))
    path = f"/people/{person.id}/sign-out"
    assert administrator.send(path, {}, page="/people").status_code == 303
    assert theirs.get("/account").status_code == 302
    assert "You were signed out everywhere" in letters_to(session, person)
    assert sign_in(person).get("/account").status_code == 200


def test_a_command_signs_out_one_or_all(session, person, sign_in, command):
    other = factories.make_person(session, Role.REVIEWER)
    browsers = {each.email: sign_in(each) for each in (person, other)}
    assert command("people", "sign-out").exit_code == 2
    assert command("people", "sign-out", "nobody@tests.example").exit_code == 2
    assert command("people", "sign-out", person.email).exit_code == 0
    assert browsers[person.email].get("/account").status_code == 302
    assert browsers[other.email].get("/account").status_code == 200
    assert command("people", "sign-out", "--everybody").exit_code == 0
    assert browsers[other.email].get("/account").status_code == 302


def test_changes_of_ones_account_are_told_by_mail(session, person, sign_in):
    browser = sign_in(person)
    browser.send("/account/codes/start", {}, page="/account/codes")
    secret = re.findall(r"[A-Z2-7]{32}", browser.get("/account/codes").text)[0]
    browser.send("/account/codes", {"code": TOTP(secret).at(clock.now())})
    factories.make_opener(session, person)
    administrator = sign_in(factories.make_person(session, Role.ADMINISTRATOR))
    administrator.send(f"/people/{person.id}/forget-codes", {}, page="/people")
    browser.send("/account/password", {"current": PASSWORD, "password": "three words invented"})
    told = letters_to(session, person)
    for subject in (
        "One-time codes were set up",
        "Your one-time codes were taken away",
        "Your password was changed",
    ):
        assert subject in told

"""One's own sign-ins, password and one-time codes."""

import re
from datetime import timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import select, update

from marketplace import clock
from marketplace.accounts.models import OneTimeCodes, Role, SignIn
from marketplace.app import create_app
from marketplace.settings import Settings, SettingsFault
from tests import factories
from tests.conftest import PASSWORD, SECRET, Browser

NEW = "another password of the tests"


@pytest.fixture
def person(session):
    return factories.make_person(session, Role.REVIEWER)


def secret_on(browser) -> str:
    browser.send("/account/codes/start", {}, page="/account/codes")
    return re.findall(r"[A-Z2-7]{32}", browser.get("/account/codes").text)[0]


@pytest.fixture
def phone(person, sign_in) -> TOTP:
    """What makes the person's codes, set up through the page with the code of the step before."""
    browser = sign_in(person)
    phone = TOTP(secret_on(browser))
    code = phone.at(clock.now() - timedelta(seconds=30))
    assert browser.send("/account/codes", {"code": code}).status_code == 303
    return phone


def enter(browser, person, code: str = "", password: str = PASSWORD):
    return browser.send(
        "/sign-in", {"email": person.email, "password": password, "code": code}
    ).status_code


def test_somebody_sees_where_they_are_signed_in_and_ends_one_of_them(session, person, sign_in):
    here, there = sign_in(person), sign_in(person)
    page = here.get("/account").text
    (path,) = set(re.findall(r"/account/sign-ins/[0-9a-f-]+/end", page))
    assert here.send(path, {}, page="/account").status_code == 303
    assert "Sign out" not in there.get("/").text
    assert "Sign out" in here.get("/").text


def test_nobody_ends_the_sign_in_of_somebody_else(session, person, sign_in):
    theirs, mine = sign_in(person), sign_in(factories.make_person(session, Role.ADMINISTRATOR))
    row = session.scalars(select(SignIn).where(SignIn.person_id == person.id)).one()
    answer = mine.send(f"/account/sign-ins/{row.id}/end", {}, page="/account")
    assert answer.status_code == 404
    assert "Sign out" in theirs.get("/").text


def test_a_sign_in_lasts_a_working_day(session, person, sign_in):
    browser = sign_in(person)
    session.execute(update(SignIn).values(created_at=clock.now() - timedelta(hours=12)))
    assert browser.get("/account").status_code == 302


def test_changing_the_password_ends_all_other_sign_ins(session, person, sign_in, browser):
    here, there = sign_in(person), sign_in(person)
    answer = here.send("/account/password", {"current": PASSWORD, "password": NEW})
    assert answer.status_code == 303
    assert "Sign out" not in there.get("/").text
    assert here.get("/account").status_code == 200
    ended = select(SignIn.ended_at).where(SignIn.person_id == person.id)
    assert sum(at is None for at in session.scalars(ended)) == 1, "this browser's is a new one"
    assert enter(browser, person) == 422
    assert enter(browser, person, password=NEW) == 303


def test_a_wrong_current_password_changes_nothing_and_can_be_mended_in_the_same_form(
    person, sign_in
):
    browser = sign_in(person)
    form = {**browser.hidden("/account/password"), "current": "wrong", "password": NEW}
    refused = browser.post("/account/password", form)
    assert refused.status_code == 422
    assert "not your current password" in refused.text
    mended = browser.post("/account/password", {**form, "current": PASSWORD})
    assert mended.status_code == 303


def test_guessing_the_current_password_is_limited_too(person, sign_in):
    browser = sign_in(person)
    answers = [
        browser.send("/account/password", {"current": f"wrong {n}", "password": NEW}).status_code
        for n in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_with_codes_a_password_alone_does_not_sign_in_and_a_code_does(person, phone, browser):
    assert enter(browser, person) == 422
    assert enter(browser, person, "000000") == 422
    assert enter(browser, person, phone.at(clock.now()), password="wrong") == 422
    code = phone.at(clock.now())
    assert enter(browser, person, f"{code[:3]} {code[3:]}") == 303


def test_no_code_counts_twice(session, person, phone, browser):
    code = phone.at(clock.now())
    assert enter(browser, person, code) == 303
    browser.send("/sign-out", {}, page="/")
    assert enter(browser, person, code) == 422
    session.execute(update(OneTimeCodes).values(last_step=0))
    assert enter(browser, person, code) == 303, "it was the last step that was remembered"


@pytest.mark.parametrize(("off", "status"), [(-90, 422), (-30, 303), (30, 303), (90, 422)])
def test_a_phone_may_be_half_a_minute_off_and_not_more(
    session, person, phone, browser, off, status
):
    session.execute(update(OneTimeCodes).values(last_step=0))
    assert enter(browser, person, phone.at(clock.now() + timedelta(seconds=off))) == status


def test_codes_count_only_once_they_are_confirmed(person, sign_in, browser):
    here = sign_in(person)
    secret_on(here)
    assert here.send("/account/codes", {"code": "000000"}).status_code == 422
    assert enter(browser, person) == 303


def test_the_secret_is_shown_until_it_is_confirmed_and_kept_sealed(session, person, sign_in):
    browser = sign_in(person)
    secret = secret_on(browser)
    picture = browser.get("/account/codes/picture.svg")
    assert picture.mimetype == "image/svg+xml"
    assert secret not in session.scalars(select(OneTimeCodes.secret)).one()
    browser.send("/account/codes", {"code": TOTP(secret).at(clock.now())})
    assert secret not in browser.get("/account/codes").text
    assert browser.get("/account/codes/picture.svg").status_code == 404
    again = browser.post("/account/codes/start", browser.hidden("/account"))
    assert again.status_code == 409


def test_an_administrator_takes_away_the_codes_of_a_lost_phone(
    session, person, phone, sign_in, browser
):
    administrator = sign_in(factories.make_person(session, Role.ADMINISTRATOR))
    path = f"/people/{person.id}/forget-codes"
    assert administrator.send(path, {}, page="/people").status_code == 303
    assert enter(browser, person) == 303
    assert administrator.send(path, {}, page="/people").status_code == 404


def test_a_command_takes_away_the_codes_when_no_administrator_can(person, phone, browser, command):
    assert command("people", "forget-codes", person.email).exit_code == 0
    assert enter(browser, person) == 303
    assert command("people", "forget-codes", person.email).exit_code == 2


def test_outside_the_demo_administrators_and_openers_may_do_nothing_before_codes_are_set_up(
    app, session, database_url
):
    """On a site that asks for them, as every one does but the demo and the tests'."""
    strict = create_app(Settings(SECRET, database_url, secure_cookies=False, testing=True))
    opener = factories.make_person(session, Role.REVIEWER)
    factories.make_opener(session, opener)
    for person, page, waits in (
        (factories.make_person(session, Role.ADMINISTRATOR), "/people", True),
        (opener, "/grouping", True),
        (factories.make_person(session, Role.REVIEWER), "/grouping", False),
    ):
        browser = Browser(strict.test_client(), session)
        assert enter(browser, person) == 303
        answer = browser.get(page)
        assert (answer.status_code, answer.location) == (
            (302, "/account/codes") if waits else (200, None)
        )
        code = TOTP(secret_on(browser)).at(clock.now())
        assert browser.send("/account/codes", {"code": code}).status_code == 303
        assert browser.get(page).status_code == 200


def test_where_the_operator_says_so_everybody_needs_codes(session, app, database_url):
    everybody = {"MARKETPLACE_SECRET_KEY": SECRET, "MARKETPLACE_CODES": "everybody"}
    assert Settings.from_environment(everybody).codes_for_all
    with pytest.raises(SettingsFault, match="MARKETPLACE_CODES"):
        Settings.from_environment(everybody | {"MARKETPLACE_CODES": "some"})
    strict = Settings(SECRET, database_url, secure_cookies=False, testing=True, codes_for_all=True)
    browser = Browser(create_app(strict).test_client(), session)
    assert enter(browser, factories.make_person(session, Role.SUPPLIER)) == 303
    assert browser.get("/bids").location == "/account/codes"


def test_the_secret_key_may_stand_in_a_file_of_its_own(tmp_path):
    (tmp_path / "key").write_text(f"{SECRET}\n")
    said = {"MARKETPLACE_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert Settings.from_environment(said).secret_key == SECRET
    with pytest.raises(SettingsFault, match="cannot be read"):
        Settings.from_environment({"MARKETPLACE_SECRET_KEY_FILE": str(tmp_path / "no")})


def test_the_demo_asks_for_no_codes(app, session, database_url):
    demo = create_app(Settings(SECRET, database_url, demo=True, secure_cookies=False))
    browser = Browser(demo.test_client(), session)
    person = factories.make_person(session, Role.ADMINISTRATOR)
    assert "I have set up one-time codes" in browser.get("/sign-in").text
    assert enter(browser, person) == 303
    assert browser.get("/people").status_code == 200

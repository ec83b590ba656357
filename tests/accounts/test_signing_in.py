"""Who may come in, and for how long."""

from sqlalchemy import update

from marketplace.accounts.models import Role, SignIn
from tests import factories
from tests.conftest import PASSWORD
from tests.factories import NOW


def test_a_stranger_is_asked_to_sign_in_and_then_goes_where_they_were_going(session, browser):
    person = factories.make_person(session, Role.ADMINISTRATOR)
    asked = browser.get("/people")
    assert asked.status_code == 302
    answer = browser.send(asked.location, {"email": person.email, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/people")


def test_signing_in_never_leads_to_another_site(session, browser):
    person = factories.make_person(session, Role.ADMINISTRATOR)
    for target in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        answer = browser.send(
            f"/sign-in?next={target}", {"email": person.email, "password": PASSWORD}
        )
        assert answer.location == "/", target


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(session, browser):
    person = factories.make_person(session, Role.SUPPLIER)
    wrong = browser.send("/sign-in", {"email": person.email, "password": "wrong"})
    unknown = browser.send("/sign-in", {"email": "nobody@tests.example", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 422
    assert "do not match" in wrong.text
    assert "do not match" in unknown.text


def test_ending_a_sign_in_ends_it_at_the_next_request(session, sign_in):
    person = factories.make_person(session, Role.ADMINISTRATOR)
    browser = sign_in(person)
    assert browser.get("/people").status_code == 200
    session.execute(update(SignIn).values(ended_at=NOW))
    assert browser.get("/people").status_code == 302


def test_removing_somebody_ends_their_sign_ins_at_once(session, sign_in):
    administrator = factories.make_person(session, Role.ADMINISTRATOR)
    leaver = factories.make_person(session, Role.REVIEWER)
    theirs, mine = sign_in(leaver), sign_in(administrator)
    assert "Sign out" in theirs.get("/").text
    answer = mine.send(f"/people/{leaver.id}/remove", {}, page="/people")
    assert answer.status_code == 303
    assert "Sign out" not in theirs.get("/").text


def test_a_role_without_the_permission_is_refused(session, sign_in):
    for role in (Role.SUPPLIER, Role.COMMISSIONER, Role.REVIEWER):
        person = factories.make_person(session, role)
        assert sign_in(person).get("/people").status_code == 403


def test_a_form_without_its_token_changes_nothing(session, app, sign_in):
    person = factories.make_person(session, Role.ADMINISTRATOR)
    browser = sign_in(person)
    assert browser.post(f"/people/{person.id}/remove", {}).status_code == 400


def test_the_same_form_sent_twice_counts_once(session, sign_in):
    administrator = factories.make_person(session, Role.ADMINISTRATOR)
    browser = sign_in(administrator)
    form = {
        **browser.hidden("/people/add"),
        "email": "new@tests.example",
        "name": "Head of buying",
        "organisation": str(administrator.organisation_id),
        "role": "reviewer",
    }
    first = browser.post("/people/add", form)
    second = browser.post("/people/add", form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    other = browser.post("/people/add", {**form, "name": "Somebody else"})
    assert other.status_code == 422

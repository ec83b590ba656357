"""Which passwords are good enough: typed into the page where each is chosen."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Organisation, OrganisationKind, Person, Role
from marketplace.accounts.passwords import check_password
from marketplace.mail.models import Mail
from tests import factories
from tests.conftest import PASSWORD

GUESSED = {
    "short": "Enter a password of 12 characters or more",
    "password1234": "Many people have used this password",
    "QWERTYuiop123": "Many people have used this password",
    "xyxyxyxyxyxyxyxy": "more than a few characters repeated",
    "Camden-2026-head": "Most of this password is your name",
    "londonbuys2027!!": "Most of this password is your name",
}


@pytest.fixture
def person(session):
    camden = factories.make_organisation(session, OrganisationKind.AUTHORITY, name="Camden")
    return factories.make_person(
        session, Role.COMMISSIONER, camden, email="head@camden.example", name="Head of buying"
    )


@pytest.mark.parametrize(("password", "why"), GUESSED.items())
def test_a_password_that_others_would_guess_is_refused_with_the_reason(
    person, sign_in, password, why
):
    answer = sign_in(person).send("/account/password", {"current": PASSWORD, "password": password})
    assert answer.status_code == 422
    assert why in answer.text


@pytest.mark.parametrize(
    "password",
    ["three words invented", "Zahnrad~Kirsche~11", "camden garden hedgehogs", "пароль не простой"],
)
def test_words_that_somebody_invents_are_taken(password):
    check_password(password, ("head@camden.example", "Head of buying", "Camden"))


def test_by_a_link_too_and_by_the_command(session, person, sign_in, browser, command):
    administrator = sign_in(factories.make_person(session, Role.ADMINISTRATOR))
    path = added(administrator, session, person.organisation)
    assert browser.send(path, {"password": "password1234"}).status_code == 422
    assert browser.send(path, {"password": "three words invented"}).status_code == 303
    words = ("--name", "X", "--role", "commissioner", "--organisation", "Camden")
    said = command("people", "add", "x@camden.example", *words, "--password", "password1234")
    assert (said.exit_code, "Many people" in said.output) == (2, True)


def added(administrator, session, organisation: Organisation) -> str:
    """Somebody whom an administrator adds gets a link; where it leads."""
    form = {"email": "new@camden.example", "name": "Buyer", "role": "commissioner"}
    answer = administrator.send("/people/add", {**form, "organisation": str(organisation.id)})
    assert answer.status_code == 303, answer.text
    letter = session.scalars(select(Mail).where(Mail.recipient == "new@camden.example")).one()
    assert "Camden" in letter.body
    return "/new-password/" + letter.body.split("/new-password/")[1].split()[0]


def test_nobody_but_the_person_ever_knows_the_first_password(session, person, sign_in, browser):
    administrator = sign_in(factories.make_person(session, Role.ADMINISTRATOR))
    path = added(administrator, session, person.organisation)
    assert "password" not in administrator.hidden("/people/add")
    chosen = "three words invented"
    assert browser.send(path, {"password": chosen}).status_code == 303
    form = {"email": "new@camden.example", "password": chosen}
    assert browser.send("/sign-in", form).status_code == 303
    assert browser.get(path).status_code == 404, "it works once"
    assert session.scalars(select(Person).where(Person.email == form["email"])).one().active

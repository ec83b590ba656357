"""The first people of a new site are added by a command."""

from sqlalchemy import select

from marketplace.accounts.models import Person
from tests import factories

ADD = ("people", "add", "first@tests.example", "--name", "Head of systems")
PASSWORD = "a password of the tests"


def test_the_first_administrator_signs_in_on_a_new_site(session, command, sign_in, browser):
    centre = ("--role", "administrator", "--organisation", "The Centre", "--password", PASSWORD)
    done = command(*ADD, *centre)
    assert done.exit_code == 0, done.output
    person = session.scalars(select(Person)).one()
    assert (person.role, person.organisation.kind) == ("administrator", "centre")
    assert sign_in(person).get("/people").status_code == 200


def test_nobody_is_added_for_a_role_that_the_organisation_does_not_have(session, command):
    factories.make_organisation(session, name="Camden")
    session.commit()
    rest = ("--organisation", "Camden", "--password", PASSWORD)
    assert command(*ADD, "--role", "reviewer", *rest).exit_code == 2
    assert command(*ADD, "--role", "commissioner", *rest).exit_code == 0
    twice = command(*ADD, "--role", "commissioner", *rest)
    assert (twice.exit_code, "has an account already" in twice.output) == (2, True)


def test_a_short_password_and_an_unknown_organisation_are_refused(session, command):
    short = ("--role", "reviewer", "--organisation", "The Centre", "--password", "short")
    assert "12 characters" in command(*ADD, *short).output
    nowhere = ("--role", "supplier", "--organisation", "Nowhere", "--password", PASSWORD)
    assert "No organisation is called Nowhere" in command(*ADD, *nowhere).output
    assert session.scalars(select(Person)).all() == []

"""A newcomer at the door."""

from marketplace.accounts.models import Role
from tests import factories


def test_each_role_signs_in_and_sees_what_awaits_it(session, visit):
    for role in Role:
        person = factories.make_person(session, role)
        visitor = visit(person)
        assert visitor.sees("What awaits you")
        assert visitor.sees("Sign out")


def test_the_menu_works_on_a_telephone(session, visit):
    person = factories.make_person(session, Role.ADMINISTRATOR)
    email = person.email
    visitor = visit(person, width=390)
    visitor.go("/people")
    assert visitor.sees(email)

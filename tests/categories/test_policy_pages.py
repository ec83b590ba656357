"""The administrator's form of a policy."""

from marketplace.accounts.models import Role
from marketplace.categories.models import CategoryAttribute
from tests import factories


def test_a_policy_with_a_specification_opens_for_editing(session, sign_in):
    lines = [
        CategoryAttribute(name="servicing", label="Servicing", position=1, values=["full", "none"])
    ]
    policy = factories.make_policy(session, attributes=lines)
    page = sign_in(factories.make_person(session, Role.ADMINISTRATOR)).get(
        f"/categories/{policy.id}/edit"
    )
    assert page.status_code == 200
    assert "Servicing: full, none" in page.text


def test_a_new_policy_begins_with_the_specification_it_inherits(session, sign_in):
    lines = [CategoryAttribute(name="cover", label="Cover", position=1, values=["hard", "soft"])]
    factories.make_policy(session, "22110000", attributes=lines)
    factories.make_cpv(session, "22113000", parent_code="22110000")
    page = sign_in(factories.make_person(session, Role.ADMINISTRATOR)).get(
        "/categories/add?code=22113000"
    )
    assert "Cover: hard, soft" in page.text
    assert "Policy for Library books" in page.text


def test_categories_go_by_the_title_of_their_policy(session, sign_in):
    factories.make_cpv(session, "79620000", "Supply services of personnel")
    factories.make_policy(session, "79620000", title="Agency staff")
    factories.make_requirement(session, category_code="79620000")
    factories.make_requirement(session, category_code="22113000")
    page = sign_in(factories.make_person(session, Role.REVIEWER)).get("/grouping/start").text
    assert "Agency staff (1 requirement;" in page
    assert "Supply services of personnel" not in page
    assert page.index("Agency staff") < page.index("Library books")

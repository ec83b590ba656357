"""Which policy holds for a code, and loading the list of codes."""

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Role
from marketplace.categories.models import CpvCode
from marketplace.categories.queries import policies_for, policy_for, search_cpv
from marketplace.errors import NotSetUp
from tests import factories


def chain(session):
    """Printed matter > printed books > library books > large print."""
    factories.make_cpv(session, "22000000", "Printed matter", level="division")
    factories.make_cpv(session, "22110000", "Printed books", level="class", parent_code="22000000")
    factories.make_cpv(session, "22113000", "Library books", parent_code="22110000")
    factories.make_cpv(session, "22113100", "Large print", parent_code="22113000")


def test_a_code_without_a_policy_takes_its_nearest_parents(session):
    chain(session)
    division = factories.make_policy(session, "22000000", title="All print")
    books = factories.make_policy(session, "22113000", title="Library books")
    default = factories.make_policy(session, code=None)
    factories.make_cpv(session, "98000000", "Other services", level="division")
    wanted = {
        "22113100": books,
        "22113000": books,
        "22110000": division,
        "22000000": division,
        "98000000": default,
    }
    assert policies_for(session, wanted) == wanted
    assert policy_for(session, "22113100") is books


def test_a_code_with_nothing_above_it_says_that_the_default_is_missing(session):
    chain(session)
    with pytest.raises(NotSetUp, match="An administrator sets it"):
        policy_for(session, "22113100")


def test_the_administrators_default_holds_for_what_has_no_nearer_policy(session, sign_in):
    chain(session)
    default = factories.make_policy(session, code=None, max_discount="0.05")
    person = factories.make_person(session, Role.COMMISSIONER)
    requirement = factories.make_requirement(session, person.organisation, category_code="22113100")
    assert policy_for(session, requirement.category_code) is default
    assert sign_in(person).get(f"/requirements/{requirement.id}").status_code == 200


def test_many_codes_cost_no_more_queries_than_one(session, queries):
    chain(session)
    factories.make_policy(session, code=None)
    session.expunge_all()
    one = queries(lambda: policies_for(session, ["22113100"]))
    session.expunge_all()
    many = queries(lambda: policies_for(session, ["22113100", "22113000", "22110000", "22000000"]))
    assert many == one


@pytest.mark.shared
def test_the_full_list_of_codes_is_loaded_once(session, command, shared):
    file = shared / "data/reference/cpv/cpv_2008_en.csv"
    first = command("cpv", "load", file)
    assert (first.exit_code, first.output.strip()) == (0, "9,454 codes added.")
    assert command("cpv", "load", file).output.strip() == "0 codes added."
    assert session.scalar(select(func.count()).select_from(CpvCode)) == 9454


def test_a_file_that_is_no_list_of_codes_loads_nothing(session, command, tmp_path):
    file = tmp_path / "codes.csv"
    file.write_text("code8,parent,level,kind,description\n22000000,,division,gold,Print\n")
    refused = command("cpv", "load", file)
    assert refused.exit_code == 2
    assert "row 2, kind: 'gold'" in refused.output
    assert session.scalar(select(func.count()).select_from(CpvCode)) == 0


def test_on_a_new_site_the_administrator_sets_the_default_first(session, sign_in):
    factories.make_cpv(session)
    browser = sign_in(factories.make_person(session, Role.ADMINISTRATOR))
    assert "Set the default policy" in browser.get("/categories").text
    assert browser.get("/categories/add?code=22113000").status_code == 409
    at = "/categories/default"
    form = {
        "title": "Everything else",
        "tier": "medium",
        "elasticity_low": "0",
        "elasticity_likely": "0.03",
        "elasticity_high": "0.06",
        "max_discount": "0.25",
        "tender_cost": "8000",
        "coordination_cost": "4000",
        "reach": "anywhere",
    }
    assert browser.send(at, form | {"max_discount": "2"}).status_code == 422
    assert browser.send(at, form).status_code == 303
    assert policy_for(session, "22113000").is_default
    changed = browser.send(at, form | {"title": "All the rest"})
    assert changed.status_code == 303
    assert policy_for(session, "22113000").title == "All the rest"
    assert "Set the default policy" not in browser.get("/categories").text


def test_the_search_puts_what_is_bought_together_first_and_wide_codes_before_narrow(session):
    for code, name in (
        ("34000000", "Transport equipment and auxiliary products: vehicles too"),
        ("34100000", "Motor vehicles"),
        ("34144511", "Refuse-collection vehicles"),
        ("79634000", "Career guidance services"),
        ("85000000", "Health care"),
    ):
        factories.make_cpv(session, code, name)
    factories.make_policy(session, "34144511", title="Bin lorries")

    def found(words: str) -> list[str]:
        return [each.code for each in search_cpv(session, words)]

    assert found("vehicle") == ["34144511", "34100000", "34000000"]
    assert found("bin lorry") == ["34144511"]
    assert found("care") == ["85000000", "79634000"], "a whole word before a part of one"
    assert found("health guidance") == ["85000000", "79634000"], "none has both, so either"
    assert found("341") == ["34144511", "34100000"]
    assert found("zzz") == found("") == []

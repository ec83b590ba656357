"""The administrator, or a command, registers authorities."""

import re

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Organisation, OrganisationKind, Role
from marketplace.audit.models import Action, AuditEntry
from tests import factories

BURNLEY = {"code": "e07000117", "name": "Burnley", "subregion": "Lancashire", "send": "yes"}


@pytest.fixture
def administrator(session, sign_in):
    return sign_in(factories.make_person(session, Role.ADMINISTRATOR))


def names(session):
    session.rollback()
    query = select(Organisation.name).where(Organisation.kind == OrganisationKind.AUTHORITY)
    return session.scalars(query).all()


def test_an_administrator_adds_an_authority(session, administrator):
    assert administrator.send("/authorities/add", BURNLEY).status_code == 303
    page = administrator.get("/authorities").text
    assert "E07000117" in page
    assert "Lancashire" in page
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.ORGANISATION_ADDED)
    ).one()
    assert entry.actor_id is not None


def test_authorities_are_found_by_name_code_or_subregion(session, administrator):
    administrator.send("/authorities/add", BURNLEY)
    for words in ("burn", "E0700", "lancashire burnley"):
        assert "E07000117</td>" in administrator.get("/authorities", q=words).text
    assert "No authority is like that" in administrator.get("/authorities", q="100%").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "Burnley"}, "is not a GSS code"),
        ({"code": ""}, "Enter the authority’s code"),
        ({"name": ""}, "Enter the authority’s name"),
        ({"name": " "}, "Enter the authority’s name"),
        ({"name": "bURNLEY", "code": "E07000999"}, "registered already, with the code E07000117"),
        ({"name": "Other"}, "Burnley is registered already"),
        ({"subregion": "x" * 61}, "at most 60"),
    ],
)
def test_an_authority_that_is_no_good_or_there_already_is_refused(
    session, administrator, change, words
):
    administrator.send("/authorities/add", BURNLEY)
    answer = administrator.send("/authorities/add", BURNLEY | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert names(session) == ["Burnley"]


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.REVIEWER, Role.SUPPLIER])
def test_only_administrators_add_authorities(session, sign_in, role):
    browser = sign_in(factories.make_person(session, role))
    for path in ("/authorities", "/authorities/add"):
        assert browser.get(path).status_code == 403


def test_the_command_adds_an_authority_and_lists_it(session, command):
    words = ("authorities", "add", "E07000117", "Burnley", "--subregion", "Lancashire")
    assert command(*words).exit_code == 0
    assert names(session) == ["Burnley"]
    assert "E07000117\tBurnley\tLancashire" in command("authorities", "list").output
    again = command(*words)
    assert again.exit_code == 2
    assert "registered already" in again.output


def test_one_place_of_the_menu_is_lit_on_a_page_below_it(administrator):
    page = administrator.get("/authorities/add").text
    lit = re.findall(r'aria-current="\w+">\s*(?:<[^>]+>)?\s*([^<]+)', page)
    assert [text.strip() for text in lit] == ["Authorities"]

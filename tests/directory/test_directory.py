"""The directory of roles: no names, kept by each authority, confirmed in one click."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.directory.models import DirectoryRole
from tests import factories

PAGE = "/knowledge/roles"
ROLE = {"title": "Head of library procurement", "category": "22113000", "mailbox": ""}


@pytest.fixture
def person(session):
    factories.make_policy(session, None)
    factories.make_policy(session, "22113000", title="Library books")
    made = factories.make_person(session, Role.COMMISSIONER)
    session.commit()
    return made


@pytest.fixture
def browser_of_it(person, sign_in):
    return sign_in(person)


def only_role(session):
    session.expire_all()
    return session.scalars(select(DirectoryRole)).one()


def test_an_authority_keeps_its_roles_and_all_find_them(session, person, browser_of_it, sign_in):
    assert browser_of_it.send(f"{PAGE}/add", ROLE).status_code == 303
    twice = browser_of_it.send(f"{PAGE}/add", {**ROLE, "title": "head of library PROCUREMENT"})
    assert twice.status_code == 422
    assert "stands in the directory already" in twice.text
    other = sign_in(factories.make_person(session, Role.COMMISSIONER))
    page = other.get(f"{PAGE}?q=library").text
    assert "Head of library procurement" in page
    role = only_role(session)
    assert f"/knowledge/roles/{role.id}/edit" not in page
    assert other.get(f"{PAGE}/{role.id}/edit").status_code == 404
    changed = {**ROLE, "title": "Library buyer"}
    assert browser_of_it.send(f"{PAGE}/{role.id}/edit", changed).status_code == 303
    assert only_role(session).title == "Library buyer"
    removed = browser_of_it.send(f"{PAGE}/{role.id}/remove", {}, page=f"{PAGE}/{role.id}/edit")
    assert removed.status_code == 303
    assert session.scalars(select(DirectoryRole)).all() == []


def test_what_nobody_confirmed_for_a_year_is_marked_and_asked_for_until_one_click(
    session, person, browser_of_it
):
    browser_of_it.send(f"{PAGE}/add", ROLE)
    browser_of_it.get(PAGE)
    assert "in the directory" not in browser_of_it.get("/").text
    role = only_role(session)
    role.confirmed_at = clock.now() - timedelta(days=366)
    session.commit()
    assert "Confirm 1 role in the directory" in browser_of_it.get("/").text
    assert "Over a year old" in browser_of_it.get(f"{PAGE}?only=stale").text
    confirmed = browser_of_it.send(f"{PAGE}/{role.id}/confirm", {}, page=PAGE)
    assert confirmed.status_code == 303
    assert "Confirm 1 role" not in browser_of_it.get("/").text
    assert "No role fits" in browser_of_it.get(f"{PAGE}?only=stale").text


def test_a_persons_own_address_is_no_teams_mailbox(session, person, browser_of_it):
    own = browser_of_it.send(f"{PAGE}/add", {**ROLE, "mailbox": person.email.upper()})
    assert own.status_code == 422
    assert "nobody’s private data" in own.text
    assert browser_of_it.send(f"{PAGE}/add", {**ROLE, "mailbox": "books"}).status_code == 422
    team = {**ROLE, "mailbox": "books@authority.example"}
    assert browser_of_it.send(f"{PAGE}/add", team).status_code == 303


def test_a_proposal_says_whom_to_ask_in_its_members(session, person, browser_of_it, sign_in):
    browser_of_it.send(f"{PAGE}/add", ROLE)
    browser_of_it.send(f"{PAGE}/add", {**ROLE, "title": "Head of procurement", "category": ""})
    browser_of_it.send(f"{PAGE}/add", {"title": "Care broker", "category": ""})
    factories.make_policy(session, "85311000", title="Care")
    browser_of_it.send(f"{PAGE}/add", {**ROLE, "title": "Placements", "category": "85311000"})
    members = [
        factories.make_requirement(session, person.organisation),
        factories.make_requirement(session),
    ]
    proposal = factories.make_proposal(session, members)
    session.commit()
    page = sign_in(factories.make_person(session, Role.REVIEWER)).get(f"/proposals/{proposal.id}")
    found = page.text.partition('id="roles"')[2]
    assert found.index("Head of library procurement") < found.index("Head of procurement")
    assert "Placements" not in found.partition("<h2")[0]

"""Grouping anew on the desk: an answer at once, and a better one from a job that looks longer."""

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.scenarios import regrouping
from marketplace.scenarios.models import ScenarioSearch
from tests.scenarios.conftest import Desk


@pytest.fixture
def no_time(time_enough, monkeypatch):
    """Nothing can be found at once."""
    monkeypatch.setattr(regrouping, "AT_ONCE", 0.0)


def worked(desk: Desk) -> ScenarioSearch:
    """The search, as the worker does it."""
    desk.session.expire_all()
    search = desk.session.scalars(select(ScenarioSearch)).one()
    found, gain = regrouping.look_longer(desk.session, search, seconds=60)
    regrouping.keep_found(desk.session, search, search.version, found, gain, at=clock.now())
    desk.session.commit()
    return search


def test_what_is_found_at_once_is_never_worse_than_the_lots_that_stand(desk, no_time):
    desk.step("move", requirement=desk.references[0], to="alone")
    before = desk.lots()
    assert desk.send("regroup").status_code == 303
    groups = [sorted(each for each in before if before[each] == lot) for lot in before.values()]
    after = desk.lots()
    assert all(len({after[each] for each in group}) == 1 for group in groups)
    assert "best that was found at once" in desk.text
    assert "may bring up to £" in desk.text


def test_a_grouping_that_is_the_best_says_that_it_is_proven(desk):
    desk.step("dissolve", lot="1")
    desk.send("regroup")
    assert set(desk.lots()) == set(desk.references)
    assert "No other grouping around what is locked brings more: that is proven." in desk.text
    assert "Look for a better one" not in desk.text


def test_a_job_looks_longer_and_what_it_finds_is_taken_in_a_step(desk, no_time):
    desk.step("dissolve", lot="1")
    desk.send("regroup")
    assert desk.lots() == {}
    assert "Look for a better one for half a minute" in desk.text
    assert desk.send("search").status_code == 303
    assert "Looking for a better grouping since" in desk.text
    assert "HX-Refresh" not in desk.browser.get(f"{desk.page}/search").headers
    assert worked(desk).gain > 0
    assert desk.browser.get(f"{desk.page}/search").headers["HX-Refresh"] == "true"
    assert "A grouping was found that brings £" in desk.text
    assert desk.send("better").status_code == 303
    assert set(desk.lots()) == set(desk.references)
    assert "Undo: grouped anew around what is locked" in desk.text


def test_a_search_that_is_asked_for_twice_is_one(desk, no_time):
    desk.step("dissolve", lot="1")
    desk.send("regroup")
    desk.send("search")
    asked = desk.session.scalars(select(ScenarioSearch.asked_at)).one()
    desk.send("search")
    desk.session.expire_all()
    assert desk.session.scalars(select(ScenarioSearch.asked_at)).all() == [asked]


def test_what_was_found_for_other_lots_is_not_taken(desk, no_time):
    desk.step("dissolve", lot="1")
    desk.send("regroup")
    desk.send("search")
    desk.step("move", requirement=desk.references[0], to="new")
    worked(desk)
    refused = desk.send("better")
    assert refused.status_code == 422
    assert "Nothing was found for these lots. Look for better once more." in refused.text
    assert "A grouping was found" not in desk.text


def test_a_search_that_fails_says_so_and_can_be_asked_for_again(desk, no_time):
    desk.step("dissolve", lot="1")
    desk.send("regroup")
    desk.send("search")
    search = desk.session.scalars(select(ScenarioSearch)).one()
    regrouping.fail_search(desk.session, search, "The solver is not there.", at=clock.now())
    desk.session.commit()
    assert "The search could not go on: The solver is not there." in desk.text
    desk.send("search")
    assert "Looking for a better grouping since" in desk.text

"""The desk through its pages: changes and their effect, two reviewers, adoption."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.grouping.models import Proposal, ProposalStatus
from marketplace.scenarios.models import Scenario
from tests import factories
from tests.scenarios.conftest import CODE, make_desk


def test_a_requirement_taken_out_shows_what_it_costs_and_undo_brings_it_back(desk):
    before = desk.lots()
    assert set(before) == set(desk.references)
    first = desk.references[0]
    assert desk.step("move", requirement=first, to="alone").status_code == 303
    assert set(desk.lots()) == set(desk.references[1:])
    assert f"Undo: {first} out, alone" in desk.text
    assert "−£" in desk.text
    assert desk.send("undo").status_code == 303
    assert desk.lots() == before
    assert f"Redo: {first} out, alone" in desk.text
    desk.send("redo")
    assert set(desk.lots()) == set(desk.references[1:])


def test_a_step_after_an_undo_takes_the_place_of_what_was_undone(desk):
    desk.step("move", requirement=desk.references[0], to="alone")
    desk.send("undo")
    desk.step("lock", lot="1")
    assert "Redo" not in desk.text
    assert "Locked" in desk.text


def test_a_locked_lot_says_so_and_does_not_change(desk):
    desk.step("lock", lot="1")
    refused = desk.step("move", requirement=desk.references[0], to="alone")
    assert refused.status_code == 422
    assert "Lot 1 is locked. Unlock it first." in refused.text
    assert set(desk.lots()) == set(desk.references)


def test_a_change_that_breaks_a_rule_says_which_and_by_how_much(session, sign_in):
    factories.make_policy(session, max_lot_value=Decimal(500_000))
    desk = make_desk(session, sign_in)
    small = min(desk.lots().values())
    for reference in desk.references:
        if desk.lots().get(reference) != small:
            desk.step("move", requirement=reference, to=str(small))
    page = desk.text
    assert "1 lot against the rules" in page
    assert "£1,500,000 together, £500,000 allowed" in page


def test_authorities_kept_apart_break_the_lot_that_they_share(desk):
    codes = re.findall(r'<option value="(E0900\d+)">', desk.text)
    desk.step("apart", a=codes[0], b=codes[1])
    assert "1 lot against the rules" in desk.text
    desk.step("apart", a=codes[1], b=codes[0])
    assert "against the rules" not in desk.text


def test_the_optimiser_groups_anew_around_what_is_locked_and_apart(desk):
    codes = re.findall(r'<option value="(E0900\d+)">', desk.text)
    desk.step("apart", a=codes[0], b=codes[1])
    assert desk.send("regroup").status_code == 303
    assert "against the rules" not in desk.text


def test_other_assumptions_change_the_figures_of_the_run_beside(desk):
    desk.step("assume", elasticity="0.5", tender_cost="", coordination_cost="0")
    page = desk.text
    assert "under the same assumptions" in page
    refused = desk.step("assume", elasticity="7", tender_cost="", coordination_cost="")
    assert refused.status_code == 422


@pytest.fixture
def colleague(desk, session, sign_in):
    """Another reviewer, who opened the desk before the first took a step."""
    browser = sign_in(factories.make_person(session, Role.REVIEWER))
    browser.stale = browser.hidden(desk.page)["version"]
    return browser


def sent_stale(desk, colleague, path: str, **form: object):
    return colleague.send(
        f"{desk.page}/{path}", {"version": colleague.stale, **form}, page=desk.page
    )


def rows_of(page: str) -> dict[str, list[str]]:
    """The table of what differs: the cells of each row, by its heading."""
    part = re.search(r'<section class="app-difference.*?</section>', page, re.S)[0]
    rows = re.findall(r"<tr.*?</tr>", part, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    bare = [[re.sub(r"<[^>]*>", " ", cell).split("  ")[0].strip() for cell in row] for row in cells]
    return {row[0].split(" ")[0]: row[1:] for row in bare}


def form_of(page: str, button: str) -> tuple[str, dict[str, object]]:
    """Where the form with that button goes, and what it carries."""
    forms = re.findall(r"<form.*?</form>", page, re.S)
    form = next(each for each in forms if f">{button}<" in each)
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return re.search(r'action="([^"]*)"', form)[1], dict(fields)


def test_the_second_of_two_reviewers_is_shown_the_difference_side_by_side(desk, colleague):
    first, second = desk.references[:2]
    desk.step("move", requirement=first, to="alone")
    desk.step("assume", elasticity="0.2", tender_cost="", coordination_cost="")
    answer = sent_stale(desk, colleague, "steps/move", requirement=second, to="alone")
    assert answer.status_code == 409
    assert "Somebody else was faster" in answer.text
    assert f"You wanted: <strong>{second} out, alone</strong>" in answer.text
    assert f"{first} out, alone" in answer.text
    assert "assume a price effect of 0.2" in answer.text
    rows = rows_of(answer.text)
    assert rows[first] == ["lot 1", "alone", "alone"]
    assert rows[second] == ["lot 1", "lot 1", "alone"]
    assert rows["Assumed"] == [
        "what the policy says",
        "a price effect of 0.2",
        "a price effect of 0.2",
    ]
    assert len(set(rows["Projected"])) == 3
    assert set(desk.lots()) == set(desk.references[1:])


def test_the_second_of_two_can_take_the_step_on_what_is_there_now(desk, colleague):
    first, second = desk.references[:2]
    desk.step("move", requirement=first, to="alone")
    page = sent_stale(desk, colleague, "steps/move", requirement=second, to="alone").text
    address, form = form_of(page, "Take your step on what is there now")
    assert colleague.post(address, form).status_code == 303
    assert set(desk.lots()) == set(desk.references[2:])


def test_the_second_of_two_can_keep_theirs_as_another_scenario(desk, colleague, session):
    desk.step("move", requirement=desk.references[0], to="alone")
    ticked = desk.references[1:3]
    page = sent_stale(desk, colleague, "steps/split", lot="1", requirements=ticked).text
    address, form = form_of(page, "Keep mine apart")
    kept = colleague.post(address, form | {"requirements": ticked, "name": "Mine"})
    assert kept.status_code == 303
    session.expire_all()
    mine = session.scalars(select(Scenario).where(Scenario.name == "Mine")).one()
    assert mine.steps == [{"kind": "split", "lot": "1", "requirements": ticked}]
    assert len(session.get_one(Scenario, desk.scenario.id).held) == 1


def test_a_step_that_the_first_made_impossible_says_why(desk, colleague):
    desk.step("lock", lot="1")
    refused = sent_stale(desk, colleague, "steps/move", requirement=desk.references[0], to="alone")
    assert refused.status_code == 409
    assert "Lot 1 is locked. Unlock it first." in refused.text
    assert "Take your step on what is there now" not in refused.text
    assert rows_of(refused.text)["Locked"] == ["none", "1"]


def test_an_undo_never_takes_back_a_colleagues_step(desk, session, sign_in):
    desk.step("lock", lot="1")
    browser = sign_in(factories.make_person(session, Role.REVIEWER))
    browser.stale = browser.hidden(desk.page)["version"]
    desk.send("undo")
    desk.step("move", requirement=desk.references[0], to="alone")
    refused = sent_stale(desk, browser, "undo")
    assert refused.status_code == 409
    assert "undo: lot 1 locked" in refused.text
    assert "What you wanted to undo is no longer the last step." in refused.text
    assert "undid: lot 1 locked" in refused.text
    assert set(desk.lots()) == set(desk.references[1:])


def test_lots_are_not_adopted_that_somebody_has_not_seen(desk, colleague, session):
    desk.step("move", requirement=desk.references[0], to="alone")
    refused = sent_stale(desk, colleague, "adopt")
    assert refused.status_code == 409
    assert "Look at what is there now first." in refused.text
    session.expire_all()
    assert session.scalars(select(Proposal.scenario_id)).all() == [None]


def test_an_adopted_scenario_stands_in_place_of_the_runs_proposals(desk, session):
    desk.step("move", requirement=desk.references[0], to="alone")
    assert desk.send("adopt").status_code == 303
    session.expire_all()
    proposals = session.scalars(select(Proposal).order_by(Proposal.created_at)).all()
    states = sorted((each.status, each.scenario_id is not None) for each in proposals)
    assert states == [(ProposalStatus.PROPOSED, True), (ProposalStatus.SUPERSEDED, False)]


def test_an_adopted_proposal_keeps_apart_whom_the_reviewer_kept_apart(desk, session):
    codes = re.findall(r'<option value="(E0900\d+)">', desk.text)
    desk.step("apart", a=codes[0], b=codes[1])
    assert "against the rules" in desk.text
    assert "a reviewer keeps" in desk.text
    desk.send("regroup")
    assert desk.send("adopt").status_code == 303
    session.expire_all()
    adopted = session.scalars(select(Proposal).where(Proposal.scenario_id.is_not(None))).all()
    assert [each.kept_apart for each in adopted] == [[sorted(codes[:2])]] * len(adopted)
    page = desk.browser.get(f"/proposals/{adopted[0].id}").text
    near = page.partition('id="why-these"')[2].partition("</table>")[0]
    assert "a reviewer keeps" in near


def test_a_scenario_against_the_rules_is_not_adopted(desk, session):
    codes = re.findall(r'<option value="(E0900\d+)">', desk.text)
    desk.step("apart", a=codes[0], b=codes[1])
    refused = desk.send("adopt")
    assert refused.status_code == 422
    assert "breaks a rule" in refused.text
    assert session.scalars(select(Proposal.status)).all() == [ProposalStatus.PROPOSED]


def test_scenarios_stand_side_by_side_with_the_best_of_each_row_marked(desk, session):
    copied = desk.browser.send(f"{desk.page}/copy", {"name": "Without one"}, page=desk.page)
    assert copied.status_code == 303
    other = session.scalars(select(Scenario).where(Scenario.name == "Without one")).one()
    page = f"/scenarios/{other.id}"
    version = desk.browser.hidden(page)["version"]
    desk.browser.send(
        f"{page}/steps/move",
        {"version": version, "requirement": desk.references[0], "to": "alone"},
        page=page,
    )
    address = f"/grouping/{desk.scenario.run_id}/scenarios/{CODE}/compare"
    text = desk.browser.get(f"{address}?scenario={desk.scenario.id}&scenario={other.id}").text
    assert text.count("Best") == 4, "three figures, and how many are bought alone"
    assert "Without one" in text
    assert "Tick up to four" in desk.browser.get(address).text


def test_only_reviewers_come_to_the_desk(desk, session, sign_in):
    for role in (Role.COMMISSIONER, Role.SUPPLIER, Role.ADMINISTRATOR):
        stranger = sign_in(factories.make_person(session, role))
        assert stranger.get(desk.page).status_code == 403

"""A proposal judged, sent back and tried on the desk; a commissioner who answers and joins."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.grouping import services as grouping
from marketplace.grouping.models import Barrier, InsistenceStudy, Proposal
from marketplace.grouping.queries import proposal as find_proposal
from marketplace.grouping.questions import ask_authority
from marketplace.grouping.studies import study_now
from marketplace.lots.joining import open_joining
from tests import factories

CODE = "22113000"


@pytest.fixture
def buyers(session):
    """Four authorities with something to share."""
    factories.make_policy(session, max_authorities=3)
    buyers = [
        factories.make_person(session, Role.COMMISSIONER, make_authority(session, name))
        for name in ("Barnet", "Brent", "Camden", "Ealing")
    ]
    for number, person in enumerate(buyers):
        factories.make_requirement(
            session, person.organisation, value=Decimal(200_000 + 50_000 * number)
        )
    return buyers


def make_authority(session, name: str):
    return factories.make_organisation(session, name=name)


@pytest.fixture
def reviewer(session):
    return factories.make_person(session, Role.REVIEWER)


@pytest.fixture
def proposal(session, buyers, reviewer) -> Proposal:
    """The best of a run, of three of them."""
    run = grouping.start_run(session, [CODE], 30, by=reviewer, at=clock.now())
    grouping.solve_run_now(session, run, at=clock.now())
    session.flush()
    return session.scalars(select(Proposal).order_by(Proposal.reference)).first()


def test_a_reviewer_judges_a_proposal_and_tries_changes(
    session, visit, scripts, proposal, reviewer
):
    key, run_id = proposal.id, proposal.run_id
    desk = visit(reviewer)
    desk.go(f"/proposals/{key}")
    assert desk.sees("Why these, and nobody else")
    assert desk.sees("too many authorities: 4, the category allows 3")
    desk.press("Work out what insisting costs")
    assert desk.sees("0 of 3 members looked at")
    study_now(session, session.get_one(InsistenceStudy, key), at=clock.now())
    session.commit()
    if scripts:
        desk.page.get_by_text("proven to cost nothing").wait_for()
        desk.look()
    else:
        desk.follow("Reload this page")
    assert desk.sees("proven to cost nothing")

    desk.follow("Send back with a question")
    desk.page.get_by_label("Which authority you ask").select_option(label="Ealing")
    desk.page.get_by_label("It would take too long").check()
    desk.fill("Your question", "Could you start in May?")
    desk.press("Send it back with this question")
    assert desk.sees("No answer yet. The proposal cannot be approved before.")

    desk.go(f"/grouping/{run_id}/scenarios/{CODE}")
    desk.fill("Name of the scenario", "Apart")
    desk.press("Begin")
    desk.page.get_by_role("button", name="Lock lot 1", exact=True).click()
    desk.page.get_by_text("Locked", exact=True).wait_for()
    desk.look()
    desk.page.get_by_role("button", name="Undo: lot 1 locked").click()
    desk.page.get_by_role("button", name="Redo: lot 1 locked").wait_for()
    desk.look()


def test_a_commissioner_answers_and_joins_under_a_condition(
    session, visit, proposal, reviewer, buyers
):
    found = find_proposal(session, proposal.id)
    camden = next(each for each in buyers if each.organisation.name == "Camden")
    asked = {"question": "Could you start in May?", "barrier": Barrier.TIME}
    ask_authority(session, found, camden.organisation_id, **asked, by=reviewer, at=clock.now())
    visitor = visit(camden)
    visitor.follow("Answer a question about Library books")
    visitor.fill("Your answer", "In May, yes")
    visitor.press("Send this answer")
    visitor.go("/readiness")
    visitor.follow("Library books")
    visitor.page.get_by_role("group", name="Would you trust").get_by_label("Yes").check()
    visitor.press("Keep these answers")
    assert visitor.sees("1 of 5")

    lot = open_joining(
        session, proposal, closes_at=clock.now() + timedelta(days=9), by=reviewer, at=clock.now()
    )
    session.commit()
    visitor.go("/messages")
    visitor.follow(f"{lot.reference}: commit to")
    assert visitor.sees("How the gain is divided, and why that is fair")
    visitor.follow("Commit under a condition")
    visitor.fill("At least this many authorities join, yours among them", "3")
    visitor.page.get_by_label("Anything else").select_option(label="At most a volume")
    visitor.press("Commit under this condition")
    assert visitor.sees("gets harder to meet as more join")
    visitor.page.get_by_label("Anything else").select_option(label="Nothing else")
    visitor.press("Commit under this condition")
    assert visitor.sees("You commit if at least 3 authorities join.")
    visitor.go("/calendar")
    visitor.press("Make an address for my calendar")
    assert visitor.sees(".ics")


def tab_to(page, name: str) -> None:
    """Press Tab until what has this name is in focus; fails where the keyboard never gets there."""
    for _ in range(200):
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement.textContent || ''")
        if " ".join(said.split()) == name:
            return
    raise AssertionError(f"{name!r} cannot be reached by keyboard")


def test_the_desk_is_worked_by_keyboard_alone(visit, proposal, reviewer):
    desk = visit(reviewer)
    desk.go(f"/grouping/{proposal.run_id}/scenarios/{CODE}")
    page = desk.page
    page.get_by_label("Name of the scenario").focus()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Lock lot 1", exact=True).wait_for()
    for button, then in (
        ("Lock lot 1", "Undo: lot 1 locked"),
        ("Undo: lot 1 locked", "Lock lot 1"),
    ):
        tab_to(page, button)
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        assert (outline, shadow) != ("none", "none"), "one must see where one is"
        page.keyboard.press("Enter")
        page.get_by_role("button", name=then, exact=True).wait_for()

"""Why these, what insisting costs, and whether to split, as the page of a proposal says it."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.grouping import services as grouping
from marketplace.grouping.models import InsistenceStudy, Proposal
from marketplace.grouping.studies import fail_study, findings, study_now
from marketplace.requirements.models import SharingExclusion
from tests import factories

CODE = "22113000"


@pytest.fixture
def proposal(session) -> Proposal:
    """Three who share, and Late, which two of them could take in and the third, Soon, cannot."""
    factories.make_policy(session)
    for _ in range(2):
        factories.make_requirement(session, value=Decimal(200_000), latest_start=date(2027, 12, 1))
    factories.make_requirement(
        session, factories.make_organisation(session, name="Soon"), value=Decimal(400_000)
    )
    factories.make_requirement(
        session,
        factories.make_organisation(session, name="Late"),
        value=Decimal(300_000),
        earliest_start=date(2027, 11, 1),
        latest_start=date(2027, 12, 1),
    )
    reviewer = factories.make_person(session, Role.REVIEWER)
    run = grouping.start_run(session, [CODE], 30, by=reviewer, at=clock.now())
    grouping.solve_run_now(session, run, at=clock.now())
    session.commit()
    return session.scalars(select(Proposal)).one()


@pytest.fixture
def reviewer(session, sign_in):
    return sign_in(factories.make_person(session, Role.REVIEWER))


def asked(session, reviewer, proposal) -> InsistenceStudy:
    page = f"/proposals/{proposal.id}"
    answer = reviewer.send(f"{page}/study", {}, page=page)
    assert answer.status_code == 303, answer.text
    session.expire_all()
    return session.get_one(InsistenceStudy, proposal.id)


def test_a_near_miss_is_named_with_what_bars_it_and_what_lifting_it_would_bring(reviewer, proposal):
    page = reviewer.get(f"/proposals/{proposal.id}").text
    section = page.partition('id="why-these"')[2].partition("</table>")[0]
    assert "Late" in section
    assert "no common start day" in section
    assert "1 November 2027 at the earliest" in section
    assert "£" in section


def test_what_insisting_costs_is_asked_for_on_the_page_and_then_stands_there(
    session, reviewer, proposal
):
    page = f"/proposals/{proposal.id}"
    assert "Work out what insisting costs" in reviewer.get(page).text
    study = asked(session, reviewer, proposal)
    assert "0 of 3 members looked at" in reviewer.get(page).text
    assert "HX-Refresh" not in reviewer.get(f"{page}/study").headers
    study_now(session, study, at=clock.now())
    session.commit()
    assert reviewer.get(f"{page}/study").headers["HX-Refresh"] == "true"
    text = reviewer.get(page).text
    assert "No start after 1 October 2027" in text, "by which Soon bars Late"
    assert "proven to cost nothing" in text


def test_of_a_limit_relaxed_by_degrees_the_least_degree_that_brings_it_is_shown(
    session, reviewer, proposal
):
    study = asked(session, reviewer, proposal)
    study_now(session, study, at=clock.now())
    found = findings(study)
    (only,) = found.binding
    assert only.cost.relaxed == "until 1 November 2027"
    assert 0 < only.cost.own_gain < only.cost.gain <= only.cost.gain_at_most
    assert found.free == 5


def test_a_study_that_stopped_says_why_and_can_be_asked_for_again(session, reviewer, proposal):
    study = asked(session, reviewer, proposal)
    before = study.workflow_id
    fail_study(session, study, "The worker gave this up.", at=clock.now())
    session.commit()
    assert "The worker gave this up." in reviewer.get(f"/proposals/{proposal.id}").text
    again = asked(session, reviewer, proposal)
    assert again.failure is None
    assert again.workflow_id != before


def test_the_split_and_its_reason_are_ready_and_the_reason_holds_no_figure(
    session, reviewer, proposal
):
    page = reviewer.get(f"/proposals/{proposal.id}").text
    section = page.partition('id="splitting"')[2].partition("<h2")[0]
    assert "The least costly split" in section
    reason = section.partition('<div class="govuk-inset-text">')[2].partition("</div>")[0]
    assert "Procurement Act 2023, section 18" in reason
    assert "£" not in reason


def test_a_near_miss_that_an_exclusion_bars_says_who_said_so(session, reviewer):
    factories.make_policy(session)
    names = ("Barnet", "Brent", "Camden")
    barnet, brent, camden = (factories.make_organisation(session, name=name) for name in names)
    for value, authority in ((200_000, barnet), (300_000, brent), (90_000, camden)):
        factories.make_requirement(session, authority, value=Decimal(value))
    session.add(SharingExclusion(authority_id=camden.id, other_id=brent.id, category_code=CODE))
    person = factories.make_person(session, Role.REVIEWER)
    run = grouping.start_run(session, [CODE], 30, by=person, at=clock.now())
    grouping.solve_run_now(session, run, at=clock.now())
    session.commit()
    proposal = session.scalars(select(Proposal)).one()
    page = reviewer.get(f"/proposals/{proposal.id}").text
    assert "Camden has said that it will not share a lot with Brent" in page
    study_now(session, asked(session, reviewer, proposal), at=clock.now())
    session.commit()
    page = reviewer.get(f"/proposals/{proposal.id}").text
    assert "Brent and Camden do not share (so Camden said)" in page

"""A proposal sent back with a question, and how ready its members say that they are."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.grouping.models import Proposal, ProposalQuestion, ProposalStatus
from marketplace.requirements.models import Requirement
from tests import factories

APPROVAL = {"closes_on": ["1", "3", "2090"], "reason": "It pays for all"}


@pytest.fixture
def members(session):
    """The commissioners of the three authorities in the proposal."""
    factories.make_policy(session)
    return [factories.make_person(session, Role.COMMISSIONER) for _ in range(3)]


@pytest.fixture
def proposal(session, members) -> Proposal:
    requirements = [factories.make_requirement(session, each.organisation) for each in members]
    proposal = factories.make_proposal(session, requirements)
    session.commit()
    return proposal


@pytest.fixture
def reviewer(session, sign_in):
    return sign_in(factories.make_person(session, Role.REVIEWER))


def sent_back(session, reviewer, proposal, member) -> ProposalQuestion:
    asked = {"authority": str(member.organisation_id), "barrier": "time"}
    page = f"/proposals/{proposal.id}/ask"
    assert reviewer.send(page, asked).status_code == 422, "there is no question in it"
    answer = reviewer.send(page, {**asked, "question": "Could you start in May?"})
    assert answer.status_code == 303, answer.text
    return session.scalars(select(ProposalQuestion)).one()


def status_of(session, proposal) -> ProposalStatus:
    session.rollback()
    return session.scalar(select(Proposal.status).where(Proposal.id == proposal.id))


def test_a_proposal_that_was_sent_back_waits_for_the_answer_which_returns_it(
    session, sign_in, reviewer, proposal, members
):
    asked = sent_back(session, reviewer, proposal, members[0])
    assert "awaits your decision" not in reviewer.get("/").text
    assert "sent back with a question" in reviewer.get("/proposals").text
    refused = reviewer.send(f"/proposals/{proposal.id}/approve", APPROVAL)
    assert refused.status_code == 422
    member = sign_in(members[0])
    assert "Answer a question about Library books" in member.get("/").text
    page = f"/questions/{asked.id}"
    assert "Could you start in May?" in member.get(page).text
    assert member.send(page, {"answer": "From June only"}).status_code == 303
    assert member.send(page, {"answer": "Or July"}, page="/readiness").status_code == 422
    assert "1 proposal awaits your decision" in reviewer.get("/").text
    assert "From June only" in reviewer.get(f"/proposals/{proposal.id}").text
    assert status_of(session, proposal) == ProposalStatus.PROPOSED


def test_a_question_that_is_taken_back_holds_up_nothing(
    session, sign_in, reviewer, proposal, members
):
    asked = sent_back(session, reviewer, proposal, members[0])
    page = f"/proposals/{proposal.id}"
    done = reviewer.send(f"{page}/questions/{asked.id}/take-back", {}, page=page)
    assert done.status_code == 303
    assert sign_in(members[0]).get(f"/questions/{asked.id}").status_code == 404
    assert "1 proposal awaits your decision" in reviewer.get("/").text


def test_only_members_can_be_asked_and_only_the_one_asked_sees_the_question(
    session, sign_in, reviewer, proposal, members
):
    stranger = factories.make_organisation(session)
    session.commit()
    refused = reviewer.send(
        f"/proposals/{proposal.id}/ask",
        {"authority": str(stranger.id), "barrier": "time", "question": "May we?"},
    )
    assert refused.status_code == 422
    asked = sent_back(session, reviewer, proposal, members[0])
    assert sign_in(members[1]).get(f"/questions/{asked.id}").status_code == 404


def test_the_asked_authority_is_shown_its_own_requirements_and_nobody_elses(
    session, sign_in, reviewer, proposal, members
):
    asked = sent_back(session, reviewer, proposal, members[0])
    page = sign_in(members[0]).get(f"/questions/{asked.id}").text
    requirements = {each.authority_id: each for each in session.scalars(select(Requirement))}
    for member in members:
        own = member is members[0]
        assert (requirements[member.organisation_id].reference in page) == own
    assert "£" not in page


def test_what_the_members_answer_of_the_five_factors_stands_with_the_proposal(
    session, sign_in, reviewer, proposal, members
):
    before = reviewer.get(f"/proposals/{proposal.id}").text
    assert "15 answers are missing" in before
    member = sign_in(members[0])
    assert "0 of 5" in member.get("/readiness").text
    said = {"trust": "yes", "leadership": "no", "leadership_note": "Since the election"}
    assert member.send("/readiness/22113000", said).status_code == 303
    assert "2 of 5" in member.get("/readiness").text
    after = reviewer.get(f"/proposals/{proposal.id}").text
    assert "13 answers are missing" in after
    assert "1 answer says that something is there only in part, or not yet" in after
    assert "Not yet: Since the election" in after
    assert member.send("/readiness/22113000", {"trust": "perhaps"}).status_code == 422


def test_an_authority_answers_for_categories_in_which_it_has_something_posted(
    session, sign_in, proposal
):
    stranger = sign_in(factories.make_person(session, Role.COMMISSIONER))
    assert stranger.get("/readiness/22113000").status_code == 404
    assert "nothing posted" in stranger.get("/readiness").text


def test_an_approval_says_why(session, reviewer, proposal):
    page = f"/proposals/{proposal.id}"
    assert reviewer.send(f"{page}/approve", {**APPROVAL, "reason": ""}).status_code == 422

"""Who decides on a proposal, and what members read of it."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.audit.models import Action, AuditEntry
from marketplace.grouping.models import Proposal, ProposalStatus
from tests import factories


@pytest.fixture
def proposal(session) -> Proposal:
    factories.make_policy(session, risk_activity="Staff agency service")
    requirements = [factories.make_requirement(session) for _ in range(3)]
    proposal = factories.make_proposal(session, requirements)
    session.commit()
    return proposal


def test_a_reviewer_with_a_conflict_of_interest_does_not_decide(session, sign_in, proposal):
    page = f"/proposals/{proposal.id}"
    barred = sign_in(factories.make_person(session, Role.REVIEWER, name="Reviewer of books"))
    free = sign_in(factories.make_person(session, Role.REVIEWER))
    assert barred.send(f"{page}/conflict", {"reason": ""}).status_code == 422
    assert barred.send(f"{page}/conflict", {"reason": "I worked there"}).status_code == 303
    assert "Approve and open" not in barred.get(page).text
    refusal = {"barrier": "time", "reason": "Too slow"}
    refused = barred.send(f"{page}/reject", refusal)
    assert refused.status_code == 403
    assert "declared a conflict of interest" in refused.text
    approval = barred.send(f"{page}/approve", {"closes_on": ["1", "2", "2027"]})
    assert approval.status_code in (403, 422)
    session.expire_all()
    assert session.get_one(Proposal, proposal.id).status == ProposalStatus.PROPOSED
    assert "Reviewer of books declared a conflict" in free.get(page).text
    assert free.send(f"{page}/reject", refusal).status_code == 303
    assert Action.CONFLICT_DECLARED in set(session.scalars(select(AuditEntry.action)))


def test_the_digest_says_in_plain_words_what_was_decided_and_why(session, sign_in, proposal):
    page = f"/proposals/{proposal.id}"
    browser = sign_in(factories.make_person(session, Role.REVIEWER))
    before = browser.get(f"{page}/digest").text
    assert "3 authorities would buy" in before
    assert "where twice as much is bought at once, prices in this category have been" in before
    assert "No volume is given here" in before
    assert f"{proposal.value:,.0f}" not in before
    assert "Nothing yet." in before
    browser.send(f"{page}/reject", {"barrier": "time", "reason": "The schools cannot wait"})
    after = browser.get(f"{page}/digest").text
    assert "It would take too long. The schools cannot wait" in after

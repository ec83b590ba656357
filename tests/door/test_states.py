"""Forged states: each form of a lot, a run, a proposal or a requirement, sent in every state."""

from marketplace.grouping.models import ProposalStatus, RunStatus
from tests.copies import changed
from tests.door.conftest import Door
from tests.pages import FORMS, Sent
from tests.world import LOT_STATES, requirement_in

MARKET = ("open", "unbid", "changed")
OPENED = ("opened", "scored", "agreed", "awardable", "award asked")

ALLOWED = {
    "joining.commit": {"joining"},
    "joining.decline": {"joining"},
    "joining.close": {"ready", "committed", "joining"},
    "joining.cancel": set(LOT_STATES) - {"awarded", "cancelled"},
    "publishing.publish": {"unpublished"},
    "publishing.confirm": {"publication asked"},
    "deadlines.extend": set(MARKET) - {"changed"},
    "deadlines.confirm": {"changed"},
    "bids.confirm": {"changed"},
    "lots.add_documents": {
        *("joining", "ready", "committed", "unpublished", "publication asked", *MARKET)
    },
    "lots.ask": set(MARKET),
    "bids.submit": set(MARKET),
    "bids.withdraw": {"open", "changed"},
    "opening.show": {"closed", "rooted"},
    "opening.publish_root": {"closed"},
    "awards.score": {"opened"},
    "awards.agree": {"scored"},
    "awarding.award": {"awardable"},
    "awarding.confirm": {"award asked"},
}
"""In which state of a lot each form is taken."""


def refused_everywhere_else(door: Door, endpoint: str, states, keys: dict, allowed: set) -> None:
    sent: Sent = FORMS[endpoint][0]
    own = sent.at(door.world)
    here = next(key for key in keys.values() if key in own)
    form = {**door.tokens(sent), **sent.answers(door.world)}
    browser = door.of(sent.role)
    before = door.state()
    for state in states:
        if state in allowed:
            continue
        fresh = {**form, "idempotency_key": f"{endpoint} {state}"}
        if "documents" in fresh:
            fresh["documents"] = []
        answer = browser.post(own.replace(here, keys[state]), fresh)
        assert answer.status_code in (404, 409, 422), (endpoint, state, answer.status_code)
    assert changed(before, door.state()) == set(), endpoint


def test_a_lot_takes_each_form_in_its_own_state_only(door: Door):
    keys = {state: str(lot.id) for state, lot in door.world.lots.items()}
    for endpoint, allowed in ALLOWED.items():
        refused_everywhere_else(door, endpoint, LOT_STATES, keys, allowed)


def test_a_run_that_is_over_cannot_be_cancelled(door: Door):
    keys = {state: str(run.id) for state, run in door.world.runs.items()}
    refused_everywhere_else(
        door, "grouping.cancel", keys, keys, {RunStatus.RUNNING, RunStatus.QUEUED}
    )
    refused_everywhere_else(door, "grouping.keep", keys, keys, {RunStatus.RUNNING})


def test_a_proposal_is_decided_once(door: Door):
    keys = {state: str(proposal.id) for state, proposal in door.world.proposals.items()}
    undecided = {
        state
        for state, proposal in door.world.proposals.items()
        if proposal.status == ProposalStatus.PROPOSED
    }
    for endpoint in ("proposals.reject", "joining.approve"):
        refused_everywhere_else(door, endpoint, keys, keys, undecided)


def test_a_requirement_past_editing_takes_no_form_but_a_copy(door: Door):
    world = door.world
    in_a_lot = {
        status: requirement_in(world, lot)
        for status, lot in (
            ("asked", "joining"),
            ("joined", "unpublished"),
            ("in tender", "open"),
            ("contracted", "awarded"),
        )
    }
    keys = {state: str(each.id) for state, each in (world.requirements | in_a_lot).items()}
    for endpoint, allowed in (
        ("requirements.edit", {"draft", "posted"}),
        ("requirements.set_category", {"draft", "posted"}),
        ("requirements.withdraw", {"draft", "posted"}),
        ("requirements.post", {"draft"}),
    ):
        refused_everywhere_else(door, endpoint, keys, keys, allowed)

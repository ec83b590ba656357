"""Random stories: anybody does anything at any time, and what must hold holds after each step."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from marketplace.accounts.services import remove_person
from marketplace.awards import services as awards
from marketplace.awards.scoring import Evaluation
from marketplace.bids import services as bids
from marketplace.bids.confirming import confirm_bid
from marketplace.bids.opening import publish_root
from marketplace.bids.playing import play_opening
from marketplace.contracts.awarding import award_and_register
from marketplace.grouping import services as grouping
from marketplace.grouping.conflicts import declare_conflict
from marketplace.grouping.models import Barrier, ConflictOfInterest, Proposal, ProposalStatus
from marketplace.lots import closing, joining, publishing, queries, services
from marketplace.lots.conditions import Condition
from marketplace.lots.extending import Extension, ask_to_extend, extend_deadline
from marketplace.lots.models import Clarification, LotDocument
from marketplace.requirements import services as requirements
from marketplace.requirements.models import Requirement, RequirementStatus
from marketplace.requirements.services import Need
from marketplace.security import two_people
from marketplace.security.two_people import PendingStep, Step
from marketplace.web.uploads import Upload
from tests import factories
from tests.conftest import PLAYED, SITE_KEYS
from tests.stories.market import Market, done, prepare
from tests.world import _terms

STEPS_OF_A_STORY = 50
IN_EACH_RUN, ON_DEMAND = 70, 2300
"""Stories: 3,000 steps and 100,000, as a few of them end before their last step."""

N = st.integers(min_value=0, max_value=10_000)
HOURS = st.sampled_from([1, 6, 24, 24 * 8, 24 * 31])


class Story(RuleBasedStateMachine):
    """Each rule is a verb by somebody on something, with numbers that choose which."""

    def __init__(self) -> None:
        super().__init__()
        self.market = Market()

    def teardown(self) -> None:
        self.market.end()

    @invariant()
    def what_must_hold_holds(self) -> None:
        done["steps"] += 1
        assert self.market.broken() == []

    # Who and what.

    def buyer(self, n):
        return self.market.one(self.market.world.commissioners, n)

    def supplier(self, n):
        return self.market.one(self.market.world.suppliers, n)

    def reviewer(self, n):
        return self.market.one([*self.market.world.reviewers, self.market.world.coded], n)

    def requirement(self, n, *statuses):
        query = select(Requirement).order_by(Requirement.reference)
        if statuses and n % 7:
            query = query.where(Requirement.status.in_(statuses))
        return self.market.some(query, n)

    def do(self, name, verb, *needed):
        if all(each is not None for each in needed):
            self.market.do(name, verb)

    @property
    def now(self):
        return self.market.now

    @property
    def session(self):
        return self.market.session

    # Requirements.

    @rule(n=N)
    def draft(self, n):
        person = self.buyer(n)
        made = factories.make_requirement(self.session, person.organisation)
        need = Need.of(made)
        self.session.rollback()
        person = self.buyer(n)
        self.do(
            "draft",
            lambda: requirements.draft_requirement(
                self.session, person.organisation, need, by=person, at=self.now
            ),
        )

    @rule(n=N)
    def post(self, n):
        one = self.requirement(n, "draft")
        self.do(
            "post",
            lambda: requirements.post_requirement(self.session, one, by=self.buyer(n), at=self.now),
            one,
        )

    @rule(n=N)
    def edit(self, n):
        one = self.requirement(n, "draft", "posted")
        self.do(
            "edit",
            lambda: requirements.edit_requirement(
                self.session,
                one,
                Need(**{**Need.of(one).__dict__, "value": Decimal(50_000 + n)}),
                version=one.version - (n % 3 == 0),
                by=self.buyer(n),
                at=self.now,
            ),
            one,
        )

    @rule(n=N)
    def withdraw(self, n):
        one = self.requirement(n)
        self.do(
            "withdraw",
            lambda: requirements.withdraw_requirement(
                self.session, one, by=self.buyer(n), at=self.now
            ),
            one if n % 4 == 0 else None,
        )

    @rule(n=N)
    def copy(self, n):
        one = self.requirement(n)
        self.do(
            "copy",
            lambda: requirements.copy_requirement(self.session, one, by=self.buyer(n), at=self.now),
            one,
        )

    # Proposals and windows.

    @rule(n=N)
    def propose(self, n):
        """As a run would: of what is posted, one requirement of each authority."""
        posted = {
            each.authority_id: each
            for each in self.session.scalars(
                select(Requirement).where(Requirement.status == RequirementStatus.POSTED)
            )
        }
        members = list(posted.values())
        if len(members) < 2:
            members = [
                factories.make_requirement(self.session, person.organisation)
                for person in self.market.world.commissioners
            ]
        factories.make_proposal(self.session, members)
        self.session.commit()

    def proposal(self, n):
        query = select(Proposal).order_by(Proposal.reference)
        if n % 5:
            query = query.where(Proposal.status == ProposalStatus.PROPOSED)
        return self.market.some(query, n)

    @rule(n=N)
    def approve(self, n):
        one = self.proposal(n)
        self.do(
            "approve",
            lambda: joining.open_joining(
                self.session,
                one,
                closes_at=self.now + timedelta(days=7),
                by=self.reviewer(n),
                at=self.now,
            ),
            one,
        )

    @rule(n=N)
    def reject(self, n):
        one = self.proposal(n)
        self.do(
            "reject",
            lambda: grouping.reject_proposal(
                self.session,
                one,
                reason="Too slow",
                barrier=Barrier.TIME,
                by=self.reviewer(n),
                at=self.now,
            ),
            one if n % 4 == 0 else None,
        )

    @rule(n=N)
    def declare_conflict(self, n):
        one = self.proposal(n)
        known = one and self.session.get(ConflictOfInterest, (one.id, self.reviewer(n).id))
        self.do(
            "conflict",
            lambda: declare_conflict(
                self.session, one, reason="I worked there", by=self.reviewer(n), at=self.now
            ),
            one if n % 10 == 0 and not known else None,
        )

    @rule(n=N)
    def commit(self, n):
        for m in (n, n + 1) if n % 2 else (n,):
            lot, person = self.market.lot(n, "joining"), self.buyer(m)
            self.do(
                "commit",
                lambda lot=lot, person=person: joining.commit_to_lot(
                    self.session, lot, person.organisation, by=person, at=self.now
                ),
                lot,
            )

    @rule(n=N)
    def commit_if(self, n):
        lot, person = self.market.lot(n, "joining"), self.buyer(n)
        condition = Condition(2 + n % 3, None, None, None)
        self.do(
            "commit if",
            lambda: joining.commit_if(
                self.session, lot, person.organisation, condition, by=person, at=self.now
            ),
            lot,
        )

    @rule(n=N)
    def decline(self, n):
        lot, person = self.market.lot(n, "joining"), self.buyer(n)
        self.do(
            "decline",
            lambda: joining.decline_lot(
                self.session,
                lot,
                person.organisation,
                reason="We cannot wait",
                barrier=Barrier.TIME,
                by=person,
                at=self.now,
            ),
            lot if n % 3 == 0 else None,
        )

    @rule(n=N)
    def close_window(self, n):
        lot = self.market.lot(n, "joining")
        self.do(
            "close window",
            lambda: closing.close_joining(self.session, lot, by=self.reviewer(n), at=self.now),
            lot,
        )

    @rule(n=N)
    def cancel(self, n):
        lot = self.market.lot(n)
        self.do(
            "cancel",
            lambda: closing.cancel_lot(
                self.session,
                lot,
                reason="Not needed",
                barrier=Barrier.TIME,
                by=self.reviewer(n),
                at=self.now,
            ),
            lot if n % 6 == 0 else None,
        )

    # The market.

    @rule(n=N)
    def ask_to_publish(self, n):
        lot = self.market.lot(n, "joining")
        terms = _terms(self.market.world, self.now + timedelta(days=1 + n % 20))
        self.do(
            "ask to publish",
            lambda: publishing.ask_to_publish(
                self.session, lot, terms, by=self.reviewer(n), at=self.now
            ),
            lot,
        )

    def waits(self, n, step=None):
        query = select(PendingStep).where(PendingStep.ended.is_(None))
        if step:
            query = query.where(PendingStep.step == step)
        waits = self.market.some(query.order_by(PendingStep.asked_at), n)
        if waits is None:
            return None, None
        return self.market.lot_of(waits.lot_id), waits.id

    @rule(n=N)
    def confirm_publication(self, n):
        lot, key = self.waits(n, Step.PUBLISH)
        self.do(
            "publish",
            lambda: publishing.publish_lot(
                self.session, lot, key, by=self.reviewer(n), at=self.now
            ),
            lot,
        )

    @rule(n=N)
    def end_waiting(self, n):
        lot, key = self.waits(n)
        self.do(
            "end",
            lambda: two_people.end(self.session, lot, key, by=self.reviewer(n), at=self.now),
            lot if n % 5 == 0 else None,
        )

    @rule(n=N)
    def add_document(self, n):
        lot = self.market.lot(n, "joining", "open")
        upload = Upload(f"terms {n}.txt", "text/plain", b"Terms")
        self.do(
            "add document",
            lambda: services.add_document(
                self.session, lot, upload, by=self.reviewer(n), at=self.now
            ),
            lot if n % 4 == 0 else None,
        )

    @rule(n=N)
    def remove_document(self, n):
        lot = self.market.lot(n)
        found = lot and self.market.some(select(LotDocument).where(LotDocument.lot_id == lot.id), n)
        self.do(
            "remove document",
            lambda: services.remove_document(
                self.session, lot, found, by=self.reviewer(n), at=self.now
            ),
            found,
        )

    @rule(n=N)
    def ask_question(self, n):
        lot = self.market.lot(n, "open")
        self.do(
            "ask question",
            lambda: services.ask_question(
                self.session, lot, text="May we?", by=self.supplier(n), at=self.now
            ),
            lot,
        )

    @rule(n=N)
    def answer_question(self, n):
        asked = self.market.some(select(Clarification).order_by(Clarification.asked_at), n)
        self.do(
            "answer question",
            lambda: services.answer_question(
                self.session, asked, answer="Yes", by=self.reviewer(n), at=self.now
            ),
            asked,
        )

    @rule(n=N)
    def ask_to_extend(self, n):
        lot = self.market.lot(n, "open")
        later = Extension(self.now + timedelta(days=n % 40), "More time was asked for")
        self.do(
            "ask to extend",
            lambda: ask_to_extend(self.session, lot, later, by=self.reviewer(n), at=self.now),
            lot if n % 3 == 0 else None,
        )

    @rule(n=N)
    def confirm_extension(self, n):
        lot, key = self.waits(n, Step.EXTEND)
        self.do(
            "extend",
            lambda: extend_deadline(self.session, lot, key, by=self.reviewer(n), at=self.now),
            lot,
        )

    @rule(n=N)
    def bid(self, n):
        for m in (n, n + 1) if n % 2 else (n,):
            lot, person = self.market.lot(n, "open"), self.supplier(m)
            self.do("bid", lambda lot=lot, person=person, m=m: self.submit(lot, person, m), lot)

    def submit(self, lot, person, n):
        members = {member.authority_id for member in queries.parts(self.session, lot)}
        bids.submit_bid(
            self.session,
            lot,
            prices=dict.fromkeys(members, Decimal(40_000 + n % 9 * 10_000)),
            answers=dict.fromkeys([question.id for question in lot.criteria], "By van"),
            documents=[],
            by=person,
            clock=lambda _: self.now,
            gate=SITE_KEYS.gate.public_key(),
        )

    @rule(n=N)
    def withdraw_bid(self, n):
        lot = self.market.lot(n, "open")
        self.do(
            "withdraw bid",
            lambda: bids.withdraw_bid(
                self.session, lot, by=self.supplier(n), clock=lambda _: self.now
            ),
            lot if n % 4 == 0 else None,
        )

    @rule(n=N)
    def confirm_bid(self, n):
        lot = self.market.lot(n, "open")
        self.do(
            "confirm bid",
            lambda: confirm_bid(self.session, lot, by=self.supplier(n), clock=lambda _: self.now),
            lot,
        )

    # After the deadline.

    @rule(n=N)
    def open_bids(self, n):
        lot = self.market.lot(n, "open", "closed")
        if lot is not None and n % 2:
            self.market.now = max(self.now, lot.deadline or self.now)
        self.do("open", lambda: self._open(lot, n), lot)

    def _open(self, lot, n):
        publish_root(self.session, lot, by=None, at=self.now)
        play_opening(
            self.session, lot, PLAYED, by=self.reviewer(n), at=self.now, gate=SITE_KEYS.gate
        )

    @rule(n=N)
    def score(self, n):
        for m in (n, n + 1) if n % 2 else (n,):
            lot = self.market.lot(n, "opened")
            self.do("score", lambda lot=lot, m=m: self._score(lot, m), lot)

    def _score(self, lot, n):
        marks = dict.fromkeys(Evaluation.of(self.session, lot).cells, (n % 6, "Sound"))
        awards.score_quality(self.session, lot, marks, by=self.reviewer(n), at=self.now)

    @rule(n=N)
    def agree(self, n):
        lot = self.market.lot(n, "opened")
        self.do("agree", lambda: self._agree(lot, n), lot)

    def _agree(self, lot, n):
        marks = dict.fromkeys(Evaluation.of(self.session, lot).cells, (3, "Sound"))
        awards.agree_quality(self.session, lot, marks, by=self.reviewer(n), at=self.now)

    @rule(n=N)
    def ask_to_award(self, n):
        lot = self.market.lot(n, "opened")
        self.do(
            "ask to award",
            lambda: awards.ask_to_award(
                self.session, lot, reason="The lowest", by=self.reviewer(n), at=self.now
            ),
            lot,
        )

    @rule(n=N)
    def confirm_award(self, n):
        lot, key = self.waits(n, Step.AWARD)
        self.do(
            "award",
            lambda: award_and_register(self.session, lot, key, by=self.reviewer(n), at=self.now),
            lot,
        )

    # Time, and people who leave.

    @rule(hours=HOURS)
    def time_passes(self, hours):
        self.market.pass_time(hours)

    @rule(n=N)
    def remove(self, n):
        person = self.market.one([self.market.world.outsider, self.market.world.stranger], n)
        self.do(
            "remove",
            lambda: remove_person(
                self.session, person, by=self.market.world.administrator, at=self.now
            ),
            person if n % 20 == 0 else None,
        )


def tell(stories: int) -> None:
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=stories,
            stateful_step_count=STEPS_OF_A_STORY,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    prepare(tmp_path_factory.mktemp("stories") / "beginning.sqlite")


@pytest.fixture
def beginning(prepared):
    done.clear()


def test_3000_steps_of_random_stories_break_no_rule(beginning):
    tell(IN_EACH_RUN)
    assert done["steps"] >= 3000
    # They came far: the stories are not of refusals only.
    assert {"publish", "bid", "open", "award", "extend"} <= set(done), done


@pytest.mark.prove
def test_100000_steps_of_random_stories_break_no_rule(beginning):
    tell(ON_DEMAND)
    assert done["steps"] >= 100_000


def test_a_bid_taken_late_would_be_found(beginning, monkeypatch):
    """The seeded fault: the lot is locked and the clock read, and nobody looks at it."""
    market = Market()
    lot = market.lot_of(market.world.lots["open"].id)
    market.now = lot.deadline
    monkeypatch.setattr(bids, "hold_open_lot", lambda session, lot, by, clock: clock(session))
    story = Story()
    story.market = market
    market.do("bid", lambda: story.submit(lot, market.world.suppliers[0], 0))
    assert market.broken() == ["no bid came at or after the deadline"]


FAULTS = {
    "a published lot was confirmed by a second person": "DELETE FROM pending_step",
    "an award was confirmed by a second person": "DELETE FROM pending_step",
    "a moved deadline was confirmed by a second person": "INSERT INTO deadline_move (id, lot_id,"
    " earlier, later, reason, moved_at) SELECT id, id, '2027-01-01', '2027-02-01', 'x',"
    " '2027-01-01' FROM lot LIMIT 1",
    "an awarded lot has its award, and no other has one": "UPDATE lot SET status = 'opened'"
    " WHERE status = 'awarded'",
    "each authority of an awarded lot has one contract": "DELETE FROM contract",
    "what is contracted is in an awarded lot": "UPDATE lot_member SET active = 0",
    "a lot on the market has two authorities": "UPDATE lot_member SET active = 0",
    "the revisions of a bid are counted": "UPDATE bid_revision SET number = number + 1",
    "no price is readable before the opening": "UPDATE lot SET opened_at = NULL",
    "bids are opened after the deadline": "UPDATE lot SET deadline = '2099-01-01'",
    "a withdrawn bid is never opened": "UPDATE bid SET status = 'withdrawn'",
    "an approved proposal has its lot, and no other has one": "UPDATE proposal SET"
    " status = 'rejected'",
    "contracts cost what the winner asked": "UPDATE contract SET value = value + 1",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_rule_that_does_not_hold_is_named(beginning, rule):
    market = Market()
    assert market.broken() == []
    market.connection.execute("PRAGMA foreign_keys = OFF")
    market.connection.execute("PRAGMA ignore_check_constraints = ON")
    market.connection.execute(FAULTS[rule])
    assert rule in market.broken()

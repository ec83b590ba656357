"""Nothing that an authority is ever shown depends on the others' values, but the coarse figures.

The same story of ten runs is played twice, the second time with other values that look the same on
the coarse grid. The last of its lots is awarded, at the same prices. An authority reads every page
it comes to, its messages, its mail, its calendar and the digests that members are handed: all of
it must say the same, word for word.
"""

import itertools
import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.grouping import questions
from marketplace.grouping.models import Barrier
from marketplace.grouping.queries import proposal as find_proposal
from marketplace.lots import closing, joining, queries, sight
from marketplace.lots.models import Lot
from marketplace.lots.volumes import coarse
from marketplace.mail.models import Mail
from marketplace.savings import queries as savings
from tests import factories
from tests.conftest import empty_tables
from tests.lots.marketing import is_awarded, publish
from tests.lots.spying import bare, crawl

# What the worker mails.
from tests.messages.conftest import work  # isort: skip # noqa: F401 - a fixture

RUNS = 10
AWARDED = RUNS - 1
"""The run of which a lot is awarded; those before come to nothing."""
OTHERS = 6
COMPANIES = random.Random(7).sample(
    [*itertools.combinations(range(OTHERS), 2), *itertools.combinations(range(OTHERS), 3)], RUNS
)
START = datetime(2026, 12, 1, 9, tzinfo=UTC)
NAMES = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{32,}")


def looks(values: Sequence[int]) -> list[object]:
    """What the coarse figures say of the others in each run: the step, and whether one has half."""
    sums = [[values[each] for each in company] for company in COMPANIES]
    return [(coarse(Decimal(sum(each))), 2 * max(each) >= sum(each)) for each in sums]


def two_that_look_alike(seed: int) -> tuple[list[int], list[int]]:
    """Values of the others, and others that differ by a few per cent and look the same.

    Those who buy together in the end come to the same volume, which the market is told.
    """
    rng = random.Random(seed)
    while True:
        values = [rng.randrange(20, 900) * 1000 for _ in range(OTHERS)]
        for _ in range(200):
            changed = [round(each * rng.uniform(0.85, 1.15)) for each in values]
            first, *rest = COMPANIES[AWARDED]
            changed[first] = values[first] + sum(values[each] - changed[each] for each in rest)
            if changed[first] > 0 and looks(changed) == looks(values):
                return values, changed


class Time:
    """One clock for both stories."""

    moment = START

    def passes(self, days: int = 0) -> datetime:
        """A minute later, or some days."""
        self.moment += timedelta(days=days) if days else timedelta(minutes=1)
        return self.moment


@pytest.fixture
def time(monkeypatch) -> Time:
    time = Time()
    monkeypatch.setattr(clock, "now", lambda: time.moment)
    return time


@pytest.fixture
def story(app, session, sign_in, work, time, monkeypatch):  # noqa: F811
    """story(values) is all that the authority was shown over ten runs, by where it was shown."""

    def play(values: Sequence[int]) -> dict[str, str]:
        time.moment = START
        session.rollback()
        empty_tables(app.extensions["engine_of_the_tests"])
        monkeypatch.setattr(factories, "_numbers", itertools.count(1))
        return Story(session, sign_in, work, time, values).play()

    return play


class Story:
    """Ten runs of which one authority, the spy, sees what it is shown."""

    def __init__(self, session, sign_in, post, time, values: Sequence[int]) -> None:
        self.session, self.post, self.time = session, post, time
        self.sign_in = sign_in
        factories.make_policy(session)
        self.reviewer = factories.make_person(session, Role.REVIEWER)
        self.spy = factories.make_person(session, Role.COMMISSIONER)
        own = factories.make_organisation(session, name="Own")
        self.spy.organisation = own
        self.own = factories.make_requirement(session, own, value=Decimal(150_000))
        self.people = [factories.make_person(session, Role.COMMISSIONER) for _ in values]
        self.others = [
            # Ends of their own, by which lists of contracts have an order.
            factories.make_requirement(
                session, person.organisation, value=Decimal(value), term_months=25 + number
            )
            for number, (person, value) in enumerate(zip(self.people, values, strict=True))
        ]
        self.browser, self.desk = sign_in(self.spy), sign_in(self.reviewer)
        self.shown: dict[str, str] = {}

    def play(self) -> dict[str, str]:
        self.browser.send("/calendar/make", {}, page="/calendar")
        for number, company in enumerate(COMPANIES):
            members = [self.own, *(self.others[each] for each in company)]
            self.time.passes()
            lot = factories.make_joining(self.session, members, self.reviewer)
            self.time.passes()
            self.ask()
            self.read(f"{number} open", lot)
            self.digest(f"{number} digest", lot)
            self.answer(number, lot, company)
            self.read(f"{number} answered", lot)
            self.time.passes()
            if number == AWARDED:
                self.award(lot)
                self.read(f"{number} awarded", lot, "award")
            else:
                self.end(lot)
        # A round of the worker writes a hundred at most.
        while len(self.post()) < len(self.post()):
            pass
        self.read_all("end")
        self.mail()
        return self.shown

    def ask(self) -> None:
        """A proposal is sent back with a question to the spy."""
        proposal = factories.make_proposal(self.session, [self.own])
        questions.ask_authority(
            self.session,
            find_proposal(self.session, proposal.id),
            self.spy.organisation_id,
            question="Could you start in May?",
            barrier=Barrier.TIME,
            by=self.reviewer,
            at=clock.now(),
        )

    def answer(self, number: int, lot: Lot, company: Sequence[int]) -> None:
        """The spy and others commit, decline or withdraw, by turns; some windows are closed."""
        lot = self.session.get_one(Lot, lot.id)
        people = [self.spy, *(self.people[each] for each in company)]
        for place, person in enumerate(people):
            now = self.time.passes()
            joining.commit_to_lot(self.session, lot, person.organisation, by=person, at=now)
            if number % 3 == 1 and place == 1:
                now = self.time.passes()
                why = {"reason": "We cannot wait", "barrier": Barrier.TIME}
                joining.decline_lot(
                    self.session, lot, person.organisation, **why, by=person, at=now
                )
        if number % 3:
            closing.close_joining(self.session, lot, by=self.reviewer, at=self.time.passes())

    def award(self, lot: Lot) -> None:
        """The lot goes to market, at prices that are the same whatever the values are."""
        lot = self.session.get_one(Lot, lot.id)
        reviewers = [self.reviewer, factories.make_person(self.session, Role.REVIEWER)]
        closing.close_joining(self.session, lot, by=self.reviewer, at=self.time.passes())
        members = queries.members(self.session, lot)
        publish(self.session, lot, reviewers, at=self.time.passes())
        self.read(f"{AWARDED} on the market", lot)
        members = sorted(members, key=lambda each: each.authority.name)
        prices = {each.authority_id: Decimal(91_000 + n) for n, each in enumerate(members)}
        is_awarded(self.session, lot, prices, reviewers, at=self.time.moment)
        self.time.passes(days=13)
        # Who does nothing for two hours is signed out.
        self.browser = self.sign_in(self.spy)

    def end(self, lot: Lot) -> None:
        lot = self.session.get_one(Lot, lot.id)
        if lot.cancelled_at is None:
            why = {"reason": "Too few", "barrier": Barrier.TIME}
            closing.cancel_lot(self.session, lot, **why, by=self.reviewer, at=clock.now())

    def read(self, when: str, lot: Lot, *more: str) -> None:
        """The pages of the lot."""
        pages = [f"/joining/{lot.id}", f"/joining/{lot.id}/commit-if", f"/lots/{lot.id}"]
        for path in (*pages, *(f"/lots/{lot.id}/{each}" for each in more)):
            self.keep(f"{when} {path.replace(str(lot.id), '')}", self.browser.get(path).text)

    def digest(self, where: str, lot: Lot) -> None:
        """What members are handed, printed by a reviewer."""
        digest = self.desk.get(f"/proposals/{lot.proposal_id}/digest").text
        self.keep(where, digest[digest.index("<h1") : digest.index("</main>")])

    def read_all(self, when: str) -> None:
        """Every page that leads on from the first, and the calendar that another program reads."""
        for number, (path, text) in enumerate(crawl(self.browser)):
            self.keep(f"{when} {number} {NAMES.sub('…', path)}", text)
        feed = re.search(r"/calendar/[^\"\s<]+\.ics", self.browser.get("/calendar").text)[0]
        self.keep(f"{when} calendar", self.browser.client.get(feed).text)

    def mail(self) -> None:
        """What was mailed to the spy."""
        sent = select(Mail.subject, Mail.body).where(Mail.recipient == self.spy.email)
        for number, (subject, body) in enumerate(self.session.execute(sent.order_by(Mail.subject))):
            self.keep(f"mail {number}", f"{subject}\n{body}")

    def keep(self, where: str, text: str) -> None:
        assert where not in self.shown
        self.shown[where] = NAMES.sub("…", bare(text))


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    assert one.keys() == other.keys()
    return [where for where, text in one.items() if text != other[where]]


# Twice ten runs, and every page read: some hundreds of requests.
def test_nothing_that_is_shown_tells_values_apart_that_look_the_same(story):
    one, other = map(story, two_that_look_alike(1))
    assert len(one) > 100
    assert any("price saving" in text for text in one.values()), "not everything is hidden"
    ends = "\n".join(where for where in one if where.startswith("end"))
    for page in ("/contracts/…", "/register/…", "/savings", "/unit-prices", "/waves"):
        assert page in ends, "pages of after the award are read too"
    assert differences(one, other) == []


@pytest.mark.one_database
def test_without_the_guard_the_pages_tell_them_apart(story, monkeypatch):
    monkeypatch.setattr(sight, "coarse", lambda amount: amount)
    monkeypatch.setattr(Story, "read_all", lambda story, when: None)
    one, other = map(story, two_that_look_alike(1))
    assert [each for each in differences(one, other) if "joining" in each]


def test_without_the_scope_of_the_ledger_what_an_authority_had_expected_to_pay_is_told_apart(
    story, monkeypatch
):
    """The seeded fault: everybody's savings are shown to everybody."""
    scoped = savings.ledger

    def everybodys(role: Role, *rest: object):
        return scoped(Role.REVIEWER, *rest)

    def read_savings(story: Story, when: str) -> None:
        path = "/knowledge/savings/ledger.csv"
        story.keep(f"{when} savings", story.browser.get(path).text)

    monkeypatch.setattr(Story, "read", lambda *_: None)
    monkeypatch.setattr(Story, "read_all", read_savings)
    monkeypatch.setattr(savings, "ledger", everybodys)
    one, other = map(story, two_that_look_alike(1))
    assert differences(one, other) == ["end savings"]

"""A small whole world: every kind of thing in every state, `size` of each.

Made by the verbs themselves, so that each state is one that the site can reach. What a page shows
grows with `size`; nothing else does.
"""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.codes import start_codes
from marketplace.accounts.models import (
    Organisation,
    OrganisationKind,
    PasswordReset,
    Person,
    Role,
    SignIn,
)
from marketplace.awards import services as awards
from marketplace.awards.scoring import Evaluation
from marketplace.awards.services import ask_to_award
from marketplace.bids import services as bids
from marketplace.bids.models import Bid, BidDocument, BidRevision, BidStatus
from marketplace.bids.opening import publish_root
from marketplace.bids.playing import play_opening
from marketplace.cases.models import BusinessCase, CaseRisk
from marketplace.cases.services import make_case
from marketplace.contracts.awarding import award_and_register
from marketplace.contracts.formats import RegisterFormat
from marketplace.contracts.importing import GivenFile, preview_contracts
from marketplace.contracts.models import (
    Contract,
    ContractImport,
    ContractSource,
    ContractStatus,
)
from marketplace.contracts.planning import Window
from marketplace.db import Base
from marketplace.directory.services import RoleTold, add_role
from marketplace.grouping import queries as grouping_found
from marketplace.grouping import services as grouping
from marketplace.grouping import watching
from marketplace.grouping.models import (
    Barrier,
    GroupingRun,
    Proposal,
    ProposalMember,
    ProposalQuestion,
)
from marketplace.grouping.questions import ask_authority
from marketplace.grouping.studies import ask_for_study, study_now
from marketplace.intake.models import ImportStatus
from marketplace.intake.tables import read_table
from marketplace.lots import closing, joining, publishing
from marketplace.lots import queries as lot_queries
from marketplace.lots import services as lots
from marketplace.lots.extending import Extension, ask_to_extend
from marketplace.lots.models import (
    Answer,
    Clarification,
    Lot,
    LotDocument,
    LotMember,
    LotParty,
    LotStatus,
    TieRule,
)
from marketplace.messages.feeds import make_feed
from marketplace.messages.models import CalendarFeed
from marketplace.openers.models import OpenerKey
from marketplace.precedents.models import Precedent
from marketplace.precedents.services import load_report
from marketplace.requirements import services as requirements
from marketplace.requirements.file_format import LAYOUT
from marketplace.requirements.importing import preview_requirements
from marketplace.requirements.models import Requirement, RequirementImport, RequirementStatus
from marketplace.requirements.services import Need
from marketplace.savings.models import SavingsPeriod
from marketplace.savings.services import Report, report_period
from marketplace.savings.splitting import Trade
from marketplace.scenarios import queries as scenarios_found
from marketplace.scenarios import regrouping
from marketplace.scenarios import services as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.security.two_people import PendingStep
from marketplace.spend.models import SpendImport, SpendLabel
from marketplace.suppliers.services import look_for_category
from marketplace.waves import asking
from marketplace.waves import queries as waves_found
from marketplace.waves.models import Wave
from marketplace.waves.queries import ALL_LONDON
from marketplace.waves.services import agree, choose, propose_wave, take_back
from marketplace.web.uploads import Upload
from tests import factories
from tests.conftest import PLAYED, SECRET, SITE_KEYS
from tests.spend.worlds import add_spending
from tests.unit_prices.worlds import add_prices

BOOKS = "22113000"
BOUGHT = Trade(Decimal(100), Decimal("9.99"), Decimal(110), Decimal("9.02"), Decimal("1.025"))
RESET_TOKEN = "a-token-of-the-tests"
DAY = timedelta(days=1)


@dataclass
class World:
    """What there is, by name."""

    session: Session
    size: int
    now: datetime
    authorities: list[Organisation] = field(default_factory=list)
    commissioners: list[Person] = field(default_factory=list)
    suppliers: list[Person] = field(default_factory=list)
    reviewers: list[Person] = field(default_factory=list)
    administrator: Person = field(init=False)
    stranger: Person = field(init=False)
    """A commissioner whose authority has nothing and is asked nothing."""
    outsider: Person = field(init=False)
    """A supplier that has not bid, and forgot the password."""
    coded: Person = field(init=False)
    """A reviewer who signs in with one-time codes."""
    feed: CalendarFeed = field(init=False)
    """The calendar of the first reviewer."""
    elsewhere: SignIn = field(init=False)
    """A sign-in of the first commissioner in another browser."""
    openers: list[OpenerKey] = field(default_factory=list)
    """The first reviewer, the first commissioner and the administrator."""
    lots: dict[str, Lot] = field(default_factory=dict)
    """By state: joining, ready, unpublished, open, closed, opened, scored, agreed, awarded…"""
    requirements: dict[str, Requirement] = field(default_factory=dict)
    runs: dict[str, GroupingRun] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    questions: list[ProposalQuestion] = field(default_factory=list)
    """Open ones to the first authority, each about a proposal of its own."""
    scenarios: list[Scenario] = field(default_factory=list)
    cases: list[BusinessCase] = field(default_factory=list)
    case_risks: list[CaseRisk] = field(default_factory=list)
    """Those of the first case."""
    periods: list[SavingsPeriod] = field(default_factory=list)
    """Reported by the first authority of the contract that it was awarded."""
    role_ids: list[uuid.UUID] = field(default_factory=list)
    """Those of the first authority."""
    precedents: list[Precedent] = field(default_factory=list)
    contracts: dict[str, Contract] = field(default_factory=dict)
    imports: dict[str, ContractImport] = field(default_factory=dict)
    needs_files: list[RequirementImport] = field(default_factory=list)
    waves: dict[str, Wave] = field(default_factory=dict)
    """By state: proposed, agreed (by the first authority), taken back."""
    spend: dict[str, SpendImport] = field(default_factory=dict)
    """Imports of spending: accepted, previewed."""
    decided_label: SpendLabel = field(init=False)
    """A label whose category a person decided."""

    def person(self, role: Role) -> Person:
        """The one of a role to whom the things of the world belong."""
        return {
            Role.COMMISSIONER: self.commissioners[0],
            Role.SUPPLIER: self.suppliers[0],
            Role.REVIEWER: self.reviewers[0],
            Role.ADMINISTRATOR: self.administrator,
        }[role]

    def again(self, session: Session) -> "World":
        """The same things as another session knows them, in a copy of the database."""
        return WorldAgain(self, session)

    def asked(self, lot: Lot) -> PendingStep:
        """What was asked for last of the lot, and took or takes a second person."""
        return self._first(
            select(PendingStep)
            .where(PendingStep.lot_id == lot.id)
            .order_by(PendingStep.asked_at.desc())
        )

    def document(self, lot: str) -> LotDocument:
        return self._first(select(LotDocument).where(LotDocument.lot_id == self.lots[lot].id))

    def question(self, lot: str) -> Clarification:
        """A question without an answer."""
        return self._first(
            select(Clarification).where(
                Clarification.lot_id == self.lots[lot].id, Clarification.answer.is_(None)
            )
        )

    def bid(self, lot: str) -> Bid:
        """The bid of the first supplier, which asks far less than the others."""
        found: Bid = self._first(
            select(Bid).where(
                Bid.lot_id == self.lots[lot].id,
                Bid.supplier_id == self.suppliers[0].organisation_id,
            )
        )
        return found

    def bid_document(self, lot: str) -> BidDocument:
        return self._first(select(BidDocument).where(BidDocument.bid_id == self.bid(lot).id))

    def _first(self, query):
        return self.session.scalars(query.limit(1)).one()


class WorldAgain(World):
    """A world in a copy of its database, where each thing is looked up when it is asked for."""

    def __init__(self, original: World, session: Session) -> None:
        self.session, self.size, self.now = session, original.size, original.now
        self._original = original

    def __getattr__(self, name: str) -> Any:
        found = self._known(getattr(self._original, name))
        setattr(self, name, found)
        return found

    def _known(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._known(each) for each in value]
        if isinstance(value, dict):
            return {name: self._known(each) for name, each in value.items()}
        return self.session.get_one(type(value), value.id) if isinstance(value, Base) else value


def make_world(session: Session, size: int = 2) -> World:
    """Everything, `size` of each."""
    world = World(session, size, clock.now())
    _people(world)
    _categories(world)
    _requirements(world)
    _runs(world)
    _roles(world)
    _precedents(world)
    _scenarios(world)
    for state in LOT_STATES:
        _lot(world, state)
    _more_lots(world)
    _contracts(world)
    _waves(world)
    _afterwards(world)
    _imports(world)
    _needs_files(world)
    add_spending(world)
    add_prices(world)
    session.commit()
    return world


def _people(world: World) -> None:
    session = world.session
    centre = factories.make_organisation(session, OrganisationKind.CENTRE)
    world.reviewers = [factories.make_person(session, Role.REVIEWER, centre) for _ in range(2)]
    world.administrator = factories.make_person(session, Role.ADMINISTRATOR, centre)
    # A lot needs two authorities that want it, whatever the size.
    world.commissioners = [
        factories.make_person(session, Role.COMMISSIONER) for _ in range(world.size + 1)
    ]
    world.authorities = [person.organisation for person in world.commissioners]
    world.suppliers = [factories.make_person(session, Role.SUPPLIER) for _ in range(world.size)]
    world.openers = [
        factories.make_opener(session, person)
        for person in (world.reviewers[0], world.commissioners[0], world.administrator)
    ]
    world.stranger = factories.make_person(session, Role.COMMISSIONER)
    world.outsider = factories.make_person(session, Role.SUPPLIER)
    _accounts(world, factories.make_person(session, Role.REVIEWER, centre))


def _accounts(world: World, coded: Person) -> None:
    """A sign-in elsewhere, a link for a new password, codes begun and codes in use."""
    world.coded = coded
    elsewhere = [
        SignIn(person=world.commissioners[0], created_at=world.now) for _ in range(world.size)
    ]
    world.elsewhere = elsewhere[0]
    reset = PasswordReset(
        email="",
        asked_at=world.now,
        answered_at=world.now,
        person=world.outsider,
        good_until=world.now + DAY,
        token_sha256=hashlib.sha256(RESET_TOKEN.encode()).hexdigest(),
    )
    world.session.add_all([*elsewhere, reset])
    world.feed = make_feed(world.session, world.reviewers[0], at=world.now)
    for person in (world.reviewers[0], coded):
        codes = start_codes(world.session, person, key=SECRET, at=world.now)
    codes.confirmed_at = world.now


def _categories(world: World) -> None:
    session = world.session
    factories.make_policy(session, None)
    factories.make_policy(session, BOOKS)
    factories.make_cpv(session, "39000000", "Furniture")  # which inherits the default
    for code in _codes(world, "30") + _codes(world, "31") + _codes(world, "32"):
        factories.make_cpv(session, code, f"Goods {code}")
        factories.make_policy(session, code, title=f"Goods {code}")
    for code in _codes(world, "30"):
        look_for_category(
            session,
            world.suppliers[0].organisation,
            factories.make_cpv(session, code),
            by=world.suppliers[0],
            at=world.now,
        )


def _codes(world: World, division: str) -> list[str]:
    return [f"{division}{number + 1}00000" for number in range(world.size)]


def _requirements(world: World) -> None:
    session, buyer, person = world.session, world.authorities[0], world.commissioners[0]
    for status in (RequirementStatus.DRAFT, RequirementStatus.WITHDRAWN, RequirementStatus.POSTED):
        for _ in range(world.size):
            made = factories.make_requirement(session, buyer, status=status)
            world.requirements.setdefault(status.value, made)
    posted = world.requirements["posted"]
    for number in range(world.size):
        need = Need.of(posted)
        requirements.edit_requirement(
            session,
            posted,
            Need(**{**need.__dict__, "title": f"Edited {number}"}),
            version=None,
            by=person,
            at=world.now,
        )
    requirements.set_exclusions(
        session, buyer, BOOKS, [world.stranger.organisation], by=person, at=world.now
    )


def _runs(world: World) -> None:
    """One of each status, in categories of its own."""
    session, reviewer = world.session, world.reviewers[0]
    for code in _codes(world, "30") + _codes(world, "31") + _codes(world, "32"):
        for buyer in world.authorities:
            factories.make_requirement(session, buyer, category_code=code)
        factories.make_requirement(
            session, world.authorities[0], category_code=code, max_partners=0
        )

    def start(division: str) -> GroupingRun:
        return grouping.start_run(
            session, _codes(world, division), 5, by=reviewer, at=world.now - 70 * DAY
        )

    done = grouping.solve_run_now(session, start("30"), at=world.now - 69 * DAY)
    for second in range(world.size + 1):
        at = world.now - 69 * DAY + timedelta(seconds=second)
        watching.take_sample(session, done, at=at)
    running = start("31")
    grouping.begin_run(session, running, at=world.now)
    for code in _codes(world, "31"):
        grouping.begin_category(session, running, code, worker="a worker")
    cancelled = start("32")
    grouping.request_cancel(session, cancelled, by=reviewer, at=world.now)
    failed = start("32")
    grouping.fail_run(session, failed, "The solver is not there.", at=world.now)
    queued = start("32")
    world.runs = {
        "done": done,
        "running": running,
        "cancelled": cancelled,
        "failed": failed,
        "queued": queued,
    }
    found = session.scalars(select(Proposal).order_by(Proposal.reference)).all()
    world.proposals["proposed"] = found[0]
    rejected = _proposal(world)
    grouping.reject_proposal(
        session, rejected, reason="Too slow", barrier=Barrier.TIME, by=reviewer, at=world.now
    )
    world.proposals["rejected"] = rejected
    study = ask_for_study(session, found[0], by=reviewer, at=world.now)
    study_now(session, study, at=world.now)
    world.proposals["approvable"] = _proposal(world)
    for _ in range(world.size):
        _question(world, _proposal(world))


def _scenarios(world: World) -> None:
    """Several in one category of the finished run, each with a step."""
    code = _codes(world, "30")[0]
    for number in range(world.size):
        scenario = scenarios.start_scenario(
            world.session,
            world.runs["done"],
            code,
            name=f"Scenario {number}",
            by=world.reviewers[0],
            at=world.now,
        )
        world.session.flush()
        world.scenarios.append(scenarios_found.scenario(world.session, scenario.id))
        step = {"kind": "lock", "lot": "1"}
        scenarios.take_step(
            world.session,
            world.scenarios[-1],
            step,
            version=scenario.version,
            by=world.reviewers[0],
            at=world.now,
        )
        world.session.flush()
    _search(world, world.scenarios[0])


def _search(world: World, scenario: Scenario) -> None:
    """A job looks for better lots on what the scenario was when it began."""
    by, at = world.reviewers[0], world.now
    search = regrouping.ask_for_search(
        world.session, scenario, version=scenario.version, by=by, at=at
    )
    search.version -= 1
    world.session.flush()


def _roles(world: World) -> None:
    """Roles of the first authority, confirmed long ago."""
    world.role_ids = [
        add_role(
            world.session,
            RoleTold(f"Head of purchase {number}", BOOKS, f"team{number}@authority.example"),
            by=world.commissioners[0],
            at=world.now - 400 * DAY,
        ).id
        for number in range(world.size)
    ]


def _precedents(world: World) -> None:
    """Some of what the report tells, and proposals that were rejected."""
    for _ in range(world.size):
        grouping.reject_proposal(
            world.session,
            _proposal(world),
            reason="Too slow",
            barrier=Barrier.TIME,
            by=world.reviewers[0],
            at=world.now,
        )
    load_report(world.session, by=world.reviewers[0], at=world.now)
    told = world.session.scalars(select(Precedent).order_by(Precedent.reference)).all()
    world.precedents = list(told[: world.size])
    for each in told[world.size + 4 :]:
        world.session.delete(each)


def _question(world: World, asked_about: Proposal) -> None:
    found = grouping_found.proposal(world.session, asked_about.id)
    world.questions.append(
        ask_authority(
            world.session,
            found,
            world.authorities[0].id,
            question="Could you start in May?",
            barrier=Barrier.TIME,
            by=world.reviewers[0],
            at=world.now,
        )
    )


def _proposal(world: World) -> Proposal:
    """An undecided proposal with a posted requirement of each authority."""
    members = [
        factories.make_requirement(world.session, buyer, quantity=Decimal(12), unit="boxes")
        for buyer in world.authorities
    ]
    reference = f"PROP-2025-{members[0].reference[-4:]}"
    return factories.make_proposal(world.session, members, reference=reference)


def _opened_window(world: World, state: str) -> Lot:
    return joining.open_joining(
        world.session,
        _proposal(world),
        closes_at=world.now + 7 * DAY if state == "joining" else world.now - 46 * DAY,
        by=world.reviewers[0],
        at=world.now - 60 * DAY,
    )


def _lot(world: World, state: str) -> None:
    """Take a lot as far as the state, by the steps in their order."""
    lot = _opened_window(world, state)
    for reached, step in STEPS:
        world.lots[state] = lot = _as_pages_load_it(world, lot)
        if state in reached:
            break
        step(world, lot)
    if state in ASKED:
        ASKED[state](world, lot)
    if state == "cancelled":
        closing.cancel_lot(
            world.session,
            lot,
            reason="Not needed",
            barrier=Barrier.TIME,
            by=world.reviewers[0],
            at=world.now,
        )


def _as_pages_load_it(world: World, lot: Lot) -> Lot:
    """The lot with what hangs on it, as each request begins with it."""
    world.session.flush()
    world.session.expunge(lot)
    return lot_queries.visible_lot(world.session, lot.id, world.reviewers[0])


def _commit(world: World, lot: Lot) -> None:
    at = world.now - 50 * DAY
    for person in world.commissioners:
        joining.commit_to_lot(world.session, lot, person.organisation, by=person, at=at)


def _close_window(world: World, lot: Lot) -> None:
    closing.close_joining(world.session, lot, by=world.reviewers[0], at=world.now - 45 * DAY)
    for number in range(world.size):
        upload = Upload(f"terms {number}.txt", "text/plain", b"Terms")
        lots.add_document(
            world.session, lot, upload, by=world.reviewers[0], at=world.now - 44 * DAY
        )


def _publish(world: World, lot: Lot) -> None:
    still_open = any(lot is world.lots.get(state) for state in ("unbid", "open", "changed"))
    at = world.now - 40 * DAY
    asked = publishing.ask_to_publish(
        world.session,
        lot,
        _terms(world, world.now + 9 * DAY if still_open else world.now - 5 * DAY),
        by=world.reviewers[0],
        at=at,
    )
    publishing.publish_lot(world.session, lot, asked.id, by=world.reviewers[1], at=at)
    for number in range(world.size):
        for answered in (True, False):
            asked = lots.ask_question(
                world.session, lot, text=f"May we? ({number})", by=world.suppliers[0], at=at
            )
            if answered:
                lots.answer_question(
                    world.session, asked, answer="Yes", by=world.reviewers[0], at=at
                )
    world.session.flush()


def _terms(world: World, deadline: datetime) -> publishing.Terms:
    return publishing.Terms(
        deadline=deadline,
        description="Books for adults",
        terms="Model terms",
        questions=[(f"How? ({number})", 20) for number in range(min(world.size, 5))],
        pounds_per_point=Decimal(100),
        tie_rule=TieRule.RECEIPT,
        openers=[key.id for key in world.openers],
        undivided_because="One supplier for all is what the members want",
    )


def _change_terms(world: World, lot: Lot) -> None:
    """A document more, after which bids want confirming; and a later deadline is asked for."""
    upload = Upload("correction.txt", "text/plain", b"Two volumes are corrected")
    lots.add_document(world.session, lot, upload, by=world.reviewers[0], at=world.now - 9 * DAY)
    later = Extension(world.now + 20 * DAY, "So that bidders can look at the correction")
    ask_to_extend(world.session, lot, later, by=world.reviewers[1], at=world.now - 9 * DAY)


def _ask_to_publish(world: World, lot: Lot) -> None:
    publishing.ask_to_publish(
        world.session,
        lot,
        _terms(world, world.now + 30 * DAY),
        by=world.reviewers[1],
        at=world.now,
    )


def _bid(world: World, lot: Lot) -> None:
    """The first supplier asks far less than the others, who all ask a little more each."""
    questions = [question.id for question in lot.criteria]
    for number, person in enumerate(world.suppliers):
        price = Decimal(40_000) if number == 0 else Decimal(90_000 + number)
        bids.submit_bid(
            world.session,
            lot,
            prices={buyer.id: price for buyer in world.authorities},
            answers=dict.fromkeys(questions, "By van"),
            documents=[Upload("plan.txt", "text/plain", b"Our plan")],
            by=person,
            clock=lambda _: world.now - 10 * DAY,
            gate=SITE_KEYS.gate.public_key(),
        )


def _publish_root(world: World, lot: Lot) -> None:
    publish_root(world.session, lot, by=None, at=world.now - 4 * DAY)


def _open(world: World, lot: Lot) -> None:
    play_opening(
        world.session,
        lot,
        PLAYED,
        by=world.reviewers[0],
        at=world.now - 4 * DAY,
        gate=SITE_KEYS.gate,
    )


def _score(world: World, lot: Lot) -> None:
    for person in world.reviewers:
        marks = dict.fromkeys(Evaluation.of(world.session, lot).cells, (4, "Sound"))
        awards.score_quality(world.session, lot, marks, by=person, at=world.now - 3 * DAY)


def _agree(world: World, lot: Lot) -> None:
    marks = dict.fromkeys(Evaluation.of(world.session, lot).cells, (4, "Sound"))
    awards.agree_quality(world.session, lot, marks, by=world.reviewers[0], at=world.now - 3 * DAY)


def _explain(world: World, lot: Lot) -> None:
    first = world.session.scalars(
        select(Bid).where(
            Bid.lot_id == lot.id, Bid.supplier_id == world.suppliers[0].organisation_id
        )
    ).one()
    awards.explain_price(
        world.session,
        lot,
        first,
        explanation="Own printing works",
        accepted=True,
        by=world.reviewers[0],
        at=world.now - 3 * DAY,
    )


def _award(world: World, lot: Lot) -> None:
    _ask_to_award(world, lot)
    award_and_register(
        world.session,
        lot,
        world.asked(lot).id,
        by=world.reviewers[0],
        at=world.now - 2 * DAY,
    )


def _ask_to_award(world: World, lot: Lot) -> None:
    ask_to_award(
        world.session, lot, reason="The lowest", by=world.reviewers[1], at=world.now - 2 * DAY
    )


Step = Callable[[World, Lot], None]

STEPS: Sequence[tuple[set[str], Step]] = (
    ({"joining", "ready"}, _commit),
    ({"committed"}, _close_window),
    ({"unpublished", "publication asked"}, _publish),
    ({"unbid", "cancelled"}, _bid),
    ({"open", "changed", "closed"}, _publish_root),
    ({"rooted"}, _open),
    ({"opened"}, _score),
    ({"scored"}, _agree),
    ({"agreed"}, _explain),
    ({"awardable", "award asked"}, _award),
)
"""The states in which a lot rests before each step."""

LOT_STATES = (
    "joining",
    "ready",
    "committed",
    "unpublished",
    "publication asked",
    "unbid",
    "open",
    "changed",
    "closed",
    "rooted",
    "opened",
    "scored",
    "agreed",
    "awardable",
    "award asked",
    "awarded",
    "cancelled",
)

ASKED = {
    "changed": _change_terms,
    "publication asked": _ask_to_publish,
    "award asked": _ask_to_award,
}
"""States in which something waits for a second person."""


def _more_lots(world: World) -> None:
    """Lots of which lists show more in a larger world."""
    for number in range(world.size):
        for status in (LotStatus.JOINING, LotStatus.OPEN, LotStatus.CLOSED, LotStatus.OPENED):
            _one_more_lot(world, number, status)


def _one_more_lot(world: World, number: int, status: LotStatus) -> None:
    session, at = world.session, world.now - 30 * DAY
    published = {
        "published_at": at,
        "deadline": world.now + 3 * DAY if status == LotStatus.OPEN else world.now - DAY,
        "joining_closed_at": at,
        "opened_at": world.now if status == LotStatus.OPENED else None,
    }
    lot = factories.make_lot(
        session,
        reference=f"LOT-2025-{status.value}{number:02d}",
        status=status,
        joining_opens_at=at,
        joining_closes_at=world.now + DAY if status == LotStatus.JOINING else at + DAY,
        **({} if status == LotStatus.JOINING else published),
    )
    requirement = factories.make_requirement(session, world.authorities[0])
    session.add(
        LotMember(
            lot_id=lot.id,
            requirement_id=requirement.id,
            authority_id=requirement.authority_id,
            value=requirement.value,
            answer=Answer.AWAITED,
        )
    )
    session.add(LotParty(lot_id=lot.id, authority_id=requirement.authority_id, shows_volume=True))
    session.add(
        ProposalMember(
            proposal_id=lot.proposal_id,
            requirement_id=requirement.id,
            value=requirement.value,
            price_saving=Decimal(1000),
        )
    )
    if status != LotStatus.JOINING:
        _bid_on(world, lot)


def _bid_on(world: World, lot: Lot) -> None:
    bid = Bid(
        reference=f"BID-{lot.reference[4:]}",
        lot_id=lot.id,
        supplier_id=world.suppliers[0].organisation_id,
        status=BidStatus.OPENED if lot.opened_at else BidStatus.SUBMITTED,
    )
    world.session.add(bid)
    world.session.flush()
    world.session.add(
        BidRevision(
            bid_id=bid.id,
            number=1,
            received_at=world.now - 10 * DAY,
            envelope=b"closed",
            sha256="0" * 64,
        )
    )


def _contracts(world: World) -> None:
    session, buyer = world.session, world.authorities[0]
    source = ContractImport(
        file_name="register.csv",
        file_format="lga",
        sha256="0" * 64,
        status=ImportStatus.ACCEPTED,
        rows_read=1,
        rows_understood=1,
        rows_refused=0,
        rows_known=0,
        created_at=world.now,
        decided_at=world.now,
    )
    session.add(source)
    session.flush()
    for number in range(world.size):
        contract = Contract(
            reference=f"CON-2025-{number:04d}",
            authority_id=buyer.id,
            source=ContractSource.IMPORT,
            import_id=source.id,
            source_row=number,
            source_key=str(number),
            title=f"Contract {number}",
            is_public=True,
            description="",
            supplier_name="Made-up Supplies",
            category_code=BOOKS,
            value=Decimal(100_000),
            start_date=clock.london_day(world.now - 300 * DAY),
            end_date=clock.london_day(world.now + 200 * DAY),
            status=ContractStatus.ACTIVE,
            created_at=world.now,
        )
        session.add(contract)
        world.contracts.setdefault("imported", contract)
    session.flush()
    world.contracts["awarded"] = session.scalars(
        select(Contract).where(
            Contract.authority_id == buyer.id, Contract.source == ContractSource.AWARD
        )
    ).one()


def _waves(world: World) -> None:
    """In each category the first two authorities have a contract; waves of the first ones."""
    session, codes = world.session, _codes(world, "30")
    start, end = (clock.london_day(world.now + days * DAY) for days in (-530, 200))
    for code in codes:
        for buyer in world.authorities[:2]:
            facts = {"category_code": code, "start_date": start, "end_date": end}
            factories.make_contract(session, buyer, is_public=True, extensions="12", **facts)
    world.waves["agreed"] = _wave(world, codes[1])
    agree(session, world.waves["agreed"], post=False, by=world.commissioners[0], at=world.now)
    world.waves["taken back"] = _wave(world, codes[0])
    take_back(session, world.waves["taken back"], by=world.reviewers[0], at=world.now)
    for _ in range(world.size):
        world.waves["proposed"] = _wave(world, codes[0])


def _wave(world: World, code: str) -> Wave:
    """All contracts of the category, proposed by a reviewer."""
    session, by, today = world.session, world.reviewers[0], clock.london_day(world.now)
    found = asking.register(session, by, ALL_LONDON, today, code)
    references = [row.reference for row in found.rows]
    chosen = choose(session, found, code, references, Window(), today)
    answer_by = today + 28 * DAY
    made = propose_wave(session, chosen, note="", answer_by=answer_by, by=by, at=world.now)
    session.flush()
    return waves_found.wave(session, by, made.id)


def _afterwards(world: World) -> None:
    """Business cases of some lots, and what a contract that began long ago came to."""
    by, at = world.reviewers[0], world.now - DAY
    states = ("open", "closed", "opened", "scored", "agreed")[: world.size]
    world.cases = [make_case(world.session, world.lots[each], by=by, at=at) for each in states]
    world.case_risks = list(world.cases[0].risks)
    contract = world.contracts["awarded"]
    contract.start_date = (world.now - 400 * DAY).date()
    world.session.flush()
    for number in range(world.size):
        first = contract.start_date + timedelta(days=30 * (number + 1))
        report = Report(first, first + timedelta(days=29), "books", BOUGHT)
        person = world.commissioners[0]
        world.periods.append(
            report_period(world.session, contract, report, by=person, at=world.now)
        )


def _imports(world: World) -> None:
    """Files that await a decision, with rows of every kind: new, twice in the file, refused."""
    lines = ["Title,Reference,End date"]
    for number in range(world.size):
        lines += [f"Books {number},B{number},31/03/2029", f"Books {number},B{number},31/03/2029"]
        lines += [f"Books {number},C{number},the day after"]
    for number in range(world.size):
        preview = preview_contracts(
            world.session,
            GivenFile(
                f"register {number}.csv", "\n".join(lines).encode(), RegisterFormat.MARKETPLACE
            ),
            authority=world.authorities[0],
            term_months=None,
            by=world.commissioners[0],
            at=world.now,
        )
        world.imports.setdefault("previewed", preview)


NEEDS = """Your reference,Title,CPV code,Value,Earliest start,Latest start,Term in months
N{number},Books {number},22113000,90000,01/04/2090,01/10/2090,24
"""


def _needs_files(world: World) -> None:
    """Files of requirements that await a decision, with rows of every kind."""
    rows = []
    for number in range(world.size):
        row = NEEDS.splitlines()[1].format(number=number)
        rows += [row, row, f"M{number},Books,none,lots,,,"]
    content = "\n".join((NEEDS.splitlines()[0], *rows)).encode()
    for number in range(world.size):
        preview = preview_requirements(
            world.session,
            read_table(f"needs {number}.csv", content, LAYOUT),
            content,
            authority=world.authorities[0],
            by=world.commissioners[0],
            at=world.now,
        )
        world.needs_files.append(preview)


def requirement_in(world: World, lot: str) -> Requirement:
    """The first authority’s requirement in that lot."""
    return world.session.scalars(
        select(Requirement)
        .join(LotMember, LotMember.requirement_id == Requirement.id)
        .where(
            LotMember.lot_id == world.lots[lot].id,
            LotMember.authority_id == world.authorities[0].id,
        )
    ).one()

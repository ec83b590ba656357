"""Every page and every form of the site, each with who opens it and where.

Tests that go over the whole site begin here, and fail for a route that has no line: add one with
the page in a world of `tests/world.py`. A page that shows a list shows more of it in a larger
world; if yours does not, make the world larger.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pyotp import TOTP
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.codes import secret_of
from marketplace.accounts.models import OneTimeCodes, Role
from marketplace.bids.models import Bid
from marketplace.bids.opening import keys_for
from marketplace.categories.models import CategoryPolicy
from marketplace.contracts.models import Contract
from marketplace.keyfiles import public_line
from marketplace.lots import queries
from marketplace.lots.models import LotMember, QualityQuestion
from marketplace.messages.feeds import signature
from marketplace.openers.parts import Part, take_layer_off
from marketplace.requirements.models import Requirement, RequirementStatus
from marketplace.spend.models import SpendLabel, SpendMatch, SpendSupplier
from marketplace.unit_prices.contract_prices import contract_prices
from marketplace.unit_prices.models import GivenPrice, PriceFigure
from marketplace.unit_prices.services import years_to_give
from tests.conftest import PLAYED, SECRET, SITE_KEYS
from tests.world import BOOKS, NEEDS, RESET_TOKEN, World

C, S, R, A = Role.COMMISSIONER, Role.SUPPLIER, Role.REVIEWER, Role.ADMINISTRATOR
MISSING = uuid.UUID(int=0)
Address = Callable[[World], str]
Answers = Callable[[World], Mapping[str, object]]


@dataclass(frozen=True)
class Page:
    """A page as somebody opens it."""

    role: Role | None
    at: Address


@dataclass(frozen=True)
class Sent:
    """A form that is right, as somebody sends it from the page that shows it."""

    role: Role | None
    at: Address
    answers: Answers = lambda world: {}
    page: Address | None = None
    """Where the form stands, if not at its own address."""


def lot(state: str, rest: str = "") -> Address:
    return lambda world: f"/lots/{world.lots[state].id}{rest}"


def waiting(state: str, rest: str) -> Address:
    return lambda world: f"{lot(state)(world)}/waiting/{world.asked(world.lots[state]).id}{rest}"


def joining(state: str, rest: str = "") -> Address:
    return lambda world: f"/joining/{world.lots[state].id}{rest}"


def requirement(state: str, rest: str = "") -> Address:
    return lambda world: f"/requirements/{world.requirements[state].id}{rest}"


def scenario(rest: str = "") -> Address:
    return lambda world: f"/scenarios/{world.scenarios[0].id}{rest}"


def scenarios_address(rest: str = "", *, chosen: bool = False) -> Address:
    def address(world: World) -> str:
        first = world.scenarios[0]
        asked = "&".join(f"scenario={each.id}" for each in world.scenarios[:2])
        page = f"/grouping/{first.run_id}/scenarios/{first.category_code}{rest}"
        return f"{page}?{asked}" if chosen else page

    return address


def run(state: str, rest: str = "") -> Address:
    return lambda world: f"/grouping/{world.runs[state].id}{rest}"


def proposal(state: str, rest: str = "") -> Address:
    return lambda world: f"/proposals/{world.proposals[state].id}{rest}"


def imported(state: str, rest: str = "") -> Address:
    return lambda world: f"/contracts/imports/{world.imports[state].id}{rest}"


def contract(rest: str = "") -> Address:
    return lambda world: f"/contracts/{world.contracts['imported'].id}{rest}"


def wave(state: str, rest: str = "") -> Address:
    return lambda world: f"/contracts/waves/proposed/{world.waves[state].id}{rest}"


def a_wave(rest: str = "") -> Address:
    """The contracts of a category of which none is followed."""

    def address(world: World) -> str:
        of_category = select(Contract.reference).where(Contract.category_code == "30100000")
        references = world.session.scalars(of_category.order_by(Contract.reference))
        contracts = "&".join(f"contract={each}" for each in references)
        return f"/contracts/waves/30100000{rest}?{contracts}"

    return address


def needs_file(rest: str = "") -> Address:
    return lambda world: f"/requirements/imports/{world.needs_files[0].id}{rest}"


def precedent(rest: str = "") -> Address:
    return lambda world: f"/knowledge/precedents/{world.precedents[0].id}{rest}"


def case(rest: str = "") -> Address:
    return lambda world: f"/knowledge/cases/{world.cases[0].id}{rest}"


def case_risk(world: World) -> str:
    return f"/knowledge/cases/{world.cases[0].id}/risks/{world.case_risks[0].id}"


def saving(rest: str = "") -> Address:
    return lambda world: f"/knowledge/savings/{world.contracts['awarded'].id}{rest}"


def saving_period(world: World) -> str:
    return f"{saving()(world)}/periods/{world.periods[0].id}/take-back"


def period_after(world: World) -> Mapping[str, object]:
    """A day before all that is reported."""
    day = world.periods[0].begins - timedelta(days=1)
    parts = [day.day, day.month, day.year]
    return {"begins": parts, "ends": parts} | BOUGHT


COSTS = {
    "rate": "3.5",
    "tender_cost": "£9,000",
    "coordination_cost": "£1,000",
    "running_cost": "£500",
}
BOUGHT = {
    "unit": "books",
    "expected_volume": "100",
    "expected_price": "9.99",
    "volume": "110",
    "price": "9.02",
    "index": "2.5",
    "specification": "0.1",
}


def directory_role(rest: str) -> Address:
    return lambda world: f"/knowledge/roles/{world.role_ids[0]}{rest}"


CANCELLED = {"barrier": "time", "reason": "Not needed now"}
ROLE = {"title": "Library buyer", "category": BOOKS, "mailbox": "books@authority.example"}
LESSON = {
    "title": "Books bought together",
    "who": "Three authorities",
    "way": "boroughs_commission",
    "how": "One tender, one contract each",
    "result": "Cheaper than alone",
    "outcome": "worked",
    "saving": "4",
    "label": "contracted",
    "evidence": "measured",
    "barrier": "time",
}
FOUND = {"source": "Annual report of an authority, 2019, section 3", "year": "2019"}


def spent(state: str, rest: str = "") -> Address:
    return lambda world: f"/spend/imports/{world.spend[state].id}{rest}"


def spend_supplier(world: World) -> int:
    return world.session.scalars(select(SpendSupplier.id).order_by(SpendSupplier.id).limit(1)).one()


def spend_label(world: World) -> int:
    return world.session.scalars(select(SpendLabel.id).order_by(SpendLabel.id).limit(1)).one()


def doubt(world: World) -> str:
    return str(world.session.scalars(select(SpendMatch.id).limit(1)).one())


def price_figure(rest: str = "") -> Address:
    def address(world: World) -> str:
        asked = select(PriceFigure.id).order_by(PriceFigure.category_code).limit(1)
        return f"/unit-prices/{world.session.scalars(asked).one()}{rest}"

    return address


def own_price(rest: str) -> Address:
    def address(world: World) -> str:
        asked = (
            select(GivenPrice.id)
            .where(GivenPrice.authority_id == world.authorities[0].id)
            .order_by(GivenPrice.category_code)
        )
        return f"/unit-prices/own/{world.session.scalars(asked.limit(1)).one()}{rest}"

    return address


def books_effect(rest: str = "") -> Address:
    def address(world: World) -> str:
        asked = select(CategoryPolicy.id).where(CategoryPolicy.cpv_code == BOOKS)
        return f"/unit-prices/elasticity/{world.session.scalars(asked).one()}{rest}"

    return address


def vehicles(price: str) -> Answers:
    return lambda world: {
        "category": "34100000",
        "year": str(years_to_give(world.now)[0]),
        "quantity": "120",
        "price": price,
    }


def policy(rest: str = "") -> Address:
    return lambda world: f"/categories/{_policy(world).id}{rest}"


def fixed(path: str) -> Address:
    return lambda world: path


def _policy(world: World) -> CategoryPolicy:
    return world.session.scalars(
        select(CategoryPolicy).where(CategoryPolicy.cpv_code == BOOKS)
    ).one()


PAGES: dict[str, list[Page]] = {
    "home.index": [Page(role, fixed("/")) for role in (None, C, S, R, A)],
    "home.health": [Page(None, fixed("/health"))],
    "accounts.sign_in": [Page(None, fixed("/sign-in"))],
    "accounts.people": [Page(A, fixed("/people"))],
    "accounts.add_person": [Page(A, fixed("/people/add"))],
    "own_account.index": [Page(C, fixed("/account"))],
    "own_account.change_password": [Page(C, fixed("/account/password"))],
    "own_account.confirm": [Page(C, fixed("/account/confirm"))],
    "own_account.codes": [Page(C, fixed("/account/codes")), Page(R, fixed("/account/codes"))],
    "own_account.codes_picture": [Page(R, fixed("/account/codes/picture.svg"))],
    "passwords.forgotten": [Page(None, fixed("/forgotten-password"))],
    "passwords.new_password": [Page(None, fixed(f"/new-password/{RESET_TOKEN}"))],
    "accounts.authorities": [Page(A, fixed("/authorities?sort=code"))],
    "accounts.add_authority": [Page(A, fixed("/authorities/add"))],
    "audit.index": [
        Page(A, fixed("/record?action=requirement_edited")),
        Page(A, fixed("/record?thing=LOT")),
    ],
    "audit.own": [Page(C, fixed("/history?sort=action")), Page(S, fixed("/history"))],
    "categories.index": [Page(role, fixed("/categories")) for role in (C, S, A)],
    "categories.show": [Page(S, policy())],
    "categories.search": [Page(C, fixed("/categories/search?q=goods"))],
    "categories.edit": [Page(A, policy("/edit"))],
    "categories.default": [Page(A, fixed("/categories/default"))],
    "categories.add": [
        Page(A, fixed("/categories/add?q=goods")),
        Page(A, fixed(f"/categories/add?code={BOOKS}")),
    ],
    "suppliers.show": [Page(S, fixed("/organisation?q=goods"))],
    "suppliers.edit": [Page(S, fixed("/organisation/edit"))],
    "requirements.index": [
        Page(C, fixed("/requirements?status=draft")),
        Page(R, fixed("/requirements?status=withdrawn&q=books&sort=value")),
    ],
    "requirements.show": [
        Page(C, requirement("draft")),
        Page(C, requirement("posted")),
        Page(R, requirement("posted")),
    ],
    "requirements.new": [
        Page(C, fixed("/requirements/new?q=goods")),
        Page(C, fixed(f"/requirements/new?code={BOOKS}")),
    ],
    "requirements.edit": [
        Page(C, requirement("draft", f"/edit/{section}"))
        for section in ("what", "when", "specification", "partners")
    ],
    "requirements.choose_category": [Page(C, requirement("draft", "/category?q=goods"))],
    "requirements.drafts": [Page(C, fixed("/requirements/drafts"))],
    "requirements.imports": [Page(C, fixed("/requirements/imports"))],
    "requirements.give_file": [Page(C, fixed("/requirements/imports/new"))],
    "requirements.import_": [
        Page(C, needs_file(f"?rows={rows}")) for rows in ("new", "known", "refused")
    ],
    "requirements.refused_rows": [Page(C, needs_file("/refused.csv"))],
    "requirements.file_template": [
        Page(C, fixed(f"/requirements/imports/template.{kind}")) for kind in ("csv", "xlsx")
    ],
    "requirements.withdraw": [Page(C, requirement("draft", "/withdraw"))],
    "grouping.index": [Page(R, fixed("/grouping")), Page(A, fixed("/grouping?page=2"))],
    "grouping.start": [Page(R, fixed("/grouping/start"))],
    "grouping.show": [
        Page(R, run(state)) for state in ("done", "running", "queued", "cancelled", "failed")
    ],
    "grouping.progress": [Page(R, run("running", "/progress")), Page(A, run("done", "/progress"))],
    "grouping.categories": [Page(A, run("done", "/categories"))],
    "grouping.left_alone": [Page(R, run("done", "/left-alone"))],
    "grouping.snapshot": [Page(R, run("done", "/snapshot"))],
    "run_reports.authorities": [Page(R, run("done", "/authorities"))],
    "run_reports.authorities_table": [Page(R, run("done", "/authorities.csv"))],
    "run_reports.joining_picture": [Page(R, run("done", "/joining.svg"))],
    "run_reports.authorities_picture": [Page(R, run("done", "/authorities.svg"))],
    "run_reports.compare": [
        Page(R, lambda world: f"/grouping/{world.runs['done'].id}/compare"),
    ],
    "run_reports.take_comparison_away": [Page(R, run("done", "/compare.csv"))],
    "scenarios.index": [Page(R, scenarios_address())],
    "scenarios.show": [Page(R, scenario())],
    "scenarios.searching": [Page(R, scenario("/search"))],
    "scenarios.compare": [Page(R, scenarios_address("/compare", chosen=True))],
    "proposals.index": [Page(R, fixed("/proposals")), Page(A, fixed("/proposals?status=proposed"))],
    "proposals.show": [
        Page(R, proposal("approvable")),
        Page(R, proposal("proposed")),
        Page(A, proposal("rejected")),
    ],
    "messages.index": [Page(C, fixed("/messages?page=2")), Page(R, fixed("/messages"))],
    "messages.calendar": [Page(role, fixed("/calendar")) for role in (C, S, R)],
    "messages.feed": [
        Page(None, lambda w: f"/calendar/{w.feed.id}/{signature(w.feed.id, key=SECRET)}.ics")
    ],
    "precedents.ways": [Page(role, fixed("/knowledge")) for role in (C, R, A)],
    "precedents.index": [Page(role, fixed("/knowledge/precedents")) for role in (C, R)],
    "precedents.show": [Page(C, precedent()), Page(R, precedent())],
    "precedents.add": [Page(R, fixed("/knowledge/precedents/add"))],
    "precedents.edit": [Page(R, precedent("/edit"))],
    "ways.choose": [Page(R, proposal("approvable", "/way"))],
    "cases.index": [Page(role, fixed("/knowledge/cases")) for role in (C, R, A)],
    "cases.show": [Page(role, case()) for role in (C, R, A)],
    "cases.drawing": [Page(R, case(f"/tornado.{kind}")) for kind in ("svg", "csv")],
    "cases.baseline": [Page(R, case("/baseline.json"))],
    "cases.edit": [Page(R, case("/edit"))],
    "cases.risk": [Page(R, case_risk)],
    "savings.index": [Page(role, fixed("/knowledge/savings")) for role in (C, R)],
    "savings.take_away": [Page(role, fixed("/knowledge/savings/ledger.csv")) for role in (C, R)],
    "savings.show": [Page(role, saving()) for role in (C, R)],
    "savings.report": [Page(C, saving("/report"))],
    "lessons.tell": [Page(R, lot("awarded", "/precedent"))],
    "barriers.report": [
        Page(R, fixed("/knowledge/barriers")),
        Page(A, fixed("/knowledge/barriers")),
    ],
    "barriers.index": [Page(R, fixed("/knowledge/barriers/rows"))],
    "barriers.take_away": [Page(R, fixed("/knowledge/barriers/rows.csv"))],
    "barriers.drawing": [Page(R, fixed("/knowledge/barriers/quarter.svg"))],
    "directory.index": [Page(role, fixed("/knowledge/roles")) for role in (C, R)],
    "directory.add": [Page(C, fixed("/knowledge/roles/add"))],
    "directory.edit": [Page(C, directory_role("/edit"))],
    "readiness.index": [Page(C, fixed("/readiness"))],
    "readiness.answer": [Page(C, fixed(f"/readiness/{BOOKS}"))],
    "questions.ask": [Page(R, proposal("approvable", "/ask"))],
    "questions.index": [Page(C, fixed("/questions?sort=answered"))],
    "questions.answer": [Page(C, lambda world: f"/questions/{world.questions[0].id}")],
    **{
        f"pictures.{name}": [Page(R, run("done", f"/{file}.{kind}")) for kind in ("csv", "svg")]
        for name, file in (("closing", "closing"), ("run_benefit", "benefit"))
    },
    "pictures.tiers": [Page(R, run("done", "/tiers.csv"))],
    **{
        f"pictures.{name}": [
            Page(R, proposal("proposed", f"/{file}.{kind}")) for kind in ("csv", "svg")
        ]
        for name, file in (("benefit", "benefit"), ("divided", "division"))
    },
    "scenarios.take_comparison_away": [
        Page(R, scenarios_address(f"/compare.{kind}", chosen=True)) for kind in ("csv", "svg")
    ],
    "studies.progress": [Page(R, proposal("proposed", "/study"))],
    "proposals.digest": [Page(R, proposal("approvable", "/digest"))],
    "proposals.conflict": [Page(R, proposal("approvable", "/conflict"))],
    "proposals.reject": [Page(R, proposal("approvable", "/reject"))],
    "joining.approve": [Page(R, proposal("approvable", "/approve"))],
    "joining.index": [Page(C, fixed("/joining?sort=closes&order=down&page=2"))],
    "joining.division": [
        Page(C, joining("joining", f"/division.{kind}")) for kind in ("svg", "csv")
    ],
    "joining.show": [Page(C, joining("joining")), Page(C, joining("awarded"))],
    "joining.commit_if": [Page(C, joining("joining", "/commit-if"))],
    "joining.cancel": [Page(R, lot("open", "/cancel"))],
    "lots.index": [
        *(Page(role, fixed("/lots?status=open")) for role in (C, S, R)),
        Page(A, fixed("/lots?status=opened&sort=value")),
    ],
    "lots.show": [
        *(Page(R, lot(state)) for state in ("joining", "ready", "committed", "unpublished")),
        *(Page(R, lot(state)) for state in ("open", "closed", "opened", "awarded", "cancelled")),
        *(Page(S, lot(state)) for state in ("unbid", "open", "closed", "opened", "awarded")),
        *(Page(C, lot(state)) for state in ("joining", "open", "awarded", "cancelled")),
        Page(A, lot("open")),
    ],
    "publishing.publish": [Page(R, lot("unpublished", "/publish"))],
    "publishing.confirm": [
        Page(R, lot("publication asked", "/publish/confirm")),
    ],
    "deadlines.extend": [Page(R, lot("open", "/extend"))],
    "deadlines.confirm": [Page(R, lot("changed", "/extend/confirm"))],
    "lots.document": [
        Page(S, lambda world: f"{lot('open')(world)}/documents/{world.document('open').id}")
    ],
    "lots.answer": [
        Page(R, lambda world: f"{lot('open')(world)}/questions/{world.question('open').id}")
    ],
    "bids.index": [Page(S, fixed("/bids"))],
    "bids.submit": [Page(S, lot("unbid", "/bid")), Page(S, lot("open", "/bid"))],
    "bids.withdraw": [Page(S, lot("open", "/bid/withdraw"))],
    "bids.receipt": [Page(S, lot("open", "/bid/receipt/1"))],
    "bids.receipt_file": [Page(S, lot("open", "/bid/receipt/1.txt"))],
    "opening.site_keys": [Page(None, fixed("/keys"))],
    "opening.show": [Page(R, lot("closed", "/open")), Page(C, lot("rooted", "/open"))],
    "opening.wrapped_keys": [Page(R, lot("rooted", "/open/keys.json"))],
    "openers.own_key": [Page(R, fixed("/account/opener-key"))],
    "bids.opened": [Page(R, lot("opened", "/bids"))],
    "bids.document": [
        Page(
            R,
            lambda world: (
                f"{lot('opened')(world)}/bids/documents/{world.bid_document('opened').id}"
            ),
        )
    ],
    "awards.evaluate": [
        Page(R, lot(state, "/evaluation"))
        for state in ("opened", "scored", "agreed", "awardable", "awarded")
    ],
    "awards.score": [
        Page(R, lot("opened", "/evaluation/scores")),
    ],
    "awards.agree": [Page(R, lot("scored", "/evaluation/agree"))],
    "awards.explain": [
        Page(R, lambda world: f"{lot('agreed')(world)}/evaluation/{world.bid('agreed').id}/price")
    ],
    "awarding.award": [Page(R, lot("awardable", "/evaluation/award"))],
    "awarding.confirm": [Page(R, lot("award asked", "/evaluation/award/confirm"))],
    "awards.result": [Page(S, lot("awarded", "/result"))],
    "awards.outcome": [Page(C, lot("awarded", "/award"))],
    "contracts.index": [
        Page(C, fixed("/contracts")),
        Page(R, fixed("/contracts?category=books")),
        Page(A, fixed("/contracts?words=contract&state=all")),
    ],
    "contracts.ending": [Page(C, fixed("/contracts/ending"))],
    "contracts.contract": [
        Page(C, lambda world: f"/contracts/{world.contracts['imported'].id}"),
        Page(R, lambda world: f"/contracts/{world.contracts['awarded'].id}"),
    ],
    "contracts.edit": [Page(C, contract("/edit")), Page(A, contract("/edit"))],
    "public_register.index": [
        Page(None, fixed("/register")),
        Page(S, fixed("/register?join=yes&state=all")),
    ],
    "public_register.contract": [
        Page(role, lambda w: f"/register/{w.contracts['awarded'].id}") for role in (None, S)
    ],
    "public_register.take_away": [
        Page(None, fixed("/register/register.csv")),
        Page(S, fixed("/register/register.xlsx?state=all")),
    ],
    "endings.index": [
        Page(C, fixed("/contracts/calendar")),
        Page(R, fixed("/contracts/calendar?subregion=North")),
        Page(A, fixed("/contracts/calendar?category=30100000")),
    ],
    "endings.take_away": [Page(C, fixed("/contracts/calendar/endings.csv"))],
    "waves_found.index": [
        Page(C, lambda w: f"/contracts/waves?authority={w.authorities[0].id}"),
        Page(R, fixed("/contracts/waves?before=1&after=1")),
    ],
    "waves_found.take_away": [Page(R, fixed("/contracts/waves/waves.csv"))],
    "waves_found.category": [Page(C, fixed("/contracts/waves/30100000"))],
    "waves_found.propose": [Page(R, a_wave("/propose"))],
    "waves.index": [
        Page(C, fixed("/contracts/waves/proposed")),
        Page(R, fixed("/contracts/waves/proposed?only=proposed&sort=start")),
    ],
    "waves.show": [Page(C, wave("proposed")), Page(R, wave("agreed")), Page(A, wave("taken back"))],
    "waves.answer": [Page(C, wave("proposed", "/answer"))],
    "contracts.take_away": [
        Page(C, fixed("/contracts/register.csv?state=all")),
        Page(A, fixed("/contracts/register.xlsx")),
    ],
    "imports.index": [Page(C, fixed("/contracts/imports")), Page(A, fixed("/contracts/imports"))],
    "imports.new": [
        Page(C, fixed("/contracts/imports/new")),
        Page(A, fixed("/contracts/imports/new")),
    ],
    "imports.show": [
        Page(C, imported("previewed", f"?rows={rows}")) for rows in ("new", "known", "refused")
    ],
    "imports.refused": [Page(A, imported("previewed", "/refused.csv"))],
    "imports.template": [
        Page(C, fixed(f"/contracts/imports/template.{kind}")) for kind in ("csv", "xlsx")
    ],
    "unit_prices.index": [Page(C, fixed("/unit-prices")), Page(R, fixed("/unit-prices?q=v"))],
    "unit_prices.show": [Page(C, price_figure()), Page(A, price_figure())],
    "elasticities.index": [Page(A, fixed("/unit-prices/elasticity?q=e"))],
    "elasticities.show": [Page(A, books_effect())],
    "elasticities.figures": [Page(A, books_effect(".csv"))],
    "elasticities.drawn": [Page(A, books_effect(".svg"))],
    "own_prices.index": [Page(C, fixed("/unit-prices/own"))],
    "own_prices.give": [Page(C, fixed("/unit-prices/own/give?category=34100000"))],
    "own_prices.from_contracts": [Page(C, fixed("/unit-prices/own/from-contracts"))],
    "own_prices.correct": [Page(C, own_price("/correct"))],
    "own_prices.withdraw": [Page(C, own_price("/withdraw"))],
    "spend.index": [Page(C, fixed("/spend")), Page(A, fixed("/spend?year=0"))],
    "spend.categories": [Page(C, fixed("/spend/categories?sort=change"))],
    "spend.category": [Page(R, fixed("/spend/categories/85311000"))],
    "spend.suppliers": [
        Page(C, lambda w: f"/spend/suppliers?authority={w.authorities[0].id}&contract=no"),
        Page(R, fixed("/spend/suppliers?common=yes&q=made")),
    ],
    "spend.supplier": [Page(C, lambda w: f"/spend/suppliers/{spend_supplier(w)}")],
    "spend.prices": [Page(R, fixed("/spend/prices"))],
    "spend.together": [Page(R, fixed("/spend/together"))],
    "spend.lines": [
        Page(C, fixed("/spend/lines?category=85311000&year=2026")),
        Page(R, fixed("/spend/lines?cell=1&line=1")),
    ],
    "spend.take_lines": [Page(C, fixed(f"/spend/lines.{kind}")) for kind in ("csv", "xlsx")],
    "spend.take_totals": [
        Page(C, fixed("/spend/categories.csv")),
        Page(R, fixed("/spend/suppliers.xlsx")),
    ],
    "spend_decisions.matches": [Page(R, fixed("/spend/matches"))],
    "spend_decisions.labels": [Page(C, fixed("/spend/labels?q=a"))],
    "spend_decisions.label": [Page(R, lambda w: f"/spend/labels/{spend_label(w)}?q=goods")],
    "spend_imports.index": [Page(C, fixed("/spend/imports")), Page(A, fixed("/spend/imports"))],
    "spend_imports.new": [
        Page(C, fixed("/spend/imports/new")),
        Page(A, fixed("/spend/imports/new")),
    ],
    "spend_imports.show": [Page(C, spent("previewed")), Page(A, spent("accepted"))],
    "spend_imports.refused": [Page(A, spent("previewed", "/refused.csv"))],
}


def in_days(world: World, days: int) -> list[str]:
    """A day from now as three boxes take it."""
    day: date = clock.london_day(world.now + timedelta(days=days))
    return [str(day.day), str(day.month), str(day.year)]


def _offer(world: World, state: str) -> Mapping[str, object]:
    key = world.lots[state].id
    buyers = world.session.scalars(
        select(LotMember.authority_id).where(LotMember.lot_id == key, LotMember.active)
    )
    questions = world.session.scalars(
        select(QualityQuestion.id).where(QualityQuestion.lot_id == key)
    )
    return {
        **{f"price_{buyer}": "£45,000" for buyer in buyers},
        **{f"answer_{question}": "By bicycle" for question in questions},
        "sure": "y",
    }


def sheet_of(world: World, state: str) -> Mapping[str, object]:
    """A filled-in scoring sheet of the lot in that state."""
    key = world.lots[state].id
    bids = world.session.scalars(select(Bid.id).where(Bid.lot_id == key)).all()
    questions = world.session.scalars(
        select(QualityQuestion.id).where(QualityQuestion.lot_id == key)
    ).all()
    cells = [f"{bid}_{question}" for bid in bids for question in questions]
    return {f"score_{cell}": "3" for cell in cells} | {f"words_{cell}": "Sound" for cell in cells}


def _draft_row(world: World) -> Mapping[str, object]:
    drafts = world.session.scalars(
        select(Requirement).where(
            Requirement.authority_id == world.authorities[0].id,
            Requirement.status == RequirementStatus.DRAFT,
        )
    )
    rows: dict[str, object] = {"draft": world.requirements["draft"].id, "post": "yes"}
    for draft in drafts:
        cells = {"title": draft.title, "value": "£90,000", "term": "24", "version": draft.version}
        days = {"first": draft.earliest_start.isoformat(), "last": draft.latest_start.isoformat()}
        rows |= {f"{name}_{draft.id.hex}": cell for name, cell in (cells | days).items()}
    return rows


def _policy_terms(world: World) -> Mapping[str, object]:
    return {
        "title": "Library books and maps",
        "tier": "low",
        "elasticity_low": "0.01",
        "elasticity_likely": "0.05",
        "elasticity_high": "0.09",
        "max_discount": "0.25",
        "tender_cost": "12000",
        "coordination_cost": "2000",
        "reach": "anywhere",
        "attributes": "Servicing: shelf-ready, none",
    }


def _person(world: World) -> Mapping[str, object]:
    return {
        "email": "new@tests.example",
        "name": "Head of buying",
        "organisation": str(world.reviewers[0].organisation_id),
        "role": "reviewer",
    }


def _code(world: World) -> Mapping[str, object]:
    """What the phone of the first reviewer shows."""
    codes = world.session.get_one(OneTimeCodes, world.reviewers[0].id)
    return {"code": TOTP(secret_of(codes, SECRET)).at(clock.now())}


def _publication(world: World) -> Mapping[str, object]:
    return {
        "description": "Books for libraries",
        "terms": "Model terms",
        "deadline_day": in_days(world, 30),
        "deadline_time": "12",
        **{f"opener_{n}": str(key.id) for n, key in enumerate(world.openers, start=1)},
        "question_1": "How will you deliver?",
        "weight_1": "20",
        "pounds_per_point": "100",
        "tie_rule": "receipt",
        "undivided_because": "One supplier for all is what the members want",
    }


def fresh_key() -> str:
    return public_line(X25519PrivateKey.generate().public_key())


def part_of(world: World, state: str, position: int) -> Part:
    """The part of an opener, as the command writes it from what the site gives."""
    found = queries.openers(world.session, world.lots[state])[position - 1]
    given = keys_for(world.session, world.lots[state], found, SITE_KEYS.gate)
    return take_layer_off(given, PLAYED[found.key.public_key])[0]


def _part(world: World) -> Mapping[str, object]:
    return {"part": [(part_of(world, "rooted", 1).text().encode(), "part.json")]}


FORMS: dict[str, list[Sent]] = {
    "accounts.sign_in": [
        Sent(
            None,
            fixed("/sign-in"),
            lambda w: {"email": w.reviewers[0].email, "password": "a password of the tests"},
        )
    ],
    "accounts.sign_out": [Sent(C, fixed("/sign-out"), page=fixed("/"))],
    "own_account.change_password": [
        Sent(
            C,
            fixed("/account/password"),
            lambda w: {"current": "a password of the tests", "password": "another of the tests"},
        )
    ],
    "own_account.confirm": [
        Sent(C, fixed("/account/confirm"), lambda w: {"password": "a password of the tests"})
    ],
    "own_account.end_sign_in": [
        Sent(C, lambda w: f"/account/sign-ins/{w.elsewhere.id}/end", page=fixed("/account"))
    ],
    "own_account.start_codes": [
        Sent(C, fixed("/account/codes/start"), page=fixed("/account/codes"))
    ],
    "own_account.codes": [Sent(R, fixed("/account/codes"), _code)],
    "accounts.sign_out_everywhere": [
        Sent(A, lambda w: f"/people/{w.outsider.id}/sign-out", page=fixed("/people"))
    ],
    "accounts.forget_codes": [
        Sent(A, lambda w: f"/people/{w.coded.id}/forget-codes", page=fixed("/people"))
    ],
    "passwords.forgotten": [
        Sent(None, fixed("/forgotten-password"), lambda w: {"email": w.outsider.email})
    ],
    "passwords.new_password": [
        Sent(
            None,
            fixed(f"/new-password/{RESET_TOKEN}"),
            lambda w: {"password": "another of the tests"},
        )
    ],
    "accounts.add_person": [Sent(A, fixed("/people/add"), _person)],
    "accounts.add_authority": [
        Sent(A, fixed("/authorities/add"), lambda w: {"code": "E07000117", "name": "Burnley"})
    ],
    "accounts.remove_person": [
        Sent(A, lambda w: f"/people/{w.outsider.id}/remove", page=fixed("/people"))
    ],
    "categories.edit": [Sent(A, policy("/edit"), _policy_terms)],
    "categories.default": [Sent(A, fixed("/categories/default"), _policy_terms)],
    "categories.add": [Sent(A, fixed("/categories/add?code=39000000"), _policy_terms)],
    "suppliers.edit": [
        Sent(S, fixed("/organisation/edit"), lambda w: {"size": "small", "location": "Hackney"})
    ],
    "suppliers.add_category": [
        Sent(S, fixed(f"/organisation/categories/{BOOKS}"), page=fixed("/organisation?q=books"))
    ],
    "suppliers.remove_category": [
        Sent(S, fixed("/organisation/categories/30100000/remove"), page=fixed("/organisation"))
    ],
    "requirements.new": [
        Sent(
            C,
            fixed(f"/requirements/new?code={BOOKS}"),
            lambda w: {"title": "Books for adults", "value": "£120,000"},
        )
    ],
    "requirements.edit": [
        Sent(
            C,
            requirement("draft", "/edit/what"),
            lambda w: {"title": "Books for children", "value": "90k"},
        ),
        Sent(
            C,
            requirement("posted", "/edit/when"),
            lambda w: {
                "earliest_start": in_days(w, 60),
                "latest_start": in_days(w, 90),
                "term_months": "36",
            },
        ),
        Sent(C, requirement("draft", "/edit/specification")),
        Sent(
            C,
            requirement("draft", "/edit/partners"),
            lambda w: {"max_partners": "3", "excluded": str(w.authorities[1].id)},
        ),
    ],
    "requirements.set_category": [
        Sent(
            C,
            requirement("draft", "/category"),
            lambda w: {"code": "30100000"},
            page=requirement("draft", "/category?q=goods"),
        )
    ],
    "requirements.give_file": [
        Sent(
            C,
            fixed("/requirements/imports/new"),
            lambda w: {"file": [(NEEDS.format(number=99).encode(), "needs.csv")]},
        )
    ],
    "requirements.accept_import": [Sent(C, needs_file("/accept"), page=needs_file())],
    "requirements.post_import": [Sent(C, needs_file("/accept-and-post"), page=needs_file())],
    "requirements.leave_import": [Sent(C, needs_file("/leave"), page=needs_file())],
    "requirements.drafts": [Sent(C, fixed("/requirements/drafts"), _draft_row)],
    "contracts.edit": [
        Sent(
            C,
            contract("/edit"),
            lambda w: {
                "extensions": "12 + 6",
                "others_may_join": "yes",
                "joining_terms": "Any London authority",
            },
        )
    ],
    "contracts.ending": [
        Sent(
            C,
            fixed("/contracts/ending"),
            lambda w: {"contract": w.contracts["imported"].id, "before": "3", "after": "3"},
        )
    ],
    "waves_found.propose": [
        Sent(R, a_wave("/propose"), lambda w: {"note": "It pays", "answer_by": in_days(w, 20)})
    ],
    "waves.answer": [Sent(C, wave("proposed", "/answer"), lambda w: {"answer": "post"})],
    "waves.take_back": [Sent(R, wave("proposed", "/take-back"), page=wave("proposed"))],
    "imports.new": [
        Sent(
            C,
            fixed("/contracts/imports/new"),
            lambda w: {"file": [(b"Title\nMaps\n", "maps.csv")], "format": "marketplace"},
        )
    ],
    "imports.accept": [Sent(C, imported("previewed", "/accept"), page=imported("previewed"))],
    "imports.leave": [Sent(A, imported("previewed", "/leave"), page=imported("previewed"))],
    "spend.work_out": [
        Sent(
            R,
            fixed("/spend/categories/85311000/together"),
            page=fixed("/spend/categories/85311000"),
        )
    ],
    "spend_decisions.decide": [
        Sent(R, lambda w: f"/spend/matches/{doubt(w)}/same", page=fixed("/spend/matches"))
    ],
    "spend_decisions.categorise": [
        Sent(
            R,
            lambda w: f"/spend/labels/{spend_label(w)}/category",
            lambda w: {"code": BOOKS},
            page=lambda w: f"/spend/labels/{spend_label(w)}?q=books",
        )
    ],
    "spend_decisions.forget": [
        Sent(
            R,
            lambda w: f"/spend/labels/{w.decided_label.id}/forget",
            page=lambda w: f"/spend/labels/{w.decided_label.id}",
        )
    ],
    "spend_imports.new": [
        Sent(
            C,
            fixed("/spend/imports/new"),
            lambda w: {"files": [(b"Supplier,Amount,Date\nMaps,1.50,01/02/2026\n", "maps.csv")]},
        )
    ],
    "spend_imports.columns": [
        Sent(
            C,
            spent("previewed", "/columns"),
            lambda w: {
                **dict.fromkeys(("column_0_0", "column_0_1", "column_0_4"), ""),
                "column_0_2": "supplier",
                "column_0_3": "date",
                "column_0_5": "amount",
            },
            page=spent("previewed"),
        )
    ],
    "spend_imports.accept": [Sent(C, spent("previewed", "/accept"), page=spent("previewed"))],
    "spend_imports.leave": [Sent(A, spent("previewed", "/leave"), page=spent("previewed"))],
    "spend_imports.take_back_": [Sent(A, spent("accepted", "/take-back"), page=spent("accepted"))],
    "requirements.post": [Sent(C, requirement("draft", "/post"), page=requirement("draft"))],
    "requirements.withdraw": [Sent(C, requirement("posted", "/withdraw"))],
    "requirements.copy": [Sent(C, requirement("posted", "/copy"), page=requirement("posted"))],
    "grouping.start": [
        Sent(
            R,
            fixed("/grouping/start"),
            lambda w: {"which": "chosen", "categories": BOOKS, "seconds": "5"},
        )
    ],
    "grouping.keep": [Sent(R, run("running", "/keep"), page=run("running"))],
    "grouping.cancel": [Sent(R, run("running", "/cancel"), page=run("running"))],
    "scenarios.index": [Sent(R, scenarios_address(), lambda w: {"name": "Wider"})],
    "scenarios.step": [
        # Everything that these send stands hidden in the form itself.
        Sent(R, scenario("/steps/lock"), page=scenario())
    ],
    "scenarios.change": [Sent(R, scenario("/undo"), page=scenario())],
    "scenarios.copy": [Sent(R, scenario("/copy"), lambda w: {"name": "Copy"}, page=scenario())],
    "scenarios.adopt": [Sent(R, scenario("/adopt"), page=scenario())],
    "messages.read": [Sent(C, fixed("/messages/read"), page=fixed("/messages"))],
    "messages.make": [Sent(C, fixed("/calendar/make"), page=fixed("/calendar"))],
    "messages.end": [Sent(R, fixed("/calendar/end"), page=fixed("/calendar"))],
    "unit_prices.seen": [Sent(C, price_figure("/seen"), page=price_figure())],
    "elasticities.show": [
        Sent(
            A,
            books_effect(),
            lambda w: {"low": "0", "likely": "0.04", "high": "0.09", "reason": "As the bids say"},
        )
    ],
    "own_prices.give": [Sent(C, fixed("/unit-prices/own/give"), vehicles("£12.34"))],
    "own_prices.from_contracts": [
        Sent(
            C,
            fixed("/unit-prices/own/from-contracts"),
            lambda w: {
                "contracts": [
                    str(each.contract_id)
                    for each in contract_prices(w.session, w.authorities[0].id)
                ]
            },
        )
    ],
    "own_prices.correct": [Sent(C, own_price("/correct"), vehicles("0.0042"))],
    "own_prices.withdraw": [Sent(C, own_price("/withdraw"))],
    "questions.ask_readiness": [
        Sent(R, proposal("approvable", "/ask-how-ready"), page=proposal("approvable"))
    ],
    "cases.make": [Sent(R, lot("awarded", "/case"), page=lot("awarded"))],
    "cases.edit": [Sent(R, case("/edit"), lambda w: COSTS)],
    "cases.risk": [Sent(R, case_risk, lambda w: {"what": "A member leaves", "likelihood": "2"})],
    "savings.report": [Sent(C, saving("/report"), period_after)],
    "savings.take_back": [Sent(C, saving_period, page=saving())],
    "lessons.tell": [Sent(R, lot("awarded", "/precedent"), lambda w: LESSON)],
    "directory.add": [Sent(C, fixed("/knowledge/roles/add"), lambda w: ROLE)],
    "directory.edit": [
        Sent(C, directory_role("/edit"), lambda w: ROLE | {"title": "Library lead"})
    ],
    "directory.confirm": [Sent(C, directory_role("/confirm"), page=fixed("/knowledge/roles"))],
    "directory.remove": [Sent(C, directory_role("/remove"), page=directory_role("/edit"))],
    "precedents.load": [
        Sent(R, fixed("/knowledge/precedents/load"), page=fixed("/knowledge/precedents"))
    ],
    "precedents.add": [Sent(R, fixed("/knowledge/precedents/add"), lambda w: LESSON | FOUND)],
    "precedents.edit": [Sent(R, precedent("/edit"), lambda w: LESSON)],
    "ways.choose": [
        Sent(
            R,
            proposal("approvable", "/way"),
            lambda w: {"way": "same_provider", "reason": "Each wants its own contract"},
        )
    ],
    "readiness.answer": [
        Sent(C, fixed(f"/readiness/{BOOKS}"), lambda w: {"political_commitment": "partly"})
    ],
    "questions.ask": [
        Sent(
            R,
            proposal("approvable", "/ask"),
            lambda w: {
                "authority": str(w.authorities[0].id),
                "barrier": "time",
                "question": "Could you start in May?",
            },
        )
    ],
    "questions.take_back": [
        Sent(
            R,
            lambda w: (
                f"/proposals/{w.questions[0].proposal_id}/questions/{w.questions[0].id}/take-back"
            ),
            page=lambda w: f"/proposals/{w.questions[0].proposal_id}",
        )
    ],
    "questions.answer": [
        Sent(
            C,
            lambda w: f"/questions/{w.questions[0].id}",
            lambda w: {"answer": "In May, yes"},
        )
    ],
    "studies.ask": [Sent(R, proposal("approvable", "/study"), page=proposal("approvable"))],
    "proposals.conflict": [
        Sent(R, proposal("approvable", "/conflict"), lambda w: {"reason": "I worked there"})
    ],
    "proposals.reject": [
        Sent(
            R,
            proposal("approvable", "/reject"),
            lambda w: {"barrier": "time", "reason": "It would take too long"},
        )
    ],
    "joining.approve": [
        Sent(
            R,
            proposal("approvable", "/approve"),
            lambda w: {"closes_on": in_days(w, 21), "reason": "It pays for all"},
        )
    ],
    "joining.commit": [Sent(C, joining("joining", "/commit"), page=joining("joining"))],
    "joining.commit_if": [
        Sent(
            C,
            joining("joining", "/commit-if"),
            lambda w: {"at_least_members": "2", "with_authority": ""},
        )
    ],
    "joining.agree_to_show": [
        Sent(C, joining("joining", "/agree-to-show"), page=joining("joining"))
    ],
    "joining.decline": [
        Sent(
            C,
            joining("joining", "/decline"),
            lambda w: {"barrier": "time", "reason": "We cannot wait"},
            page=joining("joining"),
        )
    ],
    "joining.close": [Sent(R, lot("committed", "/close-window"), page=lot("committed"))],
    "joining.cancel": [Sent(R, lot("open", "/cancel"), lambda w: CANCELLED)],
    "publishing.publish": [Sent(R, lot("unpublished", "/publish"), _publication)],
    "publishing.confirm": [
        # What is confirmed stands hidden in the form itself.
        Sent(R, lot("publication asked", "/publish/confirm"))
    ],
    "publishing.end": [
        Sent(R, waiting("publication asked", "/end"), page=lot("publication asked"))
    ],
    "deadlines.confirm": [Sent(R, lot("changed", "/extend/confirm"))],
    "bids.confirm": [Sent(S, lot("changed", "/bid/confirm"), page=lot("changed"))],
    "deadlines.extend": [
        Sent(
            R,
            lot("open", "/extend"),
            lambda w: {
                "deadline_day": in_days(w, 40),
                "deadline_time": "12",
                "reason": "More time was asked for",
            },
        )
    ],
    "lots.add_documents": [
        Sent(
            R,
            lot("unpublished", "/documents"),
            lambda w: {"documents": [(b"Terms of use", "terms.txt")]},
            page=lot("unpublished"),
        )
    ],
    "lots.remove_document": [
        Sent(
            R,
            lambda w: f"{lot('unpublished')(w)}/documents/{w.document('unpublished').id}/remove",
            page=lot("unpublished"),
        )
    ],
    "lots.ask": [
        Sent(
            S,
            lot("open", "/questions"),
            lambda w: {"question": "May we deliver at night?"},
            page=lot("open"),
        )
    ],
    "lots.answer": [
        Sent(
            R,
            lambda w: f"{lot('open')(w)}/questions/{w.question('open').id}",
            lambda w: {"answer": "Yes, after ten"},
        )
    ],
    "bids.submit": [
        Sent(S, lot("unbid", "/bid"), lambda w: _offer(w, "unbid")),
        Sent(S, lot("open", "/bid"), lambda w: _offer(w, "open")),
    ],
    "bids.withdraw": [Sent(S, lot("open", "/bid/withdraw"))],
    "opening.show": [Sent(R, lot("closed", "/open"))],
    "opening.publish_root": [
        Sent(R, lot("closed", "/seal"), page=lot("closed", "/open")),
    ],
    "opening.give_part": [
        Sent(R, lot("rooted", "/open/part"), _part, page=lot("rooted", "/open")),
    ],
    "openers.own_key": [
        Sent(R, fixed("/account/opener-key"), lambda w: {"public_key": fresh_key()})
    ],
    "awards.score": [Sent(R, lot("opened", "/evaluation/scores"), lambda w: sheet_of(w, "opened"))],
    "awards.agree": [Sent(R, lot("scored", "/evaluation/agree"), lambda w: sheet_of(w, "scored"))],
    "awards.explain": [
        Sent(
            R,
            lambda w: f"{lot('agreed')(w)}/evaluation/{w.bid('agreed').id}/price",
            lambda w: {"explanation": "Own printing works", "accepted": "yes"},
        )
    ],
    "awarding.award": [
        Sent(R, lot("awardable", "/evaluation/award"), lambda w: {"reason": "The lowest"})
    ],
    "awarding.confirm": [Sent(R, lot("award asked", "/evaluation/award/confirm"))],
}

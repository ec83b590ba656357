"""From the registers of thirteen real councils to joint contracts, through the pages.

The path of the journey is walked in Chromium; steps that repeat for each council go through the
plain client. Contracts and councils are as published; people, suppliers and bids are made up.
"""

import html
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.contracts.models import Contract, ContractSource
from marketplace.grouping import services as grouping
from marketplace.grouping.models import GroupingRun, Proposal
from marketplace.lots.models import Lot, LotMember, QualityQuestion
from marketplace.requirements.models import Requirement, RequirementStatus
from tests import factories
from tests.journeys.lancashire import AUTHORITIES, POLICIES, County, people, usual_term
from tests.journeys.walk import Walk

pytestmark = pytest.mark.shared
WINDOW = {"before": "3", "after": "9"}
QUESTION = "How will you keep every depot supplied?"


@pytest.fixture
def scripts() -> bool:
    """One walk is long enough; the pages without scripts have journeys of their own."""
    return True


@pytest.fixture
def walk():
    """The pictures, written down once the journey has succeeded."""
    walk = Walk(
        "A walk through the marketplace",
        "From the published contracts of Lancashire’s councils to joint contracts. The councils "
        "and the titles of their contracts are real, under the Open Government Licence; people, "
        "suppliers, bids and prices are made up. `make walk` takes these pictures anew, in the "
        "journey of `tests/journeys/test_lancashire.py`.",
    )
    yield walk
    walk.write()


def test_lancashires_registers_become_joint_contracts(
    session, visit, sign_in, command, shared, walk
):
    county = people(session)
    a_new_site_gets_codes_policies_and_authorities(county, visit, sign_in, command, shared, walk)
    registers_are_imported(county, visit, sign_in, shared, walk)
    contracts_that_end_become_requirements(county, visit, sign_in, walk)
    proposal = requirements_are_grouped(county, visit, walk)
    lot = a_proposal_is_approved_and_joined(county, proposal, visit, sign_in, walk)
    suppliers_bid(county, lot, visit, sign_in, walk)
    the_lot_is_awarded(county, lot, visit, sign_in, walk)


def a_new_site_gets_codes_policies_and_authorities(county, visit, sign_in, command, shared, walk):
    codes = shared / "data/reference/cpv/cpv_2008_en.csv"
    assert command("cpv", "load", codes).output.strip() == "9,454 codes added."
    visitor = visit(county.administrator, width=1200)
    visitor.go("/categories")
    visitor.follow("Set the default policy")
    visitor.page.get_by_label("Any authority").check()
    visitor.press("Save this policy")
    desk = sign_in(county.administrator)
    for code, (title, low, likely, high) in POLICIES.items():
        answer = desk.send(f"/categories/add?code={code}", policy(title, low, likely, high))
        assert answer.status_code == 303, answer.text
    visitor.go("/categories")
    walk.show(visitor.page, "categories", "The administrator sets how each category is shared")

    code, name = AUTHORITIES["wyre"]
    visitor.go("/authorities/add")
    visitor.fill("Code", code)
    visitor.fill("Name", name)
    visitor.press("Add this authority")
    for file, (code, name) in AUTHORITIES.items():
        if file != "wyre":
            desk.send("/authorities/add", {"code": code, "name": name})
    by_code = {each.code: each for each in county.session.scalars(select(Organisation))}
    for file, (code, _) in AUTHORITIES.items():
        county.add_buyer(file, by_code[code])


def policy(title: str, low: str, likely: str, high: str) -> dict[str, object]:
    return {
        "title": title,
        "tier": "medium",
        "elasticity_low": low,
        "elasticity_likely": likely,
        "elasticity_high": high,
        "max_discount": "0.25",
        "tender_cost": "8000",
        "coordination_cost": "2500",
        "max_lot_value": "10m",
        "max_authorities": "6",
        "reach": "anywhere",
    }


def registers_are_imported(county: County, visit, sign_in, shared, walk):
    folder = shared / "data/contracts/lancashire"
    term = str(usual_term(clock.london_day(clock.now())))
    visitor = visit(county.buyers["wyre"], width=1200)
    visitor.go("/contracts")
    visitor.go("/contracts/imports/new")
    visitor.page.get_by_label("The register").set_input_files(folder / "wyre.json")
    visitor.page.get_by_label("Contracts Finder notices").check()
    visitor.fill("Months that such contracts usually last", term)
    visitor.press("Show what would be added")
    walk.show(
        visitor.page,
        "preview",
        "A council gives its published notices, and sees what is understood of them and what not",
        visitor.page.locator("td .govuk-hint"),
    )
    visitor.page.get_by_role("button", name=re.compile("Accept and add")).click()
    visitor.look()
    for file, buyer in county.buyers.items():
        if file != "wyre":
            imported(sign_in(buyer), folder / f"{file}.json", term)
    session = county.session
    assert session.scalar(select(func.count()).select_from(Contract)) > 600
    assert all(session.scalars(select(Contract.end_is_estimate)))

    again = given(sign_in(county.buyers["wyre"]), folder / "wyre.json", term)
    assert "There is nothing new in this file" in again.text


def given(browser, file, term: str):
    """The preview of a file of notices."""
    with file.open("rb") as opened:
        form = {"file": (opened, file.name), "format": "contracts-finder", "term_months": term}
        answer = browser.send("/contracts/imports/new", form)
    assert answer.status_code == 303, answer.text
    preview = browser.get(answer.headers["Location"])
    preview.address = answer.headers["Location"]
    return preview


def imported(browser, file, term: str) -> None:
    """Accept what is new in a file, if anything is."""
    preview = given(browser, file, term)
    if "Accept and add" in preview.text:
        accepted = browser.send(f"{preview.address}/accept", {}, page=preview.address)
        assert accepted.status_code == 303, accepted.text


def contracts_that_end_become_requirements(county: County, visit, sign_in, walk):
    visitor = visit(county.buyers["wyre"], width=1200)
    visitor.go("/contracts")
    visitor.follow("Plan what follows those that end")
    visitor.fill("Months before the contract ends", WINDOW["before"])
    visitor.fill("Months after the contract ends", WINDOW["after"])
    walk.show(
        visitor.page,
        "ending",
        "Contracts that end within two years, with the requirement that would follow each",
        visitor.page.locator("td a + br + .govuk-hint"),
    )
    press_like(visitor, "Make drafts of")
    walk.show(visitor.page, "drafts", "The drafts are corrected in a table and posted in one step")
    title = visitor.page.get_by_role("textbox", name=re.compile("^Title of")).first
    title.fill(f"{title.input_value()[:200]} (renewal)")
    press_like(visitor, "Post all")
    assert visitor.sees("posted")
    for file, buyer in county.buyers.items():
        if file != "wyre":
            drafted_and_posted(sign_in(buyer))
    session = county.session
    session.expire_all()
    assert set(session.scalars(select(Requirement.status))) == {RequirementStatus.POSTED}
    assert len(session.scalars(select(Requirement.authority_id).distinct()).all()) > 8
    assert session.scalar(select(Requirement.id).where(Requirement.title.endswith("(renewal)")))


def press_like(visitor, name: str) -> None:
    """Press the last button whose name begins so: the one for all where there are pages."""
    visitor.page.get_by_role("button", name=re.compile(f"^{name}")).last.click()
    visitor.page.wait_for_load_state()
    visitor.look()


def drafted_and_posted(browser) -> None:
    if "Make drafts of" not in browser.get("/contracts/ending").text:
        return
    made = browser.send("/contracts/ending", WINDOW | {"all": "yes"})
    assert made.status_code == 303, made.text
    tags = re.findall(
        r'<input[^>]*name="[a-z]+_[0-9a-f]{32}"[^>]*>', browser.get("/requirements/drafts").text
    )
    cells = {found(tag, "name"): found(tag, "value") for tag in tags}
    posted = browser.send("/requirements/drafts", cells | {"post_all": "yes"})
    assert posted.status_code == 303, posted.text


def found(tag: str, attribute: str) -> str:
    return html.unescape(re.search(f'{attribute}="([^"]*)"', tag)[1])


def requirements_are_grouped(county: County, visit, walk) -> Proposal:
    session = county.session
    visitor = visit(county.reviewers[0], width=1200)
    visitor.go("/grouping/start")
    visitor.fill("Longest time to search, in seconds", "20")
    visitor.press("Start grouping")
    assert visitor.sees("Waiting for a worker")
    run = session.scalars(select(GroupingRun)).one()
    grouping.solve_run_now(session, run, at=clock.now())
    session.commit()
    visitor.go(f"/grouping/{run.id}")
    walk.show(visitor.page, "run", "A reviewer groups what is posted; the run says how good it is")
    visitor.go("/proposals")
    walk.show(visitor.page, "proposals", "Each proposal is one joint lot, with what it would save")
    proposals = session.scalars(select(Proposal).where(Proposal.run_id == run.id)).all()
    assert len(proposals) > 5
    vehicles = [each for each in proposals if each.category_code == "34100000"]
    return min(vehicles, key=lambda each: each.reference)


def a_proposal_is_approved_and_joined(
    county: County, proposal: Proposal, visit, sign_in, walk
) -> Lot:
    session = county.session
    key = proposal.id
    visitor = visit(county.reviewers[0], width=1200)
    visitor.go(f"/proposals/{key}")
    assert visitor.sees("£")
    walk.show(visitor.page, "proposal", "What one proposal brings, to whom, and at what risk")
    visitor.follow("Approve and open a joining window")
    closes = clock.london_day(clock.now() + timedelta(days=21))
    visitor.fill_day("closes_on", closes.day, closes.month, closes.year)
    visitor.fill("Why you approve it", "It pays for each of them.")
    visitor.press("Approve and ask the authorities")
    lot = session.scalars(select(Lot)).one()

    first, *others = members(county, lot)
    buyer = visit(first, width=1200)
    assert buyer.sees("What awaits you")
    buyer.go(f"/joining/{lot.id}")
    walk.show(buyer.page, "joining", "Each council sees what joining brings it, and commits")
    buyer.press("Commit to this lot")
    for other in others:
        at = f"/joining/{lot.id}"
        done = sign_in(other).send(f"{at}/commit", {}, page=at)
        assert done.status_code == 303, done.text

    visitor.go(f"/lots/{lot.id}")
    visitor.press("Close the window and work the lot out again")
    county.session.commit()  # so that what the pages have done since is seen
    for opener in (county.reviewers[1], *list(county.buyers.values())[:2]):
        factories.make_opener(county.session, opener)
    county.session.commit()
    visitor.go(f"/lots/{lot.id}/publish")
    publish(visitor)
    confirmed(sign_in(county.reviewers[1]), f"/lots/{lot.id}/publish/confirm")
    visitor.go(f"/lots/{lot.id}")
    walk.show(visitor.page, "lot", "The lot of those who committed is open to bids")
    return lot


def members(county: County, lot: Lot) -> list:
    """The commissioners of the authorities in the lot."""
    session = county.session
    session.commit()
    asked = set(
        session.scalars(
            select(LotMember.authority_id).where(LotMember.lot_id == lot.id, LotMember.active)
        )
    )
    assert len(asked) >= 2
    return [buyer for buyer in county.buyers.values() if buyer.organisation_id in asked]


def publish(visitor) -> None:
    visitor.fill("What is to be supplied", "Vehicles of the councils named, over the term.")
    visitor.fill("Terms of the contracts", "The model terms of the Centre.")
    day = clock.london_day(clock.now() + timedelta(days=30))
    visitor.fill_day("deadline_day", day.day, day.month, day.year)
    visitor.page.get_by_label("Time of the deadline, in London").select_option("12")
    visitor.fill("Question 1", QUESTION)
    visitor.fill("Points for question 1", "20")
    visitor.fill("What one quality point is worth, in pounds", "1,000")
    visitor.page.get_by_label("The earlier bid", exact=True).check()
    visitor.press("Ask to publish this lot")


def confirmed(browser, page: str) -> None:
    """The second reviewer confirms what the first asked for."""
    answer = browser.post(page, browser.hidden(page))
    assert answer.status_code == 303, answer.text


def suppliers_bid(county: County, lot: Lot, visit, sign_in, walk) -> None:
    session = county.session
    session.commit()  # so that what the pages have done since is seen
    shares = {"cheap": Decimal("0.93"), "dear": Decimal("0.97")}
    values = dict(
        session.execute(
            select(Requirement.authority_id, func.sum(Requirement.value))
            .join(LotMember, LotMember.requirement_id == Requirement.id)
            .where(LotMember.lot_id == lot.id, LotMember.active)
            .group_by(Requirement.authority_id)
        ).all()
    )
    cheap, dear = county.suppliers
    question = session.scalars(
        select(QualityQuestion.id).where(QualityQuestion.lot_id == lot.id)
    ).one()
    visitor = visit(cheap, width=1200)
    visitor.go("/lots")
    visitor.follow(lot.reference)
    visitor.go(f"/lots/{lot.id}/bid")
    for authority, value in values.items():
        price = f"{Decimal(value) * shares['cheap']:.2f}"
        visitor.page.locator(f"[name=price_{authority}]").fill(price)
    visitor.page.get_by_label(QUESTION).fill("From two depots, each with a spare vehicle.")
    visitor.page.get_by_label("This is our offer for all").check()
    visitor.press("Send this bid")
    walk.show(visitor.page, "receipt", "A supplier bids for all parts of a lot and gets a receipt")

    form = {f"price_{a}": f"{Decimal(v) * shares['dear']:.2f}" for a, v in values.items()}
    form |= {f"answer_{question}": "By a van each week.", "sure": "y"}
    sent = sign_in(dear).send(f"/lots/{lot.id}/bid", form)
    assert sent.status_code == 303, sent.text


def the_lot_is_awarded(county: County, lot: Lot, visit, sign_in, walk) -> None:
    session = county.session
    members_of_lot = members(county, lot)
    session.execute(
        update(Lot).where(Lot.id == lot.id).values(deadline=datetime(2026, 1, 1, tzinfo=UTC))
    )
    session.commit()
    visitor = visit(county.reviewers[0], width=1200)
    visitor.go(f"/lots/{lot.id}/open")
    visitor.press("Open all bids")
    sheet = f"/lots/{lot.id}/evaluation/scores"
    desk = sign_in(county.reviewers[0])
    cells = re.findall(r'name="(score_[^"]+)"', desk.get(sheet).text)
    assert len(cells) == 2
    marks = dict.fromkeys(cells, "4")
    for reviewer in county.reviewers:
        scored = sign_in(reviewer).send(sheet, marks)
        assert scored.status_code == 303, scored.text
    reasons = {cell.replace("score_", "words_"): "Sound and complete." for cell in cells}
    agreed = desk.send(f"/lots/{lot.id}/evaluation/agree", marks | reasons)
    assert agreed.status_code == 303, agreed.text
    visitor.go(f"/lots/{lot.id}/evaluation")
    walk.show(visitor.page, "evaluation", "Opened after the deadline, scored, and ranked in pounds")
    visitor.follow("Award this lot")
    visitor.fill("Reason for the award", "The lowest evaluated price.")
    visitor.press("Ask to award this lot")
    confirmed(sign_in(county.reviewers[1]), f"/lots/{lot.id}/evaluation/award/confirm")

    session.commit()
    awarded = session.scalars(select(Contract).where(Contract.source == ContractSource.AWARD)).all()
    assert {each.authority_id for each in awarded} == {m.organisation_id for m in members_of_lot}
    assert {each.supplier_name for each in awarded} == {"Made-up Fleet Ltd"}
    buyer = visit(members_of_lot[0], width=1200)
    own = next(c for c in awarded if c.authority_id == members_of_lot[0].organisation_id)
    buyer.go(f"/contracts/{own.id}")
    assert buyer.sees("Made-up Fleet Ltd")
    walk.show(buyer.page, "contract", "One contract for each council lands in its register")

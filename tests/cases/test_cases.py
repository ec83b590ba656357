"""A business case through the pages: made in one step, its baseline frozen, its risks completed."""

import hashlib
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace.audit.models import Action, AuditEntry
from marketplace.cases.models import BusinessCase
from marketplace.categories.models import CategoryPolicy
from tests.pages import COSTS
from tests.world import BOOKS

PAGE = "/knowledge/cases"


@pytest.fixture
def desk(world, sign_in):
    return sign_in(world.reviewers[0])


def made(session, lot):
    session.expire_all()
    return session.scalars(select(BusinessCase).where(BusinessCase.lot_id == lot.id)).one()


def test_a_case_is_made_in_one_step_and_its_baseline_stays(session, world, desk):
    lot = world.lots["awarded"]
    page = f"/lots/{lot.id}"
    assert desk.send(f"{page}/case", {}, page=page).status_code == 303
    case = made(session, lot)
    before = desk.get(f"{PAGE}/{case.id}").text
    for words in ("net present value at 3.5% a year", "still has this hash", case.baseline_sha256):
        assert words in before
    assert all(each.name in before for each in world.authorities)

    policy = session.scalars(select(CategoryPolicy).where(CategoryPolicy.cpv_code == BOOKS)).one()
    policy.elasticity_likely = policy.elasticity_high
    policy.tender_cost = Decimal(99_999)
    session.commit()
    assert desk.send(f"{page}/case", {}, page=page).status_code == 303, "again, and the same"
    again = made(session, lot)
    assert (again.id, again.baseline) == (case.id, case.baseline)
    assert "£99,999" not in desk.get(f"{PAGE}/{case.id}").text


def test_the_baseline_taken_away_has_the_hash_that_stands_in_the_record(session, world, desk):
    case = world.cases[0]
    taken = desk.get(f"{PAGE}/{case.id}/baseline.json").data
    assert hashlib.sha256(taken).hexdigest() == case.baseline_sha256
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.CASE_MADE)).first()
    assert entry.detail["baseline"] == case.baseline_sha256
    case.baseline = case.baseline.replace("1", "2", 1)
    session.commit()
    assert "no longer has this hash" in desk.get(f"{PAGE}/{case.id}").text


def test_other_costs_and_another_rate_are_worked_out_again(session, world, desk):
    case = world.cases[0]
    before = case.net_present_value
    page = f"{PAGE}/{case.id}"
    assert desk.send(f"{page}/edit", COSTS | {"rate": "none"}).status_code == 422
    assert desk.send(f"{page}/edit", COSTS | {"running_cost": "£4,000"}).status_code == 303
    session.expire_all()
    assert case.net_present_value < before
    assert "£4,000" in desk.get(page).text


def test_people_complete_the_ten_risks(session, world, desk):
    case = world.cases[0]
    page = f"{PAGE}/{case.id}"
    assert desk.get(page).text.count(">Complete<") == 10
    answers = {"what": "A member leaves", "likelihood": "2", "impact": "5", "owner": "Lead buyer"}
    path = f"{page}/risks/{world.case_risks[0].id}"
    assert desk.send(path, answers | {"likelihood": "6"}).status_code == 422
    assert desk.send(path, answers).status_code == 303
    shown = desk.get(page).text
    assert "A member leaves" in shown
    assert "Lead buyer" in shown


def test_the_picture_has_the_figures_of_its_table(world, desk):
    page = f"{PAGE}/{world.cases[0].id}"
    lines = desk.get(f"{page}/tornado.csv").text.splitlines()
    assert len(lines) == 6
    assert lines[0].endswith("Assumption,Low,High,NPV at low,NPV at high")
    drawn = desk.get(f"{page}/tornado.svg").text
    assert all(line.split(",")[0] in drawn for line in lines[1:])


def test_a_lot_that_is_cancelled_gets_no_case(world, desk):
    page = f"/lots/{world.lots['cancelled'].id}"
    assert "Business case" not in desk.get(page).text
    assert desk.send(f"{page}/case", {}, page=f"/lots/{world.lots['open'].id}").status_code == 409


def test_an_authority_of_the_lot_sees_its_own_part_and_nobody_elses(session, world, sign_in):
    case, browser = world.cases[0], sign_in(world.commissioners[0])
    assert case.reference in browser.get(PAGE).text
    page = browser.get(f"{PAGE}/{case.id}").text
    assert "net present value of your part" in page
    assert world.authorities[0].name in page
    assert world.authorities[1].name not in page
    for secret in (case.baseline_sha256, f"{case.net_present_value:,.0f}", "Complete"):
        assert secret not in page, secret
    for rest, status in (("/baseline.json", 403), ("/edit", 403)):
        assert browser.get(f"{PAGE}/{case.id}{rest}").status_code == status
    assert sign_in(world.stranger).get(f"{PAGE}/{case.id}").status_code == 404
    assert case.reference not in sign_in(world.stranger).get(PAGE).text


def test_the_order_of_cases_tells_an_authority_no_values(world, sign_in):
    page = sign_in(world.commissioners[0]).get(f"{PAGE}?sort=value").text
    assert "sort=value" not in page
    assert "£" not in page

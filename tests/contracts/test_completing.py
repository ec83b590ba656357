"""A later edition of a register fills in what the register lacks, and changes nothing else."""

import io

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.audit.models import Action, AuditEntry
from marketplace.contracts.models import Contract
from tests import factories
from tests.contracts import registers

NEW = "/contracts/imports/new"


@pytest.fixture
def browser(session, sign_in):
    ambridge = factories.make_organisation(session, name="Ambridge", code="E09000901")
    return sign_in(factories.make_person(session, Role.COMMISSIONER, ambridge))


def give(browser, *rows):
    """Send a register; the address of its preview."""
    file = (io.BytesIO(registers.lga(*rows)), "register.csv")
    return browser.send(NEW, {"file": file, "format": "lga", "send": "yes"}).location


def accept(browser, location):
    return browser.send(f"{location}/accept", {}, page=location)


def the_contract(session) -> Contract:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Contract)).one()


def test_a_second_edition_fills_in_what_was_missing(session, browser):
    accept(browser, give(browser, {"End date": "", "Contract value": ""}))
    first = the_contract(session)
    assert (first.end_date, first.value) == (None, None)
    location = give(browser, {})
    page = browser.get(f"{location}?rows=known").text
    assert "Fills in what is missing there: value, yearly value and end" in page
    assert "Accept and fill in what is missing" in page
    assert the_contract(session).end_date is None, "nothing before somebody accepts"
    assert accept(browser, location).status_code == 303
    assert "Missing facts of 1 contract filled in" in browser.get(location).text
    filled = the_contract(session)
    assert (f"{filled.end_date:%d/%m/%Y}", filled.value) == ("31/03/2027", 24_000)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.CONTRACT_EDITED)
    ).one()
    assert entry.detail["changed"] == ["value", "yearly_value", "end_date"]


def test_what_the_register_says_stays(session, browser):
    accept(browser, give(browser, {}))
    location = give(browser, {"End date": "31/03/2028", "Contract value": "£99,000"})
    page = browser.get(f"{location}?rows=known").text
    assert "where it ends on 31/03/2027" in page
    assert "There is nothing new in this file" in page
    assert accept(browser, location).status_code == 422
    assert the_contract(session).value == 24_000


def test_what_somebody_filled_in_meanwhile_stays(session, browser):
    accept(browser, give(browser, {"Contract value": ""}))
    location = give(browser, {})
    contract = the_contract(session)
    contract.value, contract.yearly_value = 5, 5
    session.commit()
    assert accept(browser, location).status_code == 422
    assert the_contract(session).value == 5


def test_an_end_before_the_start_is_not_filled_in(session, browser):
    accept(browser, give(browser, {"End date": ""}))
    contract = the_contract(session)
    contract.end_date, contract.start_date = None, contract.start_date.replace(year=2031)
    session.commit()
    assert "and end" not in browser.get(f"{give(browser, {})}?rows=known").text

"""An authority gives its prices, corrects and withdraws them, and sees what it gets for it."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.audit.models import Action, AuditEntry
from marketplace.unit_prices.models import GivenPrice
from marketplace.unit_prices.services import years_to_give
from tests import factories
from tests.unit_prices import awarded
from tests.unit_prices.worlds import YEAR, give

BOOKS = "22113000"
OWN, GIVE = "/unit-prices/own", "/unit-prices/own/give"


def books(session, **facts):
    return factories.make_policy(session, BOOKS, **{"unit": "books", **facts})


def answers(price: str, **others: str) -> dict[str, str]:
    year = str(years_to_give(clock.now())[0])
    return {"category": BOOKS, "year": year, "quantity": "1,200", "price": price} | others


def prices(session) -> list[GivenPrice]:
    session.expire_all()
    return list(session.scalars(select(GivenPrice).order_by(GivenPrice.given_at)))


def test_a_price_is_given_with_its_quantity_and_year(session, sign_in):
    books(session)
    person = factories.make_person(session, Role.COMMISSIONER)
    browser = sign_in(person)
    assert browser.send(GIVE, answers("£0.0042")).status_code == 303
    (given,) = prices(session)
    assert (given.price, given.quantity, given.unit) == (Decimal("0.0042"), 1200, "books")
    assert given.authority_id == person.organisation_id
    page = browser.get(OWN).text
    assert "£0.0042" in page
    assert "Waits for others" in page


def test_the_record_says_that_a_price_was_given_and_never_which(session, sign_in):
    books(session)
    browser = sign_in(factories.make_person(session, Role.COMMISSIONER))
    browser.send(GIVE, answers("13.57", quantity="246"))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.PRICE_GIVEN)).one()
    assert entry.detail.keys() == {"category", "year", "source"}


def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_kept(session, sign_in):
    books(session)
    factories.make_policy(session, "39130000", title="Furniture")  # without a unit
    browser = sign_in(factories.make_person(session, Role.COMMISSIONER))
    for wrong, said in (
        (answers("cheap"), "Enter a number, like 12 or 0.5"),
        (answers("0"), "Enter a number between 0.000001 and"),
        (answers("12", quantity="none"), "Enter a number, like 12 or 0.5"),
        (answers("12", quantity="-5"), "Enter a number between 0.01 and"),
        (answers("12", year="1999"), "Choose one of the answers on the page"),
        (answers("12", category="39130000"), "Choose one of the answers in the list"),
    ):
        answer = browser.send(GIVE, wrong)
        assert answer.status_code == 422
        assert said in answer.text
    assert prices(session) == []


def test_a_correction_is_a_new_price_and_withdraws_the_old_one(session, sign_in):
    books(session)
    person = factories.make_person(session, Role.COMMISSIONER)
    old = give(session, person.organisation, BOOKS, "12.00", unit="books", at=clock.now())
    browser = sign_in(person)
    path = f"{OWN}/{old.id}/correct"
    assert 'value="12"' in browser.get(path).text
    assert browser.send(path, answers("11.50")).status_code == 303
    before, after = prices(session)
    assert before.withdrawn_at is not None
    assert (after.price, after.withdrawn_at) == (Decimal("11.5"), None)
    assert browser.get(path).status_code == 404


def test_a_withdrawn_price_is_gone_from_what_one_gives(session, sign_in):
    books(session)
    person = factories.make_person(session, Role.COMMISSIONER)
    given = give(session, person.organisation, BOOKS, "12.00", unit="books", at=clock.now())
    browser = sign_in(person)
    assert browser.send(f"{OWN}/{given.id}/withdraw", {}).status_code == 303
    assert "£12" not in browser.get(OWN).text
    assert prices(session)[0].withdrawn_by_id == person.id


def test_nobody_but_the_authority_sees_its_price(session, sign_in):
    books(session)
    mine = factories.make_person(session, Role.COMMISSIONER)
    given = give(session, mine.organisation, BOOKS, "17.77", unit="books", at=clock.now())
    for role in (Role.COMMISSIONER, Role.REVIEWER, Role.ADMINISTRATOR):
        browser = sign_in(factories.make_person(session, role))
        for path in (
            "/unit-prices",
            OWN,
            f"{OWN}/{given.id}/correct",
            f"{OWN}/{given.id}/withdraw",
        ):
            assert "17.77" not in browser.get(path).text


def test_one_tick_takes_the_price_of_a_contract_and_only_once(session, sign_in):
    person, contract = awarded.contract_of_books(session)
    browser = sign_in(person)
    path = f"{OWN}/from-contracts"
    page = browser.get(path).text
    assert contract.reference in page
    assert "£12.50" in page
    assert browser.send(path, {}).status_code == 422
    assert browser.send(path, {"contracts": str(contract.id)}).status_code == 303
    (given,) = prices(session)
    assert (given.price, given.quantity) == (Decimal("12.5"), 400)
    assert given.year == contract.start_date.year - (contract.start_date.month < 4)
    assert contract.reference not in browser.get(path).text
    assert contract.reference in browser.get(OWN).text


def test_a_contract_in_another_unit_or_without_a_quantity_offers_no_price(session, sign_in):
    for facts in ({"unit": "boxes"}, {"quantity": None}):
        person, contract = awarded.contract_of_books(session, **facts)
        assert contract.reference not in sign_in(person).get(f"{OWN}/from-contracts").text


def test_the_years_that_can_be_given_are_this_one_and_two_before():
    assert years_to_give(factories.NOW) == [2026, 2025, 2024]
    assert years_to_give(factories.NOW + timedelta(days=127)) == [2026, 2025, 2024]
    assert years_to_give(factories.NOW + timedelta(days=128)) == [2027, 2026, 2025]
    assert YEAR == 2026

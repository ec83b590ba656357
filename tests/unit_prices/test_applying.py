"""The administrator is offered an estimate from bids, and may make it the policy."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.audit.models import Action, AuditEntry
from marketplace.categories.models import CategoryPolicy
from tests import factories
from tests.unit_prices.awarded import BOOKS, opened_lot

ANSWERS = {"low": "0.03", "likely": "0.07", "high": "0.11", "reason": "Eight lots agree"}


@pytest.fixture
def books(session) -> CategoryPolicy:
    policy = factories.make_policy(session, BOOKS, unit="books")
    factories.make_policy(session, None)
    return policy


@pytest.fixture
def administrator(session, sign_in):
    return sign_in(factories.make_person(session, Role.ADMINISTRATOR))


def path_of(policy: CategoryPolicy) -> str:
    return f"/unit-prices/elasticity/{policy.id}"


def lots(session) -> None:
    """Ten times the volume, a fifth cheaper: about 0.1."""
    for quantity in (100, 1_000, 10_000):
        unit = Decimal(10) * (Decimal(quantity) / 100) ** Decimal("-0.1")
        opened_lot(
            session, Decimal(quantity), [round(unit * quantity * k, 2) for k in (1, Decimal("1.1"))]
        )


def test_bids_move_the_estimate_and_the_policy_stays_as_it_is(session, books, administrator):
    before = administrator.get(path_of(books)).text
    assert "The bids say nothing yet" in before
    lots(session)
    page = administrator.get(path_of(books)).text
    assert "3 lots" in page
    assert page.count('class="dot"') == 3
    assert "0.100" in page  # what the lots alone say
    session.refresh(books)
    assert books.elasticity_likely == Decimal("0.06")
    assert "<td" in administrator.get("/unit-prices/elasticity").text


def test_bids_that_are_not_opened_say_nothing(session, books, administrator):
    lots(session)
    for lot in session.scalars(select(factories.Lot)):
        lot.status = "closed"
    assert "The bids say nothing yet" in administrator.get(path_of(books)).text


def test_lots_of_another_unit_or_without_a_quantity_are_no_points(session, books, administrator):
    opened_lot(session, Decimal(100), [Decimal(900)], unit="boxes")
    opened_lot(session, None, [Decimal(900)])
    opened_lot(session, Decimal(400), [Decimal(3_000)], unit=" Books ")
    page = administrator.get(path_of(books)).text
    assert page.count('class="dot"') == 1


def test_applied_it_is_a_new_version_of_the_policy_with_its_reason_on_the_record(
    session, books, administrator
):
    lots(session)
    version, cost = books.version, books.tender_cost
    assert administrator.send(path_of(books), ANSWERS).status_code == 303
    session.expire_all()
    assert books.version == version + 1
    assert (books.elasticity_low, books.elasticity_likely) == (Decimal("0.03"), Decimal("0.07"))
    assert books.tender_cost == cost
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.ELASTICITY_APPLIED)
    ).one()
    assert entry.detail["reason"] == "Eight lots agree"
    assert entry.detail["points"] == 3
    assert "Eight lots agree" in administrator.get(path_of(books)).text


def test_without_a_reason_or_out_of_order_nothing_changes(session, books, administrator):
    for wrong, said in (
        ({"reason": ""}, "Say why the policy changes"),
        ({"low": "0.2"}, "from low to high"),
        ({"high": "1.5"}, "Enter a number between 0 and 1"),
        ({"likely": "much"}, "Enter a number"),
    ):
        answer = administrator.send(path_of(books), ANSWERS | wrong)
        assert answer.status_code == 422
        assert said in answer.text
    session.refresh(books)
    assert books.version == 1


def test_a_policy_that_somebody_changed_meanwhile_is_not_overwritten(session, books, administrator):
    hidden = administrator.hidden(path_of(books))
    books.title = "Books for libraries"
    session.flush()
    answer = administrator.post(path_of(books), hidden | ANSWERS)
    assert answer.status_code == 409
    session.refresh(books)
    assert books.elasticity_likely == Decimal("0.06")


def test_points_and_picture_can_be_taken_away(session, books, administrator):
    lots(session)
    table = administrator.get(f"{path_of(books)}.csv").data.decode("utf-8-sig")
    assert table.count("\r\n") == 4
    assert "100.00,books" in table
    picture = administrator.get(f"{path_of(books)}.svg")
    assert picture.content_type.startswith("image/svg")
    assert picture.text.count("<circle") == 3


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.REVIEWER, Role.SUPPLIER])
def test_nobody_but_an_administrator_sees_the_estimate(session, books, sign_in, role):
    browser = sign_in(factories.make_person(session, role))
    assert browser.get(path_of(books)).status_code == 403
    assert browser.send(path_of(books), ANSWERS, page="/").status_code == 403

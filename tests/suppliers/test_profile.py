"""What a supplier says of itself, and what it is then told of."""

from datetime import timedelta

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.lots.models import LotStatus
from marketplace.suppliers import queries
from tests import factories

PAGE = "/organisation"


def add(browser, code):
    return browser.send(f"{PAGE}/categories/{code}", {}, page=f"{PAGE}?q={code}")


def open_lot(session, code, **facts):
    now = clock.now()
    facts = {"status": LotStatus.OPEN, "published_at": now, "deadline": now + timedelta(3)} | facts
    return factories.make_lot(session, category_code=code, **facts)


def test_a_supplier_is_told_of_open_lots_in_its_categories_and_below_them(session, sign_in):
    factories.make_cpv(session, "22110000", "Printed books")
    books = open_lot(session, "22113000", title="Books for libraries")
    staff = open_lot(session, "79620000", title="Agency staff")
    closed = open_lot(session, "22113000", title="Old books", deadline=clock.now() - timedelta(1))
    supplier = sign_in(factories.make_person(session, Role.SUPPLIER))
    assert "Choose the categories in which you supply" in supplier.get("/").text
    assert add(supplier, "22110000").status_code == 303

    home = supplier.get("/").text
    assert "See 1 open lot in your categories" in home
    assert books.reference in home
    assert staff.reference not in home
    mine = supplier.get("/lots?mine=1&status=open").text
    assert books.reference in mine
    assert staff.reference not in mine
    assert closed.reference not in mine
    assert staff.reference in supplier.get("/lots").text


def test_a_category_added_twice_is_there_once_and_can_be_taken_away(session, sign_in):
    factories.make_cpv(session, "22113000", "Library books")
    person = factories.make_person(session, Role.SUPPLIER)
    browser = sign_in(person)
    add(browser, "22113000")
    add(browser, "22113000")
    session.expire_all()
    assert [c.code for c in queries.categories_of(session, person.organisation)] == ["22113000"]
    browser.send(f"{PAGE}/categories/22113000/remove", {}, page=PAGE)
    session.expire_all()
    assert queries.categories_of(session, person.organisation) == []
    assert add(browser, "99999999").status_code == 404


def test_a_supplier_says_how_large_a_contract_it_can_take(session, sign_in):
    person = factories.make_person(session, Role.SUPPLIER)
    browser = sign_in(person)
    answers = {"size": "small", "location": "Croydon", "largest_contract": "£1,500,000"}
    assert browser.send(f"{PAGE}/edit", answers).status_code == 303
    page = browser.get(PAGE).text
    assert "£1,500,000" in page
    assert "10 to 49 people" in page
    wrong = browser.send(f"{PAGE}/edit", answers | {"largest_contract": "a lot"})
    assert wrong.status_code == 422
    assert "£1,500,000" in browser.get(PAGE).text


def test_a_colleagues_change_is_not_overwritten(session, sign_in):
    person = factories.make_person(session, Role.SUPPLIER)
    colleague = factories.make_person(session, Role.SUPPLIER, person.organisation)
    first, second = sign_in(person), sign_in(colleague)
    answers = {"size": "small", "location": "Croydon", "version": ""}
    first.send(f"{PAGE}/edit", answers)
    first.send(f"{PAGE}/edit", answers | {"location": "Sutton", "version": "1"})
    stale = second.send(f"{PAGE}/edit", answers | {"location": "Merton", "version": "1"})
    assert stale.status_code == 409
    assert "A colleague changed this" in stale.text
    assert "Sutton" in first.get(PAGE).text


def test_only_suppliers_describe_suppliers(session, sign_in):
    for role in (Role.COMMISSIONER, Role.REVIEWER, Role.ADMINISTRATOR):
        assert sign_in(factories.make_person(session, role)).get(PAGE).status_code == 403

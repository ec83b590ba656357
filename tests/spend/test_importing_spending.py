"""Importing spending by command and by page: said first, stored whole, taken back whole."""

from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import func, select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.spend.deciding import (
    categorise_label,
    doubt_again,
    forget_category,
    join_suppliers,
)
from marketplace.spend.models import (
    Grain,
    MatchStatus,
    SpendBlock,
    SpendCell,
    SpendImport,
    SpendLabel,
    SpendMatch,
    SpendSupplier,
    SpendTotal,
)
from tests import factories
from tests.spend.files import import_here, spend_file

MAY = spend_file({"Acme Ltd": ("Agency staff", [10, 20]), "Zed Homes": ("Residential care", [30])})


@pytest.fixture
def owner(session):
    for code in ("79620000", "85311000", "30190000"):
        factories.make_cpv(session, code, code)
    return factories.make_organisation(session, name="Camden", code="E09000007")


@pytest.fixture
def file(tmp_path):
    """file(content) is the path of a file that has it."""

    def write(content: bytes, name: str = "may-2026.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def amount_in(session, grain=Grain.ALL, **which) -> Decimal:
    query = select(func.sum(SpendTotal.amount)).where(
        SpendTotal.grain == grain, SpendTotal.year == 0, SpendTotal.authority_id.is_(None)
    )
    for name, value in which.items():
        query = query.where(getattr(SpendTotal, name) == value)
    return session.scalar(query) or Decimal(0)


def importing(command, *files, **rest):
    return command("spend", "import", *files, "--authority", "E09000007", *rest.pop("more", ()))


def test_a_file_is_added_once_and_can_be_taken_back_whole(session, owner, file, command):
    path = file(MAY)
    said = importing(command, path, more=["--accept"])
    assert said.exit_code == 0, said.output
    assert "3 lines added as SPD-" in said.output
    assert amount_in(session) == 60
    again = importing(command, path, more=["--accept"])
    assert (again.exit_code, amount_in(session)) == (2, 60)
    assert "is in already" in again.output
    reference = session.scalars(select(SpendImport.reference)).first()
    assert command("spend", "take-back", reference).exit_code == 0
    assert amount_in(session) == 0
    for model in (SpendCell, SpendBlock):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    assert importing(command, path, more=["--accept"]).exit_code == 0


@pytest.mark.one_database
def test_nothing_is_added_while_nobody_says_so(session, owner, file, command):
    said = importing(command, file(MAY))
    assert (said.exit_code, amount_in(session)) == (2, 0)
    assert "Nobody answered" in said.output


@pytest.mark.one_database
def test_a_total_that_differs_is_said_and_stops_the_file_alone(session, owner, file, command):
    wrong = file(b"Supplier,Amount\nAcme,1.50\nGrand Total,2.50\n", "2026-04.csv")
    said = importing(command, wrong, file(MAY), more=["--accept"])
    assert said.exit_code == 2
    assert "the file says £2.50: £1 more" in said.output
    assert amount_in(session) == 60
    assert importing(command, wrong, more=["--accept", "--despite-total"]).exit_code == 0
    assert amount_in(session) == Decimal("61.50")


@pytest.mark.one_database
def test_a_correction_takes_the_place_of_what_it_corrects(session, owner, file, command):
    importing(command, file(MAY), more=["--accept"])
    mended = spend_file(
        {"ACME LIMITED": ("Agency staff", [10, 25]), "Zed Homes": ("Residential care", [30])}
    )
    path = file(mended, "may-mended.csv")
    said = importing(command, path, more=["--accept"])
    assert said.exit_code == 2
    assert "another edition" in said.output
    assert amount_in(session) == 60
    assert importing(command, path, more=["--accept", "--replace"]).exit_code == 0
    assert amount_in(session) == 65


def test_a_commissioner_imports_from_the_page_and_sees_the_figures(session, owner, sign_in):
    browser = sign_in(factories.make_person(session, Role.COMMISSIONER, owner))
    answer = browser.send("/spend/imports/new", {"files": [(BytesIO(MAY), "may-2026.csv")]})
    assert answer.status_code == 303
    page = answer.headers["Location"]
    shown = browser.get(page).get_data(as_text=True)
    assert "Supplier Name" in shown
    assert amount_in(session) == 0
    assert browser.send(f"{page}/accept", {}, page=page).status_code == 303
    assert "£60" in browser.get("/spend").get_data(as_text=True)
    lines = browser.get("/spend/lines?category=79620000").get_data(as_text=True)
    assert lines.count("Acme Ltd") == 2
    assert "Zed Homes" not in lines


@pytest.mark.one_database
def test_a_file_that_says_another_authority_is_refused(session, owner, file, command):
    factories.make_organisation(session, name="Barnet", code="E09000003")
    content = b"Body Name,Supplier,Amount,Date\nBarnet Council,Acme,1,01/02/2026\n"
    said = importing(command, file(content), more=["--accept"])
    assert said.exit_code == 2
    assert "of Barnet, not of Camden" in said.output


def test_spellings_are_one_supplier_and_doubtful_ones_wait_for_a_person(session, owner):
    person = factories.make_person(session, Role.REVIEWER)
    content = spend_file(
        {
            "ACME BUILDERS LTD": ("Works", [1]),
            "Acme Builders Limited t/a Bright Homes": ("Works", [2]),
            "Acme Bulders": ("Works", [4]),
            "Bright Homes": ("Works", [8]),
        }
    )
    import_here(session, owner, content, at=clock.now())
    assert session.scalar(select(func.count()).select_from(SpendSupplier)) == 3
    doubts = session.scalars(select(SpendMatch).order_by(SpendMatch.likeness)).all()
    assert [match.status for match in doubts] == [MatchStatus.DOUBTFUL] * 2
    joined = doubts[0]
    join_suppliers(session, joined, by=person, at=clock.now())
    assert amount_in(session, Grain.SUPPLIER, supplier_id=joined.first_id) == 7
    # The decision holds for files that come later.
    import_here(
        session, owner, spend_file({"Acme Bulders": ("Works", [16])}, "06/2026"), at=clock.now()
    )
    assert amount_in(session, Grain.SUPPLIER, supplier_id=joined.first_id) == 23
    doubt_again(session, joined, by=person, at=clock.now())
    both = (joined.first_id, joined.second_id)
    assert {amount_in(session, Grain.SUPPLIER, supplier_id=each) for each in both} == {3, 20}


def test_a_correction_moves_the_lines_and_teaches_what_is_like_it(session, owner):
    person = factories.make_person(session, Role.REVIEWER)
    at = clock.now()
    import_here(session, owner, spend_file({"Acme": ("Xylo marimba sundries", [5])}), at=at)
    label = session.scalars(select(SpendLabel)).one()
    assert label.category_code is None
    paper = factories.make_cpv(session, "30190000", "30190000")
    assert categorise_label(session, label, paper, by=person, at=at) == 1
    assert amount_in(session, Grain.CATEGORY, category_code="30190000") == 5
    later = spend_file({"Zed": ("Marimba xylo sundries", [7])}, "06/2026")
    import_here(session, owner, later, at=at)
    assert amount_in(session, Grain.CATEGORY, category_code="30190000") == 12
    forget_category(session, label, by=person, at=at)
    assert amount_in(session, Grain.CATEGORY, category_code="30190000") == 7


def test_who_has_a_contract_on_the_register_is_told_from_who_has_none(session, owner):
    factories.make_contract(
        session, owner, supplier_name="ACME LTD.", start_date=None, end_date=None
    )
    import_here(session, owner, MAY, at=clock.now())
    rows = session.execute(
        select(SpendSupplier.name, SpendTotal.contracted)
        .join(SpendSupplier, SpendSupplier.id == SpendTotal.supplier_id)
        .where(
            SpendTotal.grain == Grain.SUPPLIER,
            SpendTotal.year == 2026,
            SpendTotal.authority_id == owner.id,
        )
    ).all()
    assert dict(rows) == {"Acme Ltd": True, "Zed Homes": False}


def test_categories_that_three_authorities_buy_apart_are_worth_something_together(session, sign_in):
    factories.make_cpv(session, "79620000", "Agency staff")
    factories.make_policy(session, None, coordination_cost=100, tender_cost=8000)
    for number in range(3):
        buyer = factories.make_organisation(session, name=f"Buyer {number}")
        content = spend_file({f"Firm {number}": ("Agency staff", [900_000 + number])})
        import_here(session, buyer, content, at=clock.now())
    browser = sign_in(factories.make_person(session, Role.REVIEWER))
    assert "Agency staff" in browser.get("/spend/together").get_data(as_text=True)
    page = "/spend/categories/79620000"
    assert browser.send(f"{page}/together", {}, page=page).status_code == 303
    assert "Lot 1: Buyer 0, Buyer 1, Buyer 2." in browser.get(page).get_data(as_text=True)

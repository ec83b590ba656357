"""What is understood of a register, what is refused and why, and what is known already."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.contracts.buyers import Ownership, core
from marketplace.contracts.classifying import codes_above
from marketplace.contracts.formats import RegisterFormat
from marketplace.contracts.formats.suppliers import in_one_line, split_suppliers
from marketplace.contracts.importing import GivenFile, accept_import, preview_contracts
from marketplace.contracts.models import Contract, ImportRow
from marketplace.errors import NotAllowed, Unacceptable
from tests import factories
from tests.contracts import registers
from tests.factories import NOW

LGA, FINDER = RegisterFormat.LGA, RegisterFormat.CONTRACTS_FINDER
OCDS, OWN = RegisterFormat.OCDS_CSV, RegisterFormat.MARKETPLACE


@pytest.fixture
def ambridge(session):
    return factories.make_organisation(session, name="Ambridge", code="E09000901")


@pytest.fixture
def preview(session, ambridge):
    """preview(format, content) is what Ambridge's register of that content would add."""

    def read(format_, content, *, authority=ambridge, term=24):
        return preview_contracts(
            session,
            GivenFile("register.csv", content, format_),
            authority=authority,
            term_months=term,
            by=None,
            at=NOW,
        )

    return read


def added(session, import_):
    """The contracts of an import once it is accepted, in the order of the file."""
    accept_import(session, import_, by=None, at=NOW)
    query = select(Contract).where(Contract.import_id == import_.id)
    return session.scalars(query.order_by(Contract.source_row)).all()


def faults(session, import_):
    """Row, column, value and expectation of each fault."""
    query = select(ImportRow.faults).where(ImportRow.import_id == import_.id, ImportRow.refused)
    return [
        (fault["row"], fault["column"], fault["value"], fault["expected"])
        for row in session.scalars(query.order_by(ImportRow.position))
        for fault in row
    ]


def test_a_row_of_the_transparency_template_becomes_a_contract(session, ambridge, preview):
    (contract,) = added(session, preview(LGA, registers.lga({})))
    assert contract.authority_id == ambridge.id
    assert (contract.title, contract.supplier_name) == ("Mobile library", "Felpersham Vans Ltd")
    assert (contract.start_date, contract.end_date) == (date(2025, 4, 1), date(2027, 3, 31))
    assert (contract.value, contract.yearly_value) == (24_000, 12_000)
    assert (contract.source_row, contract.source_reference) == (2, "AMB-1")
    assert not contract.end_is_estimate


def test_amounts_in_brackets_are_negative_and_empty_cells_are_no_fault(session, preview):
    empty = {"Contract start date": "", "End date": "", "Supplier name": "", "Contract value": ""}
    register = registers.lga(
        {"Contract value": "(3,728)"}, {"Title of the Agreement": "B", **empty}
    )
    first, second = added(session, preview(LGA, register))
    assert first.value == -3728
    assert (second.value, second.start_date, second.end_date) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "column", "expected"),
    [
        ({"End date": "31/03/2024"}, "End date", "on or after the start, 01/04/2025"),
        ({"End date": "31/02/2027"}, "End date", "a day that exists"),
        ({"Contract start date": "spring"}, "Contract start date", "a date, like"),
        ({"Contract value": "lots"}, "Contract value", "an amount"),
        ({"Contract value": "1" * 400}, "Contract value", "an amount"),
        ({"Title of the Agreement": " "}, "Title of the Agreement", "what the contract is for"),
        ({"Organisation name": "Borchester"}, "Organisation name", "Ambridge, whose register"),
    ],
)
def test_a_row_is_refused_where_it_says_what_cannot_be(session, preview, change, column, expected):
    import_ = preview(LGA, registers.lga({}, change))
    assert (import_.rows_understood, import_.rows_refused) == (1, 1)
    ((row, where, value, wanted),) = faults(session, import_)
    assert (row, where) == (3, column)
    assert expected in wanted
    assert value in next(iter(change.values())) or value.endswith("…")


def test_all_that_is_wrong_with_a_row_is_said_at_once(session, preview):
    import_ = preview(LGA, registers.lga({"End date": "never", "Contract value": "x"}))
    assert [fault[1] for fault in faults(session, import_)] == ["End date", "Contract value"]


def test_the_same_file_twice_adds_nothing(session, preview):
    register = registers.lga({}, {"Contract Reference number / ID": "AMB-2"})
    assert len(added(session, preview(LGA, register))) == 2
    again = preview(LGA, register)
    assert (again.rows_new, again.rows_known) == (0, 2)
    with pytest.raises(Unacceptable, match="Nothing in this file is new"):
        accept_import(session, again, by=None, at=NOW)


def test_two_previews_of_one_file_accepted_one_after_the_other_add_it_once(session, preview):
    first, second = (preview(LGA, registers.lga({})) for _ in range(2))
    assert accept_import(session, first, by=None, at=NOW) == 1
    with pytest.raises(Unacceptable):
        accept_import(session, second, by=None, at=NOW)


def test_a_later_edition_adds_only_what_is_new_in_it(session, preview):
    added(session, preview(LGA, registers.lga({})))
    edition = preview(
        LGA,
        registers.lga(
            {"Title of the Agreement": "MOBILE  library", "End date": "31/03/2028"},
            {"Contract Reference number / ID": "AMB-2"},
        ),
    )
    assert (edition.rows_known, edition.rows_new) == (1, 1)
    (known,) = session.scalars(
        select(ImportRow.content).where(ImportRow.import_id == edition.id, ImportRow.known)
    )
    assert known["known"].endswith(", where it ends on 31/03/2027")


def test_rows_alike_are_one_contract_and_rows_that_differ_in_value_are_two(session, preview):
    import_ = preview(LGA, registers.lga({}, {}, {"Contract value": "30000"}))
    assert import_.rows_known == 1
    assert [contract.value for contract in added(session, import_)] == [24_000, 30_000]
    assert preview(LGA, registers.lga({}, {}, {"Contract value": "30000"})).rows_new == 0


def test_the_same_row_may_be_in_the_registers_of_two_authorities(session, preview):
    other = factories.make_organisation(session, name="Borchester", code="E09000902")
    register = registers.lga({"Organisation name": ""})
    assert len(added(session, preview(LGA, register))) == 1
    assert len(added(session, preview(LGA, register, authority=other))) == 1


def test_an_award_without_an_end_gets_one_from_the_term_and_is_marked(session, preview):
    (contract,) = added(session, preview(FINDER, registers.notices({}), term=36))
    assert contract.awarded_on == date(2025, 6, 15)
    assert (contract.end_date, contract.end_is_estimate) == (date(2028, 6, 14), True)
    assert contract.start_date is None
    assert contract.yearly_value == 12_000
    assert contract.title == "Books & maps"


def test_contracts_finder_needs_the_term_to_be_given(preview):
    with pytest.raises(Unacceptable, match="term in months"):
        preview(FINDER, registers.notices({}), term=None)


def test_a_notice_that_was_not_awarded_is_no_contract(session, preview):
    import_ = preview(FINDER, registers.notices({"status": "closed"}, {"status": "withdrawn"}))
    assert import_.rows_refused == 2
    (reason,) = import_.reasons
    assert reason["values"] == ["closed", "withdrawn"]
    assert "was not awarded" in reason["expected"]


def test_nought_is_an_amount_that_was_not_given(session, preview):
    (contract,) = added(session, preview(FINDER, registers.notices({"awarded_value": 0})))
    assert contract.value is None
    assert contract.description == "For libraries\n\nAdvertised at £90,000."


def test_several_suppliers_in_one_field_are_parted_where_the_source_parted_them(session, preview):
    named = "Grey &amp; Sons, Ltd,Fairbrother &#039;Farms&#039;,Grey & Sons, Ltd"
    (contract,) = added(session, preview(FINDER, registers.notices({"awarded_supplier": named})))
    assert contract.all_suppliers == ["Grey & Sons, Ltd", "Fairbrother 'Farms'"]
    assert contract.supplier_name == "Grey & Sons, Ltd and 1 other"


def test_a_title_longer_than_a_line_stays_readable_in_the_description(session, preview):
    (contract,) = added(session, preview(FINDER, registers.notices({"title": "Books " * 100})))
    assert len(contract.title) <= 255
    assert contract.description.startswith("Books Books")


def test_the_suppliers_of_one_award_are_one_contract_of_its_value(session, preview):
    register = registers.awards({}, {"supplier": "Grange Farms"}, {"supplier": "Grange Farms"})
    import_ = preview(OCDS, register)
    assert (import_.rows_understood, import_.rows_known) == (3, 2)
    (contract,) = added(session, import_)
    assert contract.all_suppliers == ["Felpersham Vans Ltd", "Grange Farms"]
    assert (contract.value, contract.yearly_value) == (36_000, 18_000)
    notes = session.scalars(select(ImportRow.content).where(ImportRow.known)).all()
    assert [note["known"] for note in notes] == [
        "Another supplier of the contract in row 2",
        "The same as row 2",
    ]


def test_a_tender_is_no_contract(session, preview):
    import_ = preview(OCDS, registers.awards({"tag": "tender"}))
    assert [fault[1] for fault in faults(session, import_)] == ["tag"]


def test_one_notice_is_one_contract_in_both_of_its_formats(session, preview):
    added(session, preview(FINDER, registers.notices({})))
    assert preview(OCDS, registers.awards({})).rows_known == 1


def test_each_row_may_name_its_own_authority(session, ambridge, preview):
    other = factories.make_organisation(session, name="Borchester", code="E09000902")
    rows = [
        {"ocid": str(n), "buyer": name} for n, name in enumerate(["", "Borchester CC", "Hollerton"])
    ]
    import_ = preview(OCDS, registers.awards({}, *rows), authority=None)
    assert [c.authority_id for c in added(session, import_)] == [ambridge.id, other.id]
    assert [(f[0], f[2]) for f in faults(session, import_)] == [(3, ""), (5, "Hollerton")]
    assert all("say whose it is" in fault[3] for fault in faults(session, import_))


def test_a_file_that_names_its_one_buyer_by_a_strange_name_is_whose_the_person_says(
    session, ambridge, preview
):
    rows = [
        {"Organisation name": name, "Contract value": str(n)}
        for n, name in enumerate(["Penny Hassett Council", "PENNY HASSETT DC", "", "Somebody else"])
    ]
    import_ = preview(LGA, registers.lga(*rows))
    assert "“Penny Hassett”" in import_.notice
    assert (import_.rows_understood, import_.rows_refused) == (3, 1)
    assert {c.authority_id for c in added(session, import_)} == {ambridge.id}


def test_another_registered_authoritys_register_is_never_taken(session, preview):
    factories.make_organisation(session, name="Borchester", code="E09000902")
    import_ = preview(LGA, registers.lga({"Organisation name": "Borchester City Council"}))
    assert (import_.rows_refused, import_.notice) == (1, "")


@pytest.mark.parametrize(
    "name",
    [
        "AMBRIDGE BOROUGH COUNCIL",
        "London Borough of Ambridge",
        "The Royal Borough of Ambridge Council (ABC)",
        "City of Ambridge",
        "Ambridge Council Trading Standards",
        "Borchester Council & Ambridge Borough Council",
        "e09000901",
    ],
)
def test_a_buyer_is_known_by_the_names_that_sources_use(session, ambridge, name):
    assert Ownership([ambridge]).named(name) is ambridge


def test_a_name_that_only_holds_an_authoritys_name_is_not_it(session, ambridge):
    named = "Community Aid (for Ambridge Council of Volunteers)"
    assert Ownership([ambridge]).named(named) is None
    assert core("City of London Corporation") == core("City of London") == "city of london"
    city = factories.make_organisation(session, name="City of London", code="E09000001")
    assert Ownership([city]).named("Corporation of London") is city
    assert Ownership([city]).named("London Councils") is None


def test_a_commissioner_previews_for_its_own_authority_only(session, ambridge):
    person = factories.make_person(session, Role.COMMISSIONER)
    for authority in (ambridge, None):
        with pytest.raises(NotAllowed):
            preview_contracts(
                session,
                GivenFile("a.csv", registers.lga({}), LGA),
                authority=authority,
                term_months=None,
                by=person,
                at=NOW,
            )


def test_a_code_that_is_not_known_takes_the_nearest_above_it(session, preview):
    factories.make_cpv(session, "22110000", "Printed books")
    factories.make_cpv(session, "22113000", "Library books")
    changes = [{"CPV": code} for code in ("22113000", "22114000-2", "99000000")]
    content = registers.table(
        ["Title", "Reference", "CPV code", "Category"],
        [
            {"Title": "x", "Reference": str(n), "CPV code": c["CPV"], "Category": "Maps"}
            for n, c in enumerate(changes)
        ],
    )
    found = [(c.category_code, c.category_label) for c in added(session, preview(OWN, content))]
    assert found == [
        ("22113000", "22113000 Maps"),
        ("22110000", "22114000 Maps"),
        (None, "99000000 Maps"),
    ]
    assert codes_above("30100000") == ["30100000", "30000000"]


def test_suppliers_are_parted_at_semicolons_and_named_in_a_line():
    assert split_suppliers("A Ltd; B Ltd\nC") == ("A Ltd", "B Ltd", "C")
    assert split_suppliers("Knight, Kay & Page") == ("Knight, Kay & Page",)
    assert split_suppliers("Wade Ltd,T/A Wade Group,Coop") == ("Wade Ltd, T/A Wade Group", "Coop")
    assert split_suppliers(" , ") == ()
    assert in_one_line(("A", "B", "C")) == "A and 2 others"
    assert len(in_one_line(("A" * 300, "B"))) == 255


def test_money_is_kept_to_the_penny(session, preview):
    (contract,) = added(session, preview(FINDER, registers.notices({"awarded_value": 1234.565})))
    assert contract.value == Decimal("1234.56")

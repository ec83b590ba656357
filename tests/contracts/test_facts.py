"""What a contract allows: read from files, kept, changed by its people, and seen by others."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from marketplace.accounts.models import Role
from marketplace.audit.models import Action, AuditEntry
from marketplace.contracts.extensions import in_words, months_in_all, read_extensions, written
from marketplace.contracts.models import Contract, Sureness
from tests import factories
from tests.contracts.registers import table

ROW = {
    "Title": "Mobile library",
    "Reference": "LIB-9",
    "Supplier": "Made-up Vans Ltd",
    "Value": "24,000",
    "Start date": "01/04/2025",
    "End date": "31/03/2027",
    "Extension options": "2 x 6 months",
    "May be ended from": "01/04/2026",
    "Break clause": "Either side, six months’ notice",
    "Terms of joining": "Any London authority until March 2026",
    "Lead authority": "Camden",
    "Checked on": "15/01/2026",
    "Public": "yes",
}


@pytest.mark.parametrize(
    ("text", "kept", "words"),
    [
        ("2 x 12 months", "12+12", "1 year, then 1 year"),
        ("12 + 6", "12+6", "1 year, then 6 months"),
        ("1 year and 6 months", "12+6", "1 year, then 6 months"),
        ("none", "0", "No extension"),
        ("TBC", None, "Not known"),
        ("", None, "Not known"),
    ],
)
def test_extension_options_are_read_as_registers_write_them(text, kept, words):
    assert written(read_extensions(text)) == kept
    assert in_words(kept) == words
    assert months_in_all(kept) == {"12+12": 24, "12+6": 18}.get(kept, 0)


@pytest.mark.parametrize("text", ["a while", "12 x", "0 + 6", "60 + 61", "1+1+1+1+1+1+1+1+1+1+1"])
def test_extension_options_that_cannot_be_are_refused(text):
    with pytest.raises(ValueError, match="months"):
        read_extensions(text)


def give(browser, *rows: dict[str, str]) -> str:
    """Where the preview is of a file in our own format with these rows."""
    content = table(list(dict.fromkeys(name for row in rows for name in row)), list(rows))
    form = {"file": (BytesIO(content), "register.csv"), "format": "marketplace"}
    answer = browser.send("/contracts/imports/new", form)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def given(browser, session, *rows: dict[str, str]) -> list[Contract]:
    """The contracts that such a file adds, through the pages."""
    address = give(browser, *rows)
    assert browser.send(f"{address}/accept", {}, page=address).status_code == 303
    session.expire_all()
    return list(session.query(Contract).order_by(Contract.reference))


def test_what_a_file_says_of_a_contract_is_kept_shown_and_taken_away(session, sign_in):
    browser = sign_in(factories.make_person(session, Role.COMMISSIONER))
    (found,) = given(browser, session, ROW)
    assert found.extensions == "6+6"
    assert (found.break_date, found.others_may_join) == (date(2026, 4, 1), True)
    assert (found.sureness, found.checked_on) == (Sureness.CHECKED, date(2026, 1, 15))
    assert found.yearly_value == Decimal(12_000)
    page = browser.get(f"/contracts/{found.id}").text
    for words in (
        "6 months, then 6 months",
        "six months’ notice",
        "Any London authority",
        "Camden",
    ):
        assert words in page
    taken = browser.get("/contracts/register.csv?state=all").data.decode("utf-8-sig")
    for words in ("6+6", "2026-04-01", "Checked by its authority", "register.csv, row 2"):
        assert words in taken
    book = load_workbook(BytesIO(browser.get("/contracts/register.xlsx?state=all").data))
    heads, cells = list(book.active.values)[:2]
    assert dict(zip(heads, cells, strict=True))["Terms of joining"] == ROW["Terms of joining"]


def test_a_wrong_fact_is_refused_with_its_column_and_what_was_expected(session, sign_in):
    browser = sign_in(factories.make_person(session, Role.COMMISSIONER))
    wrong = {**ROW, "Extension options": "maybe", "Others may join": "no"}
    page = browser.get(give(browser, wrong)).text
    assert "Extension options" in page
    assert "2 x 12 months or none" in page
    assert "Nothing where others may not join" in page


def test_what_somebody_entered_by_hand_outlives_a_later_edition_of_the_file(session, sign_in):
    browser = sign_in(factories.make_person(session, Role.COMMISSIONER))
    bare = {name: ROW[name] for name in ("Title", "Reference", "End date")}
    (found,) = given(browser, session, bare)
    edit = f"/contracts/{found.id}/edit"
    said = {"extensions": "12 + 12", "break_terms": "Six months", "others_may_join": "no"}
    assert browser.send(edit, {**said, "checked": "y"}).status_code == 303
    again = give(browser, {**bare, "End date": "30/06/2027"})
    assert "Known already (1)" in browser.get(again).text
    session.expire_all()
    assert (found.extensions, found.break_terms, found.others_may_join) == (
        *("12+12", "Six months"),
        False,
    )


def test_an_authority_says_what_its_contract_allows_and_the_record_keeps_it(session, sign_in):
    person = factories.make_person(session, Role.COMMISSIONER)
    contract = factories.make_contract(session, person.organisation, end_is_estimate=True)
    browser = sign_in(person)
    said = {
        "yearly_value": "£50,000",
        "end_date": ["30", "9", "2027"],
        "extensions": "6",
        "others_may_join": "yes",
        "joining_terms": "Until May",
        "checked": "y",
    }
    assert browser.send(f"/contracts/{contract.id}/edit", said).status_code == 303
    session.expire_all()
    assert (contract.yearly_value, contract.end_date) == (Decimal(50_000), date(2027, 9, 30))
    assert not contract.end_is_estimate
    assert contract.sureness == Sureness.CHECKED
    entry = session.query(AuditEntry).filter_by(action=Action.CONTRACT_EDITED).one()
    assert "end_date" in entry.detail["changed"]


def test_what_was_checked_and_is_changed_unchecked_is_no_longer_sure(session, sign_in):
    person = factories.make_person(session, Role.COMMISSIONER)
    contract = factories.make_contract(
        session, person.organisation, sureness=Sureness.CHECKED, checked_on=date(2026, 1, 1)
    )
    sign_in(person).send(
        f"/contracts/{contract.id}/edit", {"extensions": "6", "others_may_join": "unknown"}
    )
    session.expire_all()
    assert (contract.sureness, contract.checked_on) == (Sureness.AS_GIVEN, None)


def test_a_break_before_the_start_and_terms_without_joining_are_refused(session, sign_in):
    person = factories.make_person(session, Role.COMMISSIONER)
    contract = factories.make_contract(session, person.organisation)
    browser = sign_in(person)
    for said, words in (
        ({"break_date": ["1", "1", "2020"]}, "cannot be ended before its start"),
        ({"joining_terms": "Anybody", "others_may_join": "no"}, "Say that others may join"),
        ({"extensions": "soon"}, "Enter months"),
    ):
        sent = {"others_may_join": "unknown", **said}
        answer = browser.send(f"/contracts/{contract.id}/edit", sent)
        assert answer.status_code == 422
        assert words in answer.text


def test_strangers_and_suppliers_see_what_is_public_and_nothing_else(session, sign_in, browser):
    shown = factories.make_contract(
        session, title="Public books", is_public=True, break_terms="A secret break"
    )
    hidden = factories.make_contract(session, title="Private maps")
    session.commit()
    supplier = sign_in(factories.make_person(session, Role.SUPPLIER))
    for reader in (browser, supplier):
        for page in ("/register", "/register/register.csv"):
            text = reader.get(f"{page}?state=all").text
            assert "Public books" in text
            assert "Private maps" not in text
            assert "secret break" not in text
        assert "A secret break" not in reader.get(f"/register/{shown.id}").text
        assert reader.get(f"/register/{hidden.id}").status_code == 404


def test_contracts_that_others_may_join_can_be_picked_out(session, browser):
    factories.make_contract(session, title="Open to all", is_public=True, others_may_join=True)
    factories.make_contract(session, title="Ours alone", is_public=True, others_may_join=False)
    session.commit()
    text = browser.get("/register?join=yes&state=all").text
    assert "Open to all" in text
    assert "Ours alone" not in text


def test_a_published_source_makes_public_contracts_and_our_own_format_only_where_it_says_so(
    session, sign_in
):
    browser = sign_in(factories.make_person(session, Role.COMMISSIONER))
    silent = {name: value for name, value in ROW.items() if name != "Public"}
    first, second = given(browser, session, ROW, {**silent, "Reference": "LIB-10"})
    assert (first.is_public, second.is_public) == (True, False)


def test_last_extension_dates_of_the_template_become_extension_options():
    from marketplace.contracts.extensions import until

    end = date(2027, 3, 31)
    assert until(end, date(2028, 9, 30)) == (18,)
    assert until(end, end) is None
    assert until(end, end - timedelta(days=30)) is None
    assert until(None, end) is None

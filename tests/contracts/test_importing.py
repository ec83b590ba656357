"""Registers through the door: the pages of an import and the command."""

import io

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Organisation, Role
from marketplace.audit.models import Action, AuditEntry
from marketplace.contracts import importing
from marketplace.contracts.formats import own
from marketplace.contracts.models import Contract, ContractImport, ImportRow
from marketplace.intake.tables import read_table
from tests import factories
from tests.contracts import registers

NEW = "/contracts/imports/new"


@pytest.fixture
def ambridge(session):
    return factories.make_organisation(session, name="Ambridge", code="E09000901")


@pytest.fixture
def commissioner(session, ambridge):
    return factories.make_person(session, Role.COMMISSIONER, ambridge)


def give(browser, content, format_="lga", name="register.csv", **answers):
    """Send a file on the upload page."""
    form = {"file": (io.BytesIO(content), name), "format": format_, "send": "yes", **answers}
    return browser.send(NEW, form)


def how_many(session, model=Contract):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def test_a_commissioner_previews_a_register_and_accepts_it(session, sign_in, commissioner):
    browser = sign_in(commissioner)
    answer = give(browser, registers.lga({}, {"End date": "31/02/2027"}))
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Accept and add 1 contract" in page
    assert "31/02/2027" in page
    assert how_many(session) == 0
    accepted = browser.send(f"{answer.location}/accept", {}, page=answer.location)
    assert accepted.status_code == 303
    assert how_many(session) == 1
    contract = session.scalars(select(Contract)).one()
    page = browser.get(f"/contracts/{contract.id}").text
    assert "register.csv" in page
    assert "AMB-1" in page


def test_a_preview_waits_on_the_home_page_and_can_be_left(session, sign_in, commissioner):
    browser = sign_in(commissioner)
    location = give(browser, registers.lga({})).location
    assert "register.csv: accept what was understood" in browser.get("/").text
    assert browser.send(f"{location}/leave", {}, page=location).status_code == 303
    assert "register.csv: accept" not in browser.get("/").text
    assert how_many(session) == 0
    assert "Left" in browser.get("/contracts/imports").text


@pytest.mark.parametrize("first", ["accept", "leave"])
@pytest.mark.parametrize("then", ["accept", "leave"])
def test_a_decided_import_is_not_decided_again(session, sign_in, commissioner, first, then):
    browser = sign_in(commissioner)
    location = give(browser, registers.lga({})).location
    token, again = browser.hidden(location), browser.hidden(location)
    assert browser.post(f"{location}/{first}", token).status_code == 303
    assert browser.post(f"{location}/{then}", again).status_code == 409
    assert how_many(session) == (1 if first == "accept" else 0)


def test_another_authoritys_import_does_not_exist_for_a_commissioner(
    session, sign_in, commissioner
):
    location = give(sign_in(commissioner), registers.lga({})).location
    stranger = sign_in(factories.make_person(session, Role.COMMISSIONER))
    for rest in ("", "/refused.csv"):
        assert stranger.get(location + rest).status_code == 404
    for rest in ("/accept", "/leave"):
        assert stranger.post(location + rest, stranger.hidden(NEW)).status_code == 404
    assert "register.csv" not in stranger.get("/contracts/imports").text


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPPLIER])
def test_only_commissioners_and_administrators_import(session, sign_in, role):
    browser = sign_in(factories.make_person(session, role))
    for path in (NEW, "/contracts/imports", "/contracts/imports/template.csv"):
        assert browser.get(path).status_code == 403


def test_an_authority_forged_into_the_form_of_a_commissioner_counts_for_nothing(
    session, sign_in, ambridge, commissioner
):
    other = factories.make_organisation(session)
    location = give(sign_in(commissioner), registers.lga({}), authority=str(other.id)).location
    assert location
    session.rollback()
    assert session.scalars(select(ContractImport.authority_id)).all() == [ambridge.id]


def test_an_administrator_imports_across_authorities(session, sign_in, ambridge):
    other = factories.make_organisation(session, name="Borchester", code="E09000902")
    browser = sign_in(factories.make_person(session, Role.ADMINISTRATOR))
    content = registers.awards({}, {"ocid": "2", "buyer": "Borchester City Council"})
    location = give(browser, content, "ocds-csv").location
    assert "Borchester" in browser.get(location).text
    browser.send(f"{location}/accept", {}, page=location)
    session.rollback()
    assert set(session.scalars(select(Contract.authority_id))) == {ambridge.id, other.id}


def test_an_estimated_end_is_marked_wherever_it_shows(session, sign_in, commissioner):
    browser = sign_in(commissioner)
    location = give(
        browser, registers.notices({}), "contracts-finder", "notices.json", term_months="24"
    ).location
    assert "14 June 2027 <strong" in browser.get(location).text
    browser.send(f"{location}/accept", {}, page=location)
    contract = session.scalars(select(Contract)).one()
    for path in ("/contracts?state=all", f"/contracts/{contract.id}"):
        assert "Estimated</strong>" in browser.get(path).text
    assert ",2027-06-14,yes," in browser.get("/contracts/register.csv?state=all").text


@pytest.mark.parametrize(
    ("content", "format_", "words"),
    [
        (b"%PDF-1.7", "lga", "is a PDF"),
        (b"", "lga", "is empty"),
        (b"Title\0\n", "lga", "NUL"),
        (b"a,b\n1,2\n", "lga", "lacks the columns"),
        (registers.lga(), "lga", "no rows below"),
        (b"PK\x03\x04zip", "marketplace", "not a workbook"),
        (b'{"contracts": 5}', "contracts-finder", "Expected a list"),
        (b'{"contracts": ' + b"[" * 99_999, "contracts-finder", "too deeply"),
        (b"x" * (20 * 1024 * 1024 + 1), "lga", "over 20 MB"),
        (b"Title\nBooks\n", "contracts-finder", "comes as JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    session, sign_in, commissioner, content, format_, words
):
    answer = give(sign_in(commissioner), content, format_, term_months="24")
    assert answer.status_code == 422
    assert words in answer.text
    assert how_many(session, ContractImport) == how_many(session, ImportRow) == 0


def test_an_upload_beyond_all_limits_is_413(sign_in, commissioner):
    assert give(sign_in(commissioner), b"x" * (22 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"format": ""}, "Choose the format"),
        ({"format": "forged"}, "Choose one of the answers"),
        ({"format": "contracts-finder"}, "Give the term in months"),
        ({"term_months": "many"}, "Enter a whole number"),
        ({"term_months": "0"}, "between 1 and 600"),
        ({"file": ""}, "Choose the file"),
    ],
)
def test_a_form_that_lacks_something_says_what(sign_in, commissioner, answers, words):
    form = {"file": (io.BytesIO(registers.notices({})), "a.json"), "format": "lga", **answers}
    answer = sign_in(commissioner).send(NEW, form)
    assert answer.status_code == 422
    assert words in answer.text


def test_the_list_of_imports_is_narrowed(sign_in, commissioner):
    browser = sign_in(commissioner)
    give(browser, registers.lga({}), name="first.csv")
    give(browser, registers.lga({}), name="second.csv")
    page = browser.get("/contracts/imports", q="FIRST", status="previewed").text
    assert "first.csv" in page
    assert "second.csv" not in page
    assert "No import is like that" in browser.get("/contracts/imports", status="accepted").text
    assert browser.get("/contracts/imports", status="forged", authority="x").status_code == 200


def test_refused_rows_are_taken_away_without_formulas(sign_in, commissioner):
    browser = sign_in(commissioner)
    change = {"End date": "=HYPERLINK(0)"}
    location = give(browser, registers.lga({}, change)).location
    lines = browser.get(f"{location}/refused.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0] == "File,Row,Column,Value,Expected"
    assert lines[1].startswith("register.csv,3,End date,'=HYPERLINK(0),\"a date")


def test_a_file_sent_twice_by_a_double_click_is_looked_over_once(session, sign_in, commissioner):
    browser = sign_in(commissioner)
    hidden = browser.hidden(NEW)
    form = {name: hidden[name] for name in ("csrf_token", "idempotency_key")} | {"format": "lga"}
    first, second = (
        browser.post(NEW, form | {"file": (io.BytesIO(registers.lga({})), "a.csv")})
        for _ in range(2)
    )
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert how_many(session, ContractImport) == 1


def test_others_write_while_a_file_is_read(session, sign_in, commissioner, monkeypatch):
    def read_slowly(*given):
        with session.get_bind().connect() as other:
            if other.dialect.name == "sqlite":
                other.exec_driver_sql("PRAGMA busy_timeout = 100")
            factories.make_organisation(session, name="Written meanwhile", code="E09000903")
            session.commit()
        return read_table(*given)

    monkeypatch.setattr(importing, "read_table", read_slowly)
    assert give(sign_in(commissioner), registers.lga({})).status_code == 303
    assert "Written meanwhile" in session.scalars(select(Organisation.name)).all()


def test_a_preview_of_many_rows_is_paged(session, sign_in, commissioner):
    browser = sign_in(commissioner)
    rows = [{"Contract Reference number / ID": f"R{n}"} for n in range(60)]
    location = give(browser, registers.lga(*rows)).location
    page = browser.get(location, page=3)
    assert page.text.count("Mobile library") == 10
    assert browser.get(location, page="x", rows="forged").status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_register_taken_away_is_known_here_and_new_elsewhere(
    session, sign_in, commissioner, kind
):
    browser = sign_in(commissioner)
    changes = {"Title of the Agreement": "=2+5 books", "Supplier name": "A Ltd;B Ltd"}
    location = give(browser, registers.lga({}, changes)).location
    browser.send(f"{location}/accept", {}, page=location)
    taken = browser.get(f"/contracts/register.{kind}?state=all").data
    again = give(browser, taken, "marketplace", f"contracts.{kind}")
    page = browser.get(again.location).text
    assert "There is nothing new in this file" in page
    rows = read_table("a", taken, own.LAYOUT).rows
    assert {row.cells["supplier"] for row in rows} == {"Felpersham Vans Ltd", "A Ltd; B Ltd"}
    session.execute(Contract.__table__.delete())
    session.commit()
    browser.send(f"{again.location}/leave", {}, page=again.location)
    elsewhere = give(browser, taken + b"", "marketplace", f"other.{kind}").location
    browser.send(f"{elsewhere}/accept", {}, page=elsewhere)
    titles = set(session.scalars(select(Contract.title)))
    assert titles == {"Mobile library", "=2+5 books"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_empty_register_has_the_columns_that_are_read(sign_in, commissioner, kind):
    browser = sign_in(commissioner)
    empty = browser.get(f"/contracts/imports/template.{kind}").data
    answer = give(browser, empty, "marketplace", f"a.{kind}")
    assert "a header and no rows below it" in answer.text


def test_an_import_is_in_the_record(session, sign_in, commissioner):
    browser = sign_in(commissioner)
    location = give(browser, registers.lga({})).location
    browser.send(f"{location}/accept", {}, page=location)
    actions = session.scalars(select(AuditEntry.action)).all()
    assert {Action.CONTRACTS_PREVIEWED, Action.CONTRACTS_IMPORTED} <= set(actions)


def test_a_double_click_on_accept_adds_once_and_answers_the_same(session, sign_in, commissioner):
    browser = sign_in(commissioner)
    location = give(browser, registers.lga({})).location
    hidden = browser.hidden(location)
    form = {name: hidden[name] for name in ("csrf_token", "idempotency_key")}
    first, second = (browser.post(f"{location}/accept", form) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert how_many(session) == 1


def test_the_command_asks_before_it_adds(session, command, tmp_path, ambridge):
    file = tmp_path / "register.csv"
    file.write_bytes(registers.lga({}, {"End date": "31/02/2027"}))
    words = ("contracts", "import", file, "--format", "lga", "--authority", "e09000901")
    said = command(*words, typed="n\n")
    assert (said.exit_code, how_many(session)) == (0, 0), said.output
    assert "row 3, End date: “31/02/2027”; expected a day that exists" in said.output
    assert "1 contract added" in command(*words, typed="y\n").output
    assert how_many(session) == 1


def test_the_command_adds_nothing_where_nobody_answers(session, command, tmp_path):
    factories.make_organisation(session, name="Ambridge", code="E09000901")
    session.commit()
    file = tmp_path / "register.csv"
    file.write_bytes(registers.lga({}))
    said = command("contracts", "import", file, "--format", "lga")
    assert (said.exit_code, how_many(session)) == (2, 0)
    assert "--accept" in said.output


def test_the_command_adds_at_once_where_told_and_nothing_the_second_time(
    session, command, tmp_path, ambridge
):
    session.commit()
    file, refused = tmp_path / "notices.json", tmp_path / "refused.csv"
    file.write_bytes(registers.notices({}, {"status": "closed"}))
    words = ("contracts", "import", file, "--format", "contracts-finder", "--accept")
    assert command(*words).exit_code == 2
    said = command(*words, "--term", "24", "--refused", refused)
    assert (said.exit_code, how_many(session)) == (0, 1)
    assert "closed" in refused.read_text(encoding="utf-8-sig")
    again = command(*words, "--term", "24")
    assert (again.exit_code, how_many(session)) == (0, 1)
    assert "the register has it all" in again.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--authority", "E99"], "marketplace authorities add"),
        (["--format", "forged"], "is not one of"),
        (["--term", "0"], "is not in the range"),
    ],
)
def test_the_command_says_what_is_wrong_with_its_words(
    session, command, tmp_path, ambridge, words, told
):
    session.commit()
    file = tmp_path / "register.csv"
    file.write_bytes(registers.lga({}))
    said = command("contracts", "import", file, "--format", "lga", *words)
    assert said.exit_code == 2
    assert told in said.output


def test_a_file_of_which_nothing_is_understood_is_a_fault(session, command, tmp_path, ambridge):
    session.commit()
    file = tmp_path / "register.csv"
    file.write_bytes(registers.lga({"End date": "never"}))
    said = command("contracts", "import", file, "--format", "lga", "--accept")
    assert said.exit_code == 2
    assert "Nothing in this file could be understood" in said.output


def test_a_file_of_notices_that_were_not_awarded_adds_nothing_and_is_no_fault(
    session, command, tmp_path, ambridge
):
    file = tmp_path / "notices.json"
    file.write_bytes(registers.notices({"status": "closed"}))
    words = ("contracts", "import", file, "--format", "contracts-finder", "--term", "24")
    said = command(*words, "--accept")
    assert (said.exit_code, how_many(session)) == (0, 0)
    assert "none of it is an awarded contract" in said.output

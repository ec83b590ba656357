"""Requirements by file: understood or refused row by row, accepted whole or not at all."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.categories.models import CategoryAttribute
from marketplace.requirements.file_format import COLUMNS
from marketplace.requirements.models import (
    Requirement,
    RequirementImport,
    RequirementImportRow,
    RequirementOrigin,
    SharingExclusion,
)
from tests import factories

NEW = "/requirements/imports/new"
HEADER = (
    "Your reference,Title,CPV code,Value,Earliest start,Latest start,Term in months,Accepts,"
    "Will not share with"
)
GOOD = (
    'LIB-1,Books for adults,22113000-3,"£120,000",01/04/2090,1-Oct-2090,24,servicing: FULL or none,'
)


def commissioner(session):
    policy = factories.make_policy(session)
    policy.attributes = [
        CategoryAttribute(
            name="servicing", label="Shelf servicing", position=1, values=["full", "half", "none"]
        )
    ]
    return factories.make_person(session, Role.COMMISSIONER)


def given(browser, *rows: str, header: str = HEADER, name: str = "needs.csv"):
    """The address of the preview of a CSV file of these rows."""
    content = "\n".join((header, *rows)).encode()
    answer = browser.send(NEW, {"file": (BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def accepted(browser, page: str, how: str = "accept"):
    return browser.send(f"{page}/{how}", {}, page=page)


def requirements(session):
    session.expire_all()
    return session.scalars(select(Requirement).order_by(Requirement.reference)).all()


def test_a_row_becomes_a_draft_with_all_that_it_says(session, sign_in):
    person = commissioner(session)
    other = factories.make_organisation(session, name="Elsewhere", code="E06000001")
    browser = sign_in(person)
    page = given(browser, GOOD + "elsewhere")
    shown = browser.get(page).text
    assert "Books for adults" in shown
    assert requirements(session) == [], "a preview adds nothing"

    assert accepted(browser, page).status_code == 303
    (draft,) = requirements(session)
    assert draft.status == "draft"
    assert (draft.title, draft.category_code) == ("Books for adults", "22113000")
    assert (draft.value, draft.term_months) == (Decimal("120000.00"), 24)
    assert (draft.earliest_start, draft.latest_start) == (date(2090, 4, 1), date(2090, 10, 1))
    assert draft.accepts == {"servicing": ["full", "none"]}
    assert session.scalars(select(SharingExclusion.other_id)).all() == [other.id]
    assert "row 2 of the file needs.csv" in browser.get(f"/requirements/{draft.id}").text


def test_the_person_chooses_that_they_are_posted(session, sign_in):
    browser = sign_in(commissioner(session))
    answer = accepted(browser, given(browser, GOOD, "LIB-2" + GOOD[5:]), how="accept-and-post")
    assert answer.headers["Location"] == "/requirements"
    assert [each.status for each in requirements(session)] == ["posted", "posted"]


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("A,,22113000,5,1/1/2090,1/2/2090,24", "Title", "what you need"),
        ("A,B,2211,5,1/1/2090,1/2/2090,24", "CPV code", "eight digits"),
        ("A,B,99999999,5,1/1/2090,1/2/2090,24", "CPV code", "in the list of codes"),
        ("A,B,22113000,lots,1/1/2090,1/2/2090,24", "Value", "an amount in pounds"),
        ("A,B,22113000,,1/1/2090,1/2/2090,24", "Value", "an amount"),
        ("A,B,22113000,(5),1/1/2090,1/2/2090,24", "Value", "above nothing"),
        ("A,B,22113000,5,31/2/2090,1/3/2090,24", "Earliest start", "a day that exists"),
        ("A,B,22113000,5,1/3/2090,1/2/2090,24", "Latest start", "on or after the earliest"),
        ("A,B,22113000,5,1/3/2019,1/4/2019,24", "Latest start", "not past"),
        ("A,B,22113000,5,1/1/2090,1/2/2090,0", "Term in months", "a whole number from 1"),
        ("A,B,22113000,5,1/1/2090,1/2/2090,24,colour: red", "Accepts", "Shelf servicing"),
        ("A,B,22113000,5,1/1/2090,1/2/2090,24,servicing: gold", "Accepts", "full, half, none"),
        ("A,B,22113000,5,1/1/2090,1/2/2090,24,,Atlantis", "Will not share with", "other auth"),
        (f"A,{'x' * 256},22113000,5,1/1/2090,1/2/2090,24", "Title", "at most 255"),
    ],
)
def test_a_row_that_cannot_be_understood_says_where_and_what_was_expected(
    session, sign_in, row, column, expected
):
    browser = sign_in(commissioner(session))
    page = given(browser, row, GOOD)
    (refused,) = session.scalars(
        select(RequirementImportRow).where(RequirementImportRow.refused)
    ).all()
    assert [(fault["row"], fault["column"]) for fault in refused.faults] == [(2, column)]
    assert expected in refused.faults[0]["expected"]
    assert column in browser.get(page, rows="refused").text
    assert column in browser.get(f"{page}/refused.csv").text
    accepted(browser, page)
    assert [each.title for each in requirements(session)] == ["Books for adults"]


def test_the_same_file_twice_adds_nothing(session, sign_in):
    browser = sign_in(commissioner(session))
    anonymous = GOOD.removeprefix("LIB-1")
    first = given(browser, GOOD, anonymous, anonymous)
    accepted(browser, first)
    assert len(requirements(session)) == 2
    again = given(browser, GOOD, anonymous, name="other.csv")
    assert "nothing new" in browser.get(again).text
    assert accepted(browser, again).status_code == 422
    assert len(requirements(session)) == 2


def test_two_previews_of_one_file_add_each_row_once(session, sign_in):
    browser = sign_in(commissioner(session))
    one, two = given(browser, GOOD), given(browser, GOOD, "LIB-2" + GOOD[5:])
    accepted(browser, one)
    assert accepted(browser, two).status_code == 303
    assert len(requirements(session)) == 2
    assert session.get(RequirementOrigin, requirements(session)[1].id).source_row == 3


def test_a_file_is_decided_once(session, sign_in):
    browser = sign_in(commissioner(session))
    page = given(browser, GOOD)
    left = browser.send(f"{page}/leave", {}, page=page)
    assert left.status_code == 303
    assert requirements(session) == []
    forged = browser.hidden(NEW)
    assert browser.post(f"{page}/accept", forged).status_code == 409
    assert requirements(session) == []


def test_one_form_sent_twice_accepts_once(session, sign_in):
    browser = sign_in(commissioner(session))
    page = given(browser, GOOD)
    form = browser.hidden(page)
    first, second = (browser.post(f"{page}/accept", form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(requirements(session)) == 1


def test_another_authoritys_file_is_not_there(session, sign_in):
    browser = sign_in(commissioner(session))
    page = given(browser, GOOD)
    stranger = sign_in(factories.make_person(session, Role.COMMISSIONER))
    assert stranger.get(page).status_code == 404
    assert stranger.get(f"{page}/refused.csv").status_code == 404
    forged = stranger.hidden(NEW)
    assert stranger.post(f"{page}/accept", forged).status_code == 404
    assert "needs.csv" not in stranger.get("/requirements/imports").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"Title,Value\nBooks,5\n", "lacks the columns"),
        (HEADER.encode() + b"\n", "no rows below"),
        (b"%PDF-1.7 junk", "is a PDF"),
        (b"PK\x03\x04junk", "needs"),
        (b"\0\1\2", "is not text"),
    ],
)
def test_a_file_that_is_no_list_of_requirements_is_refused(session, sign_in, content, said):
    browser = sign_in(commissioner(session))
    answer = browser.send(NEW, {"file": (BytesIO(content), "needs.csv")})
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(select(RequirementImport)).all() == []


def test_the_empty_file_can_be_filled_in_and_its_example_is_not_imported(session, sign_in):
    browser = sign_in(commissioner(session))
    empty = browser.get("/requirements/imports/template.csv")
    assert empty.get_data().decode("utf-8-sig").splitlines()[0] == ",".join(COLUMNS.values())
    for kind in ("csv", "xlsx"):
        content = browser.get(f"/requirements/imports/template.{kind}").get_data()
        answer = browser.send(NEW, {"file": (BytesIO(content), f"r.{kind}")})
        shown = browser.get(answer.headers["Location"], rows="refused").text
        assert "this is the example" in shown
        assert "nothing new" in shown


def test_a_workbook_is_read_as_a_csv_file_is(session, sign_in):
    book = Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(
        ["X", "Books", "22113000", 120000.5, date(2090, 4, 1), date(2090, 10, 1), 24, None, None]
    )
    out = BytesIO()
    book.save(out)
    browser = sign_in(commissioner(session))
    answer = browser.send(NEW, {"file": (BytesIO(out.getvalue()), "needs.xlsx")})
    accepted(browser, answer.headers["Location"])
    (draft,) = requirements(session)
    assert (draft.value, draft.earliest_start) == (Decimal("120000.50"), date(2090, 4, 1))


def test_who_will_not_be_shared_with_is_added_to_those_named_before(session, sign_in):
    person = commissioner(session)
    before, new = (factories.make_organisation(session) for _ in range(2))
    session.add(
        SharingExclusion(
            authority_id=person.organisation_id, other_id=before.id, category_code="22113000"
        )
    )
    expected = {before.id, new.id}
    browser = sign_in(person)
    accepted(browser, given(browser, GOOD + new.code))
    assert set(session.scalars(select(SharingExclusion.other_id))) == expected


def test_reading_many_rows_costs_no_more_queries_than_few(session, sign_in, queries):
    browser = sign_in(commissioner(session))
    few = queries(lambda: given(browser, GOOD))
    many = [f"LIB-{number}{GOOD[5:]}" for number in range(40)]
    assert queries(lambda: given(browser, *many)) == few


def test_the_command_previews_and_adds_once_it_is_told_to(session, command, tmp_path):
    person = commissioner(session)
    session.commit()
    file, refused = tmp_path / "needs.csv", tmp_path / "refused.csv"
    file.write_text("\n".join((HEADER, GOOD, "B,,22113000,5,1/1/2090,1/2/2090,24")))
    words = ("requirements", "import", file, "--authority", person.organisation.code)
    asked = command(*words)
    assert asked.exit_code == 2
    assert "1 would be added" in asked.output
    assert "row 3, Title" in asked.output
    assert requirements(session) == []

    done = command(*words, "--accept", "--post", "--refused", refused)
    assert done.exit_code == 0, done.output
    assert "1 requirement added" in done.output
    assert [each.status for each in requirements(session)] == ["posted"]
    assert "Title" in refused.read_text()
    assert "it is all here" in command(*words, "--accept").output
    assert len(requirements(session)) == 1

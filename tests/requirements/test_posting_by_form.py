"""A requirement by form: written a section a page, checked, posted, edited, withdrawn, copied."""

import uuid
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.categories.models import CategoryAttribute
from marketplace.requirements.models import Requirement, RequirementRevision, RequirementStatus
from tests import factories

WHAT = {"title": "Books for adults", "value": "£120,000", "quantity": "1,200.5", "unit": "kg"}
WHEN = {
    "earliest_start": ["1", "4", "2030"],
    "latest_start": ["1", "10", "2030"],
    "term_months": "36",
}


def commissioner(session, *attributes: str):
    policy = factories.make_policy(session)
    policy.attributes = [
        CategoryAttribute(name=name, label=name.title(), position=at, values=["yes", "no"])
        for at, name in enumerate(attributes)
    ]
    return factories.make_person(session, Role.COMMISSIONER)


def one(session) -> Requirement:
    session.expire_all()
    return session.scalars(select(Requirement)).one()


def begun(browser, session) -> str:
    """The address of a draft that was just begun."""
    answer = browser.send("/requirements/new?code=22113000", WHAT)
    assert answer.status_code == 303, answer.text
    return f"/requirements/{one(session).id}"


def test_a_requirement_is_written_section_by_section_then_checked_and_posted(session, sign_in):
    person = commissioner(session, "servicing")
    other = factories.make_organisation(session, name="Elsewhere")
    browser = sign_in(person)
    page = begun(browser, session)
    steps = [
        ("when", WHEN, "specification"),
        ("specification", {"accept_servicing": ["yes"]}, "partners"),
        ("partners", {"max_partners": "2", "excluded": [str(other.id)]}, None),
    ]
    for section, form, following in steps:
        at = f"{page}/edit/{section}?going_on=1"
        assert "Step " in browser.get(at).text
        answer = browser.send(at, form)
        goal = f"{page}/edit/{following}?going_on=1" if following else page
        assert answer.headers["Location"] == goal
    check = browser.get(page).text
    for said in ("Check your answers", "£120,000", "1,200.5 kg", "3 years", "Elsewhere", "yes"):
        assert said in check
    assert browser.send(f"{page}/post", {}, page=page).status_code == 303
    requirement = one(session)
    assert requirement.status == RequirementStatus.POSTED
    assert requirement.accepts == {"servicing": ["yes"]}
    assert requirement.quantity == Decimal("1200.50")


def test_a_category_without_a_specification_asks_for_none(session, sign_in):
    browser = sign_in(commissioner(session))
    page = begun(browser, session)
    answer = browser.send(f"{page}/edit/when?going_on=1", WHEN)
    assert answer.headers["Location"] == f"{page}/edit/partners?going_on=1"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"title": ""}, "Enter a title"),
        ({"value": ""}, "Enter the value"),
        ({"value": "lots"}, "Enter an amount in pounds"),
        ({"value": "-5"}, "Enter an amount of £1 or more"),
        ({"quantity": "many"}, "Enter a number"),
        ({"title": "x" * 256}, "at most 255"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_with_how_to_mend_it(session, sign_in, form, said):
    browser = sign_in(commissioner(session))
    answer = browser.send("/requirements/new?code=22113000", WHAT | form)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(select(Requirement)).all() == []


def test_a_form_sent_twice_begins_one_draft(session, sign_in):
    browser = sign_in(commissioner(session))
    at = "/requirements/new?code=22113000"
    form = browser.hidden(at) | WHAT
    first, second = browser.post(at, form), browser.post(at, form)
    assert first.headers["Location"] == second.headers["Location"]
    one(session)


def test_an_edit_of_an_old_version_shows_both_and_changes_nothing(session, sign_in):
    person = commissioner(session)
    requirement = factories.make_requirement(session, person.organisation, title="Old")
    browser = sign_in(person)
    at = f"/requirements/{requirement.id}/edit/what"
    seen = browser.hidden(at)
    requirement.title, requirement.value = "Theirs", Decimal(7_000)
    session.commit()
    answer = browser.post(at, seen | {"title": "Mine", "value": "9,000"})
    assert answer.status_code == 409
    for said in ("Theirs", "Mine", "£7,000", "£9,000", "There now", "What you sent"):
        assert said in answer.text
    assert one(session).title == "Theirs"

    fresh = browser.hidden(at)
    assert browser.post(at, fresh | {"title": "Mine", "value": "9,000"}).status_code == 303
    assert one(session).title == "Mine"


def test_an_edit_of_a_posted_one_is_kept_in_its_history_with_who_and_what(session, sign_in):
    person = commissioner(session)
    browser = sign_in(person)
    page = begun(browser, session)
    browser.send(f"{page}/post", {}, page=page)
    browser.send(f"{page}/edit/what", WHAT | {"value": "£90,000"})
    assert session.scalars(select(RequirementRevision.number)).all() == [1, 2]
    told = browser.get(page).text
    assert "Value over the term: £120,000 became £90,000" in told
    assert told.count(f"by {person.name}") == 2
    assert (
        "by " + person.name
        not in sign_in(factories.make_person(session, Role.REVIEWER)).get(page).text
    )


def test_an_edit_of_a_draft_leaves_no_history(session, sign_in):
    browser = sign_in(commissioner(session))
    page = begun(browser, session)
    browser.send(f"{page}/edit/what", WHAT | {"value": "£90,000"})
    assert session.scalars(select(RequirementRevision)).all() == []
    assert ">History</h2>" not in browser.get(page).text


@pytest.mark.parametrize("status", ["joined", "in_tender", "contracted", "withdrawn"])
def test_past_posting_it_can_be_neither_edited_nor_withdrawn(session, sign_in, status):
    person = commissioner(session)
    requirement = factories.make_requirement(
        session, person.organisation, status=RequirementStatus(status)
    )
    browser, page = sign_in(person), f"/requirements/{requirement.id}"
    assert browser.get(f"{page}/edit/what").status_code == 409
    forged = browser.hidden("/requirements/new?code=22113000")
    assert browser.post(f"{page}/edit/what", forged | WHAT).status_code == 409
    other = browser.hidden("/requirements/new?code=22113000")
    assert browser.post(f"{page}/withdraw", other).status_code == 409
    assert one(session).status == status


def test_another_authoritys_requirement_is_not_there(session, sign_in):
    requirement = factories.make_requirement(session)
    browser = sign_in(commissioner(session))
    for rest in ("", "/edit/what", "/category", "/withdraw"):
        assert browser.get(f"/requirements/{requirement.id}{rest}").status_code == 404


def test_a_copy_is_a_draft_that_says_the_same(session, sign_in):
    person = commissioner(session)
    known = factories.make_requirement(session, person.organisation, max_partners=2)
    browser, page = sign_in(person), f"/requirements/{known.id}"
    answer = browser.send(f"{page}/copy", {}, page=page)
    copied = session.get_one(Requirement, uuid.UUID(answer.headers["Location"][-36:]))
    assert copied.status == RequirementStatus.DRAFT
    assert (copied.value, copied.max_partners) == (known.value, 2)
    assert copied.title == f"{known.title} (copy)"


def test_a_draft_whose_latest_start_is_past_is_not_posted(session, sign_in):
    person = commissioner(session)
    browser = sign_in(person)
    page = begun(browser, session)
    past = {"earliest_start": ["1", "4", "2020"], "latest_start": ["1", "5", "2020"]}
    browser.send(f"{page}/edit/when", WHEN | past)
    refused = browser.send(f"{page}/post", {}, page=page)
    assert refused.status_code == 422
    assert "latest start is in the past" in refused.text
    assert one(session).status == RequirementStatus.DRAFT


def test_a_category_is_found_by_words_and_by_code_and_can_be_changed(session, sign_in):
    person = commissioner(session, "servicing")
    factories.make_cpv(session, "79620000", "Supply services of personnel")
    factories.make_policy(session, "79620000", title="Agency staff")
    requirement = factories.make_requirement(
        session,
        person.organisation,
        status=RequirementStatus.DRAFT,
        accepts={"servicing": ["yes"]},
    )
    browser = sign_in(person)
    for words in ("books", "Library", "2211", "22113000"):
        assert "Library books" in browser.get("/requirements/new", q=words).text
    assert "No category has these words" in browser.get("/requirements/new", q="zzz").text

    at = f"/requirements/{requirement.id}/category"
    assert "Supply services of personnel" in browser.get(at, q="agency").text
    answer = browser.send(at, {"code": "79620000"}, page=f"{at}?q=agency")
    assert answer.status_code == 303
    changed = one(session)
    assert (changed.category_code, changed.accepts) == ("79620000", {})
    assert browser.send(at, {"code": "99999999"}, page=f"{at}?q=agency").status_code == 404


def test_a_code_narrower_than_its_policy_offers_the_wider_one(session, sign_in):
    browser = sign_in(commissioner(session))
    factories.make_cpv(session, "22113100", "Large-print books", parent_code="22113000")
    offer = "choose the wider"
    assert offer in browser.get("/requirements/new?code=22113100").text
    assert offer not in browser.get("/requirements/new?code=22113000").text

"""Contracts that end become draft requirements, are corrected, and are posted."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Organisation, Role
from marketplace.contracts.models import Contract, Succession
from marketplace.contracts.months import months_after
from marketplace.contracts.planning import Window
from marketplace.contracts.renewal_queries import ending
from marketplace.contracts.renewing import open_renewals
from marketplace.errors import WrongState
from marketplace.requirements.models import Requirement, RequirementStatus
from tests import factories

ENDING = "/contracts/ending"
DRAFTS = "/requirements/drafts"


def today() -> date:
    return clock.london_day(clock.now())


def commissioner(session):
    factories.make_policy(session, code=None)
    factories.make_policy(session)
    return factories.make_person(session, Role.COMMISSIONER)


def contract(session, person, months: int = 8, **facts):
    """A contract of the person's authority that ends in some months."""
    facts.setdefault("category_code", "22113000")
    end = months_after(today(), months)
    facts.setdefault("start_date", months_after(end, -24) + timedelta(days=1))
    return factories.make_contract(session, person.organisation, end_date=end, **facts)


def requirements(session):
    session.expire_all()
    return session.scalars(select(Requirement).order_by(Requirement.reference)).all()


def test_contracts_that_end_within_24_months_become_drafts_in_one_step(session, sign_in):
    person = commissioner(session)
    soon, later = contract(session, person, 8), contract(session, person, 23)
    contract(session, person, 25)
    contract(session, person, -1)
    browser = sign_in(person)
    page = browser.get(ENDING).text
    assert "2 contracts" in page
    answer = browser.send(ENDING, {"contract": [soon.id, later.id], "before": "2", "after": "4"})
    assert answer.status_code == 303, answer.text
    first = requirements(session)[0]
    assert len(requirements(session)) == 2
    assert first.status == RequirementStatus.DRAFT
    assert first.category_code == "22113000"
    assert first.term_months == 24
    assert first.value == Decimal("240000.00")
    follows = soon.end_date + timedelta(days=1)
    assert first.earliest_start == months_after(follows, -2)
    assert first.latest_start == months_after(follows, 4)
    assert "Nothing follows" not in browser.get(answer.headers["Location"]).text


def test_a_contract_that_a_requirement_follows_is_not_offered_again(session, sign_in):
    person = commissioner(session)
    known = contract(session, person)
    browser = sign_in(person)
    form = {"contract": [known.id], "before": "3", "after": "3"}
    assert browser.send(ENDING, form).status_code == 303
    again = browser.send(ENDING, form)
    assert again.status_code == 409, again.text
    assert len(requirements(session)) == 1
    assert "No contract ends" in browser.get(ENDING).text

    draft = requirements(session)[0]
    browser.send(f"/requirements/{draft.id}/withdraw", {})
    assert "1 contract" in browser.get(ENDING).text


def test_one_form_sent_twice_makes_one_draft_of_each(session, sign_in):
    person = commissioner(session)
    known = contract(session, person)
    browser = sign_in(person)
    form = {**browser.hidden(ENDING), "contract": [known.id], "before": "3", "after": "3"}
    first, second = browser.post(ENDING, form), browser.post(ENDING, form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(requirements(session)) == 1


def test_what_the_register_does_not_say_is_asked_and_not_invented(session, sign_in):
    person = commissioner(session)
    poor = contract(session, person, value=None, yearly_value=None, start_date=None)
    browser = sign_in(person)
    form = {"contract": [poor.id], "before": "3", "after": "3"}
    refused = browser.send(ENDING, form)
    assert refused.status_code == 422
    assert "Enter the value over the term" in refused.text
    assert "Enter the term in months" in refused.text
    assert requirements(session) == []

    said = {f"value_{poor.id.hex}": "£90k", f"term_{poor.id.hex}": "18"}
    assert browser.send(ENDING, form | said).status_code == 303
    (draft,) = requirements(session)
    assert (draft.value, draft.term_months) == (Decimal("90000.00"), 18)


def test_all_that_need_nothing_more_become_drafts_and_the_rest_is_left(session, sign_in):
    person = commissioner(session)
    for _ in range(27):
        contract(session, person)
    contract(session, person, value=None, yearly_value=None)
    browser = sign_in(person)
    answer = browser.send(ENDING, {"all": "yes", "before": "3", "after": "3"})
    assert answer.status_code == 303
    assert len(requirements(session)) == 27
    told = browser.get(answer.headers["Location"]).text
    assert "27 drafts made" in told
    assert "1 contract left" in told


def test_one_value_that_cannot_be_read_leaves_all_undone(session, sign_in):
    person = commissioner(session)
    good = contract(session, person)
    poor = contract(session, person, value=None, yearly_value=None)
    form = {"contract": [good.id, poor.id], "before": "3", "after": "3"}
    form[f"value_{poor.id.hex}"] = "a lot"
    answer = sign_in(person).send(ENDING, form)
    assert answer.status_code == 422
    assert "a lot" in answer.text
    assert requirements(session) == []


def test_nothing_ticked_is_said(session, sign_in):
    person = commissioner(session)
    contract(session, person)
    answer = sign_in(person).send(ENDING, {"before": "3", "after": "3"})
    assert answer.status_code == 422
    assert "Tick the contracts" in answer.text


def test_another_authoritys_contract_cannot_be_followed(session, sign_in):
    person = commissioner(session)
    foreign = contract(session, factories.make_person(session, Role.COMMISSIONER))
    browser = sign_in(person)
    assert foreign.title not in browser.get(ENDING).text
    for value in (foreign.id, "junk", "00000000-0000-0000-0000-000000000000"):
        answer = browser.send(
            ENDING, {"contract": [value], "before": "3", "after": "3"}, page="/requirements/new"
        )
        assert answer.status_code in (400, 409), answer.text
    assert requirements(session) == []


def test_only_commissioners_plan_what_follows(session, sign_in):
    for role in (Role.SUPPLIER, Role.REVIEWER, Role.ADMINISTRATOR):
        browser = sign_in(factories.make_person(session, role))
        assert browser.get(ENDING).status_code == 403
        assert browser.get(DRAFTS).status_code == 403


def test_a_contract_below_a_policy_is_drafted_in_the_category_of_the_policy(session, sign_in):
    person = commissioner(session)
    factories.make_cpv(session, "22113100", "Large-print library books", parent_code="22113000")
    below = contract(session, person, category_code="22113100")
    sign_in(person).send(ENDING, {"contract": [below.id], "before": "3", "after": "3"})
    assert [each.category_code for each in requirements(session)] == ["22113000"]


def test_a_category_suggested_from_the_title_says_so_until_somebody_chooses(session, sign_in):
    person = commissioner(session)
    factories.make_cpv(session, "79620000", "Supply services of personnel")
    wordy = contract(session, person, category_code=None, title="Library books for adults")
    browser = sign_in(person)
    assert "suggested from the title" in browser.get(ENDING).text
    browser.send(ENDING, {"contract": [wordy.id], "before": "3", "after": "3"})
    (draft,) = requirements(session)
    assert draft.category_code == "22113000"
    assert "check it" in draft.category_note
    reason = session.scalars(select(Succession.category_reason)).one()
    assert "suggested from the title" in reason
    assert "suggested from the title" in browser.get(DRAFTS).text

    page = f"/requirements/{draft.id}/category"
    assert browser.send(page, {"code": "79620000"}, page=f"{page}?q=personnel").status_code == 303
    assert requirements(session)[0].category_code == "79620000"
    assert "suggested from the title" not in browser.get(DRAFTS).text


def test_a_title_that_says_nothing_asks_for_the_category(session, sign_in):
    person = commissioner(session)
    odd = contract(session, person, category_code=None, title="Xyzzy 4711")
    browser = sign_in(person)
    form = {"contract": [odd.id], "before": "3", "after": "3"}
    assert "Choose a category" in browser.send(ENDING, form).text
    done = browser.send(ENDING, form | {f"category_{odd.id.hex}": "22113000"})
    assert done.status_code == 303
    assert requirements(session)[0].category_note == ""


def test_the_circle_can_be_walked_both_ways_on_pages(session, sign_in):
    person = commissioner(session)
    known = contract(session, person)
    browser = sign_in(person)
    browser.send(ENDING, {"contract": [known.id], "before": "3", "after": "3"})
    (draft,) = requirements(session)
    assert draft.reference in browser.get(f"/contracts/{known.id}").text
    assert known.reference in browser.get(f"/requirements/{draft.id}").text


def test_contracts_without_an_end_are_counted_and_not_listed(session, sign_in):
    person = commissioner(session)
    factories.make_contract(session, person.organisation, end_date=None, title="For ever")
    page = sign_in(person).get(ENDING).text
    assert "For ever" not in page
    assert "1 contract in your register has no known end" in page


def test_the_number_of_queries_of_the_page_does_not_grow_with_its_rows(session, sign_in, queries):
    person = commissioner(session)
    contract(session, person, category_code=None)
    browser = sign_in(person)
    few = queries(lambda: browser.get(ENDING))
    for _ in range(20):
        contract(session, person, category_code=None)
    assert queries(lambda: browser.get(ENDING)) == few


def test_two_people_at_once_open_one_requirement(session, app):
    """The second waits for the first, and then sees that the contract is followed."""
    person = commissioner(session)
    known = contract(session, person)
    authority, key, at = person.organisation_id, known.id, clock.now()
    session.commit()
    engine = app.extensions["engine_of_the_tests"]

    def open_it(writing: Session) -> None:
        of = writing.get_one(Organisation, authority)
        wanted = ending(of.id, today(), 24)
        open_renewals(writing, of, wanted, Window(), only=[key], by=None, at=at)

    with Session(engine) as first, ThreadPoolExecutor(1) as aside:
        open_it(first)

        def second() -> str:
            with Session(engine) as late:
                try:
                    open_it(late)
                except WrongState as fault:
                    return str(fault)
                late.commit()
                return "opened twice"

        waiting = aside.submit(second)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=1)
        first.commit()
        assert "follows some of these" in waiting.result(timeout=60)
    assert len(requirements(session)) == 1


def draft_of(session, sign_in, number: int = 1):
    person = commissioner(session)
    for _ in range(number):
        factories.make_requirement(
            session,
            person.organisation,
            status=RequirementStatus.DRAFT,
            earliest_start=today() + timedelta(days=30),
            latest_start=today() + timedelta(days=90),
            version=1,
        )
    return sign_in(person), person


def rows(page: str) -> dict[str, str]:
    """The named inputs of a page with their values, ticks left out."""
    tags = re.findall(r'<input[^>]*name="[a-z]+_[0-9a-f]{32}"[^>]*>', page)
    return {
        re.search('name="([^"]*)"', tag)[1]: re.search('value="([^"]*)"', tag)[1] for tag in tags
    }


def test_drafts_are_corrected_in_the_table_and_posted_in_one_step(session, sign_in):
    browser, _ = draft_of(session, sign_in, 3)
    one, two, three = requirements(session)
    form = rows(browser.get(DRAFTS).text)
    form[f"value_{one.id.hex}"] = "£1.5m"
    form |= {"draft": [one.id, two.id], "post": "yes"}
    answer = browser.send(DRAFTS, form)
    assert answer.status_code == 303, answer.text
    one, two, three = requirements(session)
    assert one.value == Decimal("1500000.00")
    assert [each.status for each in (one, two, three)] == ["posted", "posted", "draft"]
    assert "2 requirements posted" in browser.get(DRAFTS).text


def test_a_draft_that_cannot_be_posted_is_left_with_its_reason(session, sign_in):
    browser, person = draft_of(session, sign_in)
    factories.make_requirement(
        session,
        person.organisation,
        status=RequirementStatus.DRAFT,
        earliest_start=date(2020, 1, 1),
        latest_start=date(2020, 2, 1),
    )
    form = rows(browser.get(DRAFTS).text)
    form |= {"draft": [each.id for each in requirements(session)], "post": "yes"}
    browser.send(DRAFTS, form)
    assert sorted(each.status for each in requirements(session)) == ["draft", "posted"]
    told = browser.get(DRAFTS).text
    assert "1 requirement posted. 1 draft could not be" in told
    assert "latest start is in the past" in told


def test_one_wrong_cell_saves_and_posts_nothing(session, sign_in):
    browser, _ = draft_of(session, sign_in, 2)
    one, two = requirements(session)
    form = rows(browser.get(DRAFTS).text)
    form[f"value_{one.id.hex}"] = "£5"
    form[f"last_{two.id.hex}"] = "2020-01-01"
    answer = browser.send(DRAFTS, form | {"draft": [one.id, two.id], "post": "yes"})
    assert answer.status_code == 422
    assert "Enter a latest start on or after the earliest" in answer.text
    assert {each.status for each in requirements(session)} == {"draft"}
    assert Decimal(5) not in {each.value for each in requirements(session)}


def test_a_draft_that_somebody_changed_meanwhile_shows_both_versions(session, sign_in):
    browser, _ = draft_of(session, sign_in)
    (draft,) = requirements(session)
    form = rows(browser.get(DRAFTS).text)
    draft.title = "What the other one wrote"
    session.commit()
    form[f"title_{draft.id.hex}"] = "What I wrote"
    answer = browser.send(DRAFTS, form | {"draft": [draft.id], "post": "yes"})
    assert answer.status_code == 409
    assert "What the other one wrote" in answer.text
    assert "What I wrote" in answer.text
    assert requirements(session)[0].title == "What the other one wrote"

    again = rows(answer.text) | {"save": "yes"}
    assert browser.send(DRAFTS, again).status_code == 303
    assert requirements(session)[0].title == "What I wrote"


def test_another_authoritys_draft_is_out_of_reach_of_the_table(session, sign_in):
    browser, _ = draft_of(session, sign_in)
    foreign = factories.make_requirement(session, status=RequirementStatus.DRAFT)
    form = rows(browser.get(DRAFTS).text)
    assert foreign.id.hex not in str(form)
    answer = browser.send(DRAFTS, form | {"draft": [foreign.id], "post": "yes"})
    assert answer.status_code == 409
    assert {each.status for each in requirements(session)} == {"draft"}


def test_drafts_that_are_not_wanted_are_withdrawn(session, sign_in):
    browser, _ = draft_of(session, sign_in, 2)
    one, _ = requirements(session)
    form = rows(browser.get(DRAFTS).text) | {"draft": [one.id], "withdraw": "yes"}
    assert browser.send(DRAFTS, form).status_code == 303
    assert [each.status for each in requirements(session)] == ["withdrawn", "draft"]


def test_all_drafts_of_all_pages_are_posted_in_one_step(session, sign_in):
    browser, _ = draft_of(session, sign_in, 27)
    form = rows(browser.get(DRAFTS).text)
    assert len({name[-32:] for name in form}) == 25
    assert browser.send(DRAFTS, form | {"post_all": "yes"}).status_code == 303
    assert {each.status for each in requirements(session)} == {"posted"}


def test_the_number_of_queries_of_the_drafts_does_not_grow_with_them(session, sign_in, queries):
    browser, person = draft_of(session, sign_in)
    few = queries(lambda: browser.get(DRAFTS))
    for _ in range(20):
        factories.make_requirement(session, person.organisation, status=RequirementStatus.DRAFT)
    assert queries(lambda: browser.get(DRAFTS)) == few


def test_the_command_drafts_and_posts_what_follows(session, command):
    person = commissioner(session)
    contract(session, person)
    poor = contract(session, person, value=None, yearly_value=None)
    session.commit()
    code = person.organisation.code
    done = command("requirements", "from-contracts", "--authority", code, "--post")
    assert done.exit_code == 0, done.output
    assert "1 drafts made" in done.output
    assert f"left: {poor.reference}" in done.output
    assert "gives no value" in done.output
    assert [each.status for each in requirements(session)] == ["posted"]
    again = command("requirements", "from-contracts", "--authority", code)
    assert "0 drafts made" in again.output
    assert session.scalar(select(func.count()).select_from(Contract)) == 2


def test_the_command_refuses_an_authority_that_does_not_exist(session, command):
    refused = command("requirements", "from-contracts", "--authority", "E99")
    assert refused.exit_code == 2
    assert "No authority has the code E99" in refused.output

"""From a wave to requirements: proposed, told, agreed to or declined, through the door."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.audit.models import Action, AuditEntry
from marketplace.contracts.models import Succession
from marketplace.contracts.months import months_after
from marketplace.messages.models import Message, MessageKind
from marketplace.requirements.models import Requirement, RequirementStatus
from marketplace.waves.models import Wave, WaveAnswer, WaveMember, WaveParty, WaveStatus
from marketplace.waves.timing import first_day, month_of
from tests import factories

CODE = "22113000"
PLACE = f"/contracts/waves/{CODE}"


def today() -> date:
    return clock.london_day(clock.now())


def month(ahead: int) -> date:
    return first_day(month_of(today()) + ahead)


def contract(session, person, ahead: int, **facts):
    """A contract that is followed in the month so many months ahead, and public."""
    end = month(ahead) - timedelta(days=1)
    facts = {"category_code": CODE, "is_public": True, "value": Decimal(480_000), **facts}
    start = months_after(end, -24) + timedelta(days=1)
    return factories.make_contract(
        session, person.organisation, start_date=start, end_date=end, yearly_value=None, **facts
    )


@pytest.fixture
def three(session):
    """Commissioners of three authorities: two are free in 17 months, one can extend by 5."""
    factories.make_policy(session, None)
    factories.make_policy(session, CODE, elasticity_likely=Decimal("0.06"))
    people = [factories.make_person(session, Role.COMMISSIONER) for _ in range(3)]
    contract(session, people[0], 17)
    contract(session, people[1], 17)
    contract(session, people[2], 12, extensions="12")
    return people


def propose_address(page: str) -> str:
    found = re.search(r'href="(/contracts/waves/[^"]*/propose[^"]*)"', page)
    assert found, page
    return found[1].replace("&amp;", "&")


def proposed(session, browser, query: str = "?before=0&after=0") -> Wave:
    """The first wave of the category, proposed through its page."""
    address = propose_address(browser.get(f"{PLACE}{query}").text)
    in_20 = today() + timedelta(days=20)
    answer = browser.send(
        address, {"note": "Shall we?", "answer_by": [in_20.day, in_20.month, in_20.year]}
    )
    assert answer.status_code == 303, answer.text
    session.expire_all()
    return session.scalars(select(Wave)).one()


def test_the_page_says_who_is_free_and_what_extending_brings(session, sign_in, three):
    page = sign_in(three[0]).get(f"{PLACE}?before=0&after=0").text
    words = f"In {month(17):%B %Y}, 2 of 3 authorities are free"
    assert words in page
    assert "extending 1 contract by up to 5 months makes it 3" in page
    assert "projected net benefit" in page


def test_a_commissioner_sees_its_own_contracts_and_what_others_publish(session, sign_in, three):
    hidden = contract(session, three[2], 17, title="A hidden contract", is_public=False)
    for page in (PLACE, f"/contracts/calendar?category={CODE}", "/contracts/calendar/endings.csv"):
        assert hidden.title not in sign_in(three[0]).get(page).text
        assert hidden.title in sign_in(three[2]).get(page).text
        reviewer = factories.make_person(session, Role.REVIEWER)
        assert hidden.title in sign_in(reviewer).get(page).text


def test_the_page_of_waves_says_which_are_asked_about_already(session, sign_in, three):
    wave = proposed(session, sign_in(three[0]))
    for reader in (three[1], factories.make_person(session, Role.REVIEWER)):
        assert f"{wave.reference}</a>, which is asked about" in sign_in(reader).get(PLACE).text


def test_each_authority_is_told_once_and_its_home_page_awaits_the_answer(session, sign_in, three):
    wave = proposed(session, sign_in(factories.make_person(session, Role.REVIEWER)))
    told = session.scalars(select(Message).where(Message.kind == MessageKind.WAVE_PROPOSED)).all()
    assert {each.person_id for each in told} == {each.id for each in three}
    assert all("Shall we?" in each.body for each in told)
    home = sign_in(three[1]).get("/").text
    assert wave.reference in home
    assert wave.worth_low <= wave.worth_likely <= wave.worth_high


@pytest.mark.parametrize(
    ("answer", "status"),
    [("post", RequirementStatus.POSTED), ("draft", RequirementStatus.DRAFT)],
)
def test_who_agrees_has_requirements_drafted_or_posted_that_can_start_with_the_others(
    session, sign_in, three, answer, status
):
    wave = proposed(session, sign_in(three[0]))
    for person in (three[1], three[2]):
        address = f"/contracts/waves/proposed/{wave.id}/answer"
        assert sign_in(person).send(address, {"answer": answer}).status_code == 303
    session.expire_all()
    made = session.scalars(select(Requirement)).all()
    assert len(made) == 2
    assert {each.status for each in made} == {status}
    assert all(each.earliest_start <= wave.start <= each.latest_start for each in made)
    assert {each.category_code for each in made} == {CODE}
    assert {each.term_months for each in made} == {24}
    assert len(session.scalars(select(Succession)).all()) == 2
    answers = session.scalars(select(WaveParty.answer)).all()
    assert sorted(answers) == [WaveAnswer.AGREED, WaveAnswer.AGREED, WaveAnswer.AWAITED]
    kinds = session.scalars(
        select(Message.kind).where(Message.person_id == three[0].id).order_by(Message.kind)
    ).all()
    assert kinds.count(MessageKind.WAVE_ANSWERED) == 2
    actions = session.scalars(select(AuditEntry.action)).all()
    assert Action.WAVE_PROPOSED in actions
    assert actions.count(Action.WAVE_AGREED) == 2


def test_what_was_agreed_to_is_grouped_into_one_lot(session, sign_in, three):
    from marketplace.grouping import services as grouping
    from marketplace.grouping.models import Proposal, ProposalMember

    reviewer = factories.make_person(session, Role.REVIEWER)
    wave = proposed(session, sign_in(reviewer))
    for person in three:
        browser = sign_in(person)
        browser.send(f"/contracts/waves/proposed/{wave.id}/answer", {"answer": "post"})
    run = grouping.start_run(session, [CODE], 5, by=reviewer, at=clock.now())
    grouping.solve_run_now(session, run, at=clock.now())
    session.commit()
    (lot,) = session.scalars(select(Proposal)).all()
    members = session.scalars(
        select(ProposalMember).where(ProposalMember.proposal_id == lot.id)
    ).all()
    assert len(members) == 3
    assert lot.net_benefit_likely == wave.worth_likely


def test_who_declines_says_why_and_nothing_is_drafted(session, sign_in, three):
    wave = proposed(session, sign_in(three[0]))
    browser = sign_in(three[1])
    address = f"/contracts/waves/proposed/{wave.id}/answer"
    assert "Choose what stands in the way" in browser.send(address, {"answer": "decline"}).text
    said = {"answer": "decline", "barrier": "lock_in", "reason": "Tied until 2030"}
    assert browser.send(address, said).status_code == 303
    session.expire_all()
    assert session.scalars(select(Requirement)).all() == []
    reviewer = sign_in(factories.make_person(session, Role.REVIEWER))
    page = f"/contracts/waves/proposed/{wave.id}"
    assert "Tied until 2030" in reviewer.get(page).text
    assert "Tied until 2030" not in sign_in(three[2]).get(page).text


def test_an_authority_answers_once_and_not_after_the_wave_was_taken_back(session, sign_in, three):
    wave = proposed(session, sign_in(three[0]))
    address = f"/contracts/waves/proposed/{wave.id}/answer"
    browser, another = sign_in(three[1]), sign_in(three[2])
    form = {**browser.hidden(address), "answer": "draft"}
    assert browser.post(address, form).status_code == 303
    assert browser.post(address, form).status_code == 303  # the same form counts once
    assert browser.post(address, {**form, "idempotency_key": "another"}).status_code == 409
    late = {**another.hidden(address), "answer": "draft"}
    page = f"/contracts/waves/proposed/{wave.id}"
    assert sign_in(three[0]).send(f"{page}/take-back", {}, page=page).status_code == 303
    assert another.post(address, late).status_code == 409
    session.expire_all()
    assert wave.status == WaveStatus.TAKEN_BACK
    assert len(session.scalars(select(Requirement)).all()) == 1


def test_a_contract_that_is_followed_by_now_bars_the_agreement(session, sign_in, three):
    wave = proposed(session, sign_in(three[0]))
    browser = sign_in(three[1])
    address = f"/contracts/waves/proposed/{wave.id}/answer"
    form = {**browser.hidden(address), "answer": "draft"}
    ending = browser.get("/contracts/ending").text
    ticked = re.findall(r'name="contract" value="([^"]+)"', ending)
    browser.send("/contracts/ending", {"contract": ticked, "before": "3", "after": "3"})
    assert browser.post(address, form).status_code == 409


def test_a_commissioner_proposes_waves_of_its_own_authority_only(session, sign_in, three):
    stranger = sign_in(factories.make_person(session, Role.COMMISSIONER))
    page = stranger.get(f"{PLACE}?before=0&after=0").text
    assert "it is for others to propose" in page
    address = propose_address(sign_in(three[0]).get(f"{PLACE}?before=0&after=0").text)
    in_20 = today() + timedelta(days=20)
    answer = stranger.send(address, {"answer_by": [in_20.day, in_20.month, in_20.year]})
    assert answer.status_code == 403
    assert session.scalars(select(Wave)).all() == []


def test_contracts_that_cannot_meet_or_are_of_one_authority_are_no_wave(session, sign_in, three):
    reviewer = sign_in(factories.make_person(session, Role.REVIEWER))
    late, own = contract(session, three[1], 30), contract(session, three[1], 30)
    first = contract(session, three[0], 3)
    for references, words in (
        ((first.reference, late.reference), "no month in common"),
        ((late.reference, own.reference), "two authorities or more"),
        ((first.reference, "CON-1999-0001"), "Look again"),
    ):
        asked = "&".join(f"contract={each}" for each in references)
        answer = reviewer.get(f"{PLACE}/propose?{asked}&before=1&after=1")
        assert answer.status_code == 422
        assert words in answer.text


def test_a_wave_wants_its_answers_on_a_day_to_come(session, sign_in, three):
    browser = sign_in(three[0])
    address = propose_address(browser.get(f"{PLACE}?before=0&after=0").text)
    now = today()
    answer = browser.send(address, {"answer_by": [now.day, now.month, now.year]})
    assert answer.status_code == 422
    assert "at least a day to answer" in answer.text


def test_another_authoritys_figures_are_not_in_what_a_member_sees(session, sign_in, three):
    """A wave that the centre proposed with a contract that is not public."""
    secret = contract(session, three[2], 17, title="A hidden contract", is_public=False)
    wave = proposed(session, sign_in(factories.make_person(session, Role.REVIEWER)))
    page = f"/contracts/waves/proposed/{wave.id}"
    seen = sign_in(three[0]).get(page).text
    assert secret.title not in seen
    assert "some of its contracts are not public" in seen
    assert secret.title in sign_in(three[2]).get(page).text


def test_the_calendar_counts_authorities_by_quarter_and_can_be_narrowed(session, sign_in, three):
    three[2].organisation.subregion = "South"
    reviewer = sign_in(factories.make_person(session, Role.REVIEWER))
    page = reviewer.get("/contracts/calendar").text
    assert "3 of 3" in page
    assert "<svg" in page
    south = reviewer.get("/contracts/calendar?subregion=South").text
    assert "1 of 1" in south
    table = reviewer.get("/contracts/calendar/endings.csv?subregion=South").data.decode("utf-8-sig")
    assert len(table.strip().splitlines()) == 2
    own = reviewer.get(f"/contracts/calendar?authority={three[0].organisation_id}").text
    assert "1 of 1" in own


def test_waves_are_taken_away_with_their_range(session, sign_in, three):
    table = sign_in(three[0]).get("/contracts/waves/waves.csv?before=0&after=0").data
    head, line = table.decode("utf-8-sig").strip().splitlines()
    assert "Worth, low" in head
    assert line.startswith(f"Library books,{CODE},{month(17)},2,1,5,3,3,0,")


@pytest.mark.parametrize(
    "query", ["before=x&after=-1", "before=999", "subregion=Nowhere", "authority=1", "category=12"]
)
def test_what_is_odd_in_the_address_asks_for_nothing(sign_in, three, query):
    browser = sign_in(three[0])
    for page in ("/contracts/calendar", "/contracts/waves"):
        assert browser.get(f"{page}?{query}").status_code == 200


def test_commands_say_the_same_as_the_pages(three, command, tmp_path):
    said = command("contracts", "waves", "--before", "0", "--after", "0")
    assert f"In {month(17):%B %Y}, 2 of 3 authorities are free" in said.output
    out = tmp_path / "endings.csv"
    command("contracts", "endings", "--csv", str(out))
    assert len(out.read_text("utf-8-sig").strip().splitlines()) == 4


def test_a_contract_that_may_be_ended_early_joins_the_wave(session, three, sign_in):
    """It ends beyond the calendar, and its clause lets it be followed with the others."""
    late = factories.make_person(session, Role.COMMISSIONER)
    tied = contract(session, late, 45, break_date=month(10), break_terms="Six months’ notice")
    session.commit()
    browser = sign_in(factories.make_person(session, Role.REVIEWER))
    page = browser.get(PLACE).text
    assert "ending 1 contract early under a break clause makes it 4" in page
    assert "it may be ended from" in page
    wave = proposed(session, browser, query="")
    member = session.scalars(select(WaveMember).where(WaveMember.contract_id == tied.id)).one()
    early = month_of(month(45)) - month_of(wave.start)
    assert (member.extended_by, member.ended_early_by) == (0, early)
    assert "Six months" not in browser.get("/contracts/calendar").text
    assert "months early" in browser.get(f"/contracts/waves/proposed/{wave.id}").text

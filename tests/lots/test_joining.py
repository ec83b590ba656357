"""The joining window through the pages: commit, commit if, decline, withdraw, close."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.audit.models import Action, AuditEntry
from marketplace.errors import Unacceptable
from marketplace.lots.conditions import Condition
from marketplace.lots.joining import commit_if
from marketplace.lots.models import Lot, LotMember, LotStatus
from marketplace.requirements.models import SharingExclusion
from tests import factories

NO_CONDITION = {
    "at_least_members": "",
    "at_least_volume": "",
    "at_least_saving": "",
    "with_authority": "",
    "other": "",
}
TIME = {"barrier": "time", "reason": "We cannot wait"}


@dataclass
class Window:
    """A lot of four authorities that are asked, and everybody's browser."""

    session: Any
    lot: Lot
    desk: Any
    browsers: list[Any]
    people: list[Any]

    @property
    def page(self) -> str:
        return f"/joining/{self.lot.id}"

    def commit(self, number: int):
        return self.browsers[number].send(f"{self.page}/commit", {}, page=self.page)

    def commit_if(self, number: int, **condition: str):
        return self.browsers[number].send(f"{self.page}/commit-if", NO_CONDITION | condition)

    def decline(self, number: int):
        return self.browsers[number].send(f"{self.page}/decline", TIME, page=self.page)

    def close(self):
        return self.desk.send(f"/lots/{self.lot.id}/close-window", {}, page=f"/lots/{self.lot.id}")

    def members(self) -> set[int]:
        self.session.expire_all()
        rows = self.session.scalars(
            select(LotMember.authority_id).where(LotMember.lot_id == self.lot.id, LotMember.active)
        )
        place = {person.organisation_id: n for n, person in enumerate(self.people)}
        return {place[row] for row in rows}

    def status(self) -> LotStatus:
        self.session.expire_all()
        return self.session.get_one(Lot, self.lot.id).status


@pytest.fixture
def window(session, sign_in) -> Window:
    factories.make_policy(session)
    return made_window(session, sign_in, values=(100_000, 200_000, 300_000, 400_000))


def made_window(session, sign_in, values) -> Window:
    people = [factories.make_person(session, Role.COMMISSIONER) for _ in values]
    requirements = [
        factories.make_requirement(session, person.organisation, value=Decimal(value))
        for person, value in zip(people, values, strict=True)
    ]
    reviewer = factories.make_person(session, Role.REVIEWER)
    lot = factories.make_joining(session, requirements, reviewer)
    session.commit()
    return Window(session, lot, sign_in(reviewer), [sign_in(p) for p in people], people)


def test_a_condition_that_holds_binds_and_one_that_does_not_frees(window):
    assert window.commit(0).status_code == 303
    assert window.commit_if(1, at_least_members="3").status_code == 303
    assert window.commit_if(2, at_least_volume="£600,000").status_code == 303
    assert window.commit_if(3, at_least_saving="£90,000").status_code == 303
    assert window.close().status_code == 303
    # Authority 3 could save at most about £50,000; with it gone, 1 + 2 + 3 hundred thousand hold.
    assert window.members() == {0, 1, 2}
    assert "At the close your condition did not hold" in window.browsers[3].get(window.page).text
    assert "your authority is in the lot" in window.browsers[1].get(window.page).text
    assert "saving of its own" in window.desk.get(f"/lots/{window.lot.id}").text


def test_a_named_partner_that_declines_takes_its_followers_along(window):
    window.commit(0)
    window.commit(2)
    window.commit_if(1, with_authority=str(window.people[3].organisation_id))
    window.decline(3)
    window.close()
    assert window.members() == {0, 2}


def test_where_no_conditions_hold_together_the_lot_is_cancelled_and_says_so(window):
    for number in range(3):
        window.commit_if(number, at_least_members="4")
    window.decline(3)
    window.close()
    assert window.status() == LotStatus.CANCELLED
    assert "Nobody had committed" in window.browsers[0].get(window.page).text
    assert window.members() == set()


def test_a_lot_that_is_no_longer_worth_it_is_cancelled_and_everybody_is_told_why(session, sign_in):
    factories.make_policy(session, coordination_cost=Decimal(12_000), tender_cost=Decimal(0))
    window = made_window(session, sign_in, values=(20_000, 20_000, 900_000, 900_000))
    for number in (0, 1):
        window.commit(number)
    for number in (2, 3):
        window.decline(number)
    window.close()
    assert window.status() == LotStatus.CANCELLED
    why = "buying together no longer costs less than buying alone"
    for browser in window.browsers:
        assert why in browser.get(window.page).text
        assert why in browser.get("/messages").text


def test_those_who_cannot_share_are_told_so_without_who_said_it(window):
    for number in range(4):
        window.commit(number)
    one, other = (window.people[n].organisation_id for n in (0, 1))
    window.session.add(SharingExclusion(authority_id=one, other_id=other, category_code=None))
    window.close()
    page = window.browsers[2].get(window.page).text
    assert "Those who committed cannot share a lot: two of them do not share." in page


def test_a_condition_that_asks_for_nothing_or_cannot_hold_is_refused(window):
    nothing = window.commit_if(0)
    assert nothing.status_code == 422
    assert "Say under which condition" in nothing.text
    assert window.commit_if(0, at_least_members="5").status_code == 422
    assert window.commit_if(0, at_least_members="many").status_code == 422
    itself = str(window.people[0].organisation_id)
    assert window.commit_if(0, with_authority=itself).status_code == 422
    stranger = factories.make_organisation(window.session)
    assert window.commit_if(0, with_authority=str(stranger.id)).status_code == 422
    assert "Awaited" in window.browsers[0].get(window.page).text


def test_a_condition_that_gets_harder_as_more_join_is_explained_away(window):
    page = window.browsers[0].get(f"{window.page}/commit-if").text
    assert "Why not “at most” or “without”?" in page
    for harder in ("most_members", "most_volume", "without"):
        refused = window.commit_if(0, at_least_members="2", other=harder)
        assert refused.status_code == 422
        assert "harder to meet as more join" in refused.text
    assert "Awaited" in window.browsers[0].get(window.page).text


def test_a_withdrawal_is_recorded_and_shows_what_it_does_to_the_others(window):
    window.commit(0)
    window.commit(1)
    page = window.browsers[0].get(window.page).text
    assert "Without you, the lot could not go on" in page
    window.commit(2)
    page = window.browsers[0].get(window.page).text
    assert "still go on with the 2 other authorities" in page
    window.decline(0)
    actions = set(window.session.scalars(select(AuditEntry.action)))
    assert Action.JOINING_WITHDRAWN in actions
    assert Action.JOINING_DECLINED not in actions
    kept = window.desk.get(f"/lots/{window.lot.id}").text
    assert "Withdrew" in kept
    assert "The lot could go on with the 2 other authorities committed." in kept
    window.commit(0)
    assert "Withdrew" not in window.desk.get(f"/lots/{window.lot.id}").text


def test_answers_change_until_the_window_closes_and_then_bind(window):
    window.commit(0)
    window.decline(0)
    window.commit_if(0, at_least_members="2")
    window.commit(0)
    for number in (1, 2, 3):
        window.commit(number)
    window.close()
    assert window.members() == {0, 1, 2, 3}
    for late in (window.decline(0), window.commit_if(0, at_least_members="3")):
        assert late.status_code == 409
        assert "The joining window is closed" in late.text


def test_the_window_does_not_close_before_its_time_while_answers_are_awaited(window):
    window.commit(0)
    assert window.desk.post(f"/lots/{window.lot.id}/close-window", {}).status_code in (400, 409)
    lot = window.session.get_one(Lot, window.lot.id)
    lot.joining_opens_at -= timedelta(days=30)
    lot.joining_closes_at = clock.now() - timedelta(minutes=1)
    assert window.commit(1).status_code in (400, 409)
    assert window.close().status_code == 303
    assert window.status() == LotStatus.CANCELLED


def test_a_supplier_and_a_stranger_have_no_part_in_a_window(window, sign_in):
    supplier = sign_in(factories.make_person(window.session, Role.SUPPLIER))
    assert supplier.get(f"{window.page}/commit-if").status_code == 403
    stranger = sign_in(factories.make_person(window.session, Role.COMMISSIONER))
    assert stranger.get(f"{window.page}/commit-if").status_code == 404


def held(session, sign_in, values: tuple[int, ...], **condition: str) -> bool:
    """Whether the first authority's condition holds where all others commit without one."""
    window = made_window(session, sign_in, values)
    for number in range(1, len(values)):
        window.commit(number)
    assert window.commit_if(0, **condition).status_code == 303
    window.close()
    return 0 in window.members()


ALIKE = (100_000, 250_000, 250_000), (100_000, 250_000, 310_000)
"""Two lots that look the same to the first authority: its own part, and £500,000 of others."""
SEARCHED = [{"at_least_volume": f"{volume}"} for volume in (590_000, 605_000, 640_000, 670_000)]


@pytest.mark.one_database
def test_an_answer_under_a_condition_tells_no_more_than_the_page_did(session, sign_in):
    factories.make_policy(session)
    for condition in SEARCHED:
        told = {held(session, sign_in, values, **condition) for values in ALIKE}
        assert len(told) == 1, condition


@pytest.mark.one_database
def test_conditions_on_real_volumes_would_tell_them_apart(session, sign_in, monkeypatch):
    """The seeded fault: the same search, with volumes as they are."""
    factories.make_policy(session)
    monkeypatch.setattr("marketplace.lots.closing.coarse", lambda amount: amount)
    told = [{held(session, sign_in, values, **each) for values in ALIKE} for each in SEARCHED]
    assert {True, False} in told


def test_where_the_others_volume_is_hidden_no_answer_may_rest_on_it(session, sign_in):
    factories.make_policy(session)
    window = made_window(session, sign_in, values=(100_000, 200_000))
    page = window.browsers[0].get(f"{window.page}/commit-if").text
    assert "cannot rest on the volume" in page
    assert 'name="at_least_volume"' not in page
    # Sent all the same, it is as if nothing had been asked for.
    assert window.commit_if(0, at_least_volume="£250,000").status_code == 422
    lot, person = window.lot, window.people[0]
    with pytest.raises(Unacceptable, match="cannot rest on it"):
        commit_if(
            session,
            lot,
            person.organisation,
            Condition(at_least_saving=Decimal(1)),
            by=person,
            at=clock.now(),
        )

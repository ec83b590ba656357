"""What a release shows, to whom, and when: who pays more sees it first."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.errors import WrongState
from marketplace.messages.models import Message, MessageKind
from marketplace.unit_prices import reminders
from marketplace.unit_prices.models import FIRST_LOOK, PriceFigure, PriceRelease
from marketplace.unit_prices.quarters import beginning_of, next_quarter, quarter_of
from marketplace.unit_prices.releasing import make_release
from marketplace.unit_prices.services import withdraw_price
from tests import factories
from tests.unit_prices.worlds import give

BOOKS = "22113000"
PRICES = ("9.00", "10.00", "11.00", "12.00", "18.00")


class London:
    """Five commissioners who give a price of books, the last of whom pays most."""

    def __init__(self, session, count: int = 5) -> None:
        factories.make_policy(session, BOOKS).unit = "books"
        self.session = session
        self.people = [factories.make_person(session, Role.COMMISSIONER) for _ in range(count)]
        self.given = [
            give(session, person.organisation, BOOKS, price, unit="books", at=clock.now())
            for person, price in zip(self.people, PRICES, strict=False)
        ]

    def release(self, at: datetime) -> PriceFigure | None:
        make_release(self.session, quarter_of(clock.london_day(at)), at=at)
        query = select(PriceFigure).order_by(PriceFigure.released_at.desc())
        return self.session.scalars(query.limit(1)).first()


def days_ago(count: int) -> datetime:
    return clock.now() - timedelta(days=count)


def test_who_gives_a_price_sees_three_figures_and_its_own_place(session, sign_in):
    london = London(session)
    figure = london.release(days_ago(20))
    page = sign_in(london.people[0]).get("/unit-prices").text
    for shown in ("£10", "£11", "£12.10"):
        assert shown in page
    assert "Among the lowest quarter" in page
    assert "£18" not in sign_in(london.people[1]).get(f"/unit-prices/{figure.id}").text


def test_who_gives_none_sees_nothing_but_where_it_could(session, sign_in):
    london = London(session)
    figure = london.release(days_ago(20))
    browser = sign_in(factories.make_person(session, Role.COMMISSIONER))
    page = browser.get("/unit-prices").text
    assert "Give a price to see these" in page
    assert "£11" not in page
    assert browser.get(f"/unit-prices/{figure.id}").status_code == 404


def test_who_withdraws_its_last_price_no_longer_sees_the_others(session, sign_in):
    london = London(session)
    figure = london.release(days_ago(20))
    withdraw_price(session, london.given[0], by=london.people[0], at=clock.now())
    assert sign_in(london.people[0]).get(f"/unit-prices/{figure.id}").status_code == 404


def test_the_centre_sees_the_figures_and_nobodys_price(session, sign_in):
    london = London(session)
    figure = london.release(days_ago(20))
    for role in (Role.REVIEWER, Role.ADMINISTRATOR):
        page = sign_in(factories.make_person(session, role)).get(f"/unit-prices/{figure.id}").text
        assert "£11" in page
        assert "Your place" not in page
        assert "£18" not in page


def test_suppliers_never_see_what_is_paid(session, sign_in):
    figure = London(session).release(days_ago(20))
    browser = sign_in(factories.make_person(session, Role.SUPPLIER))
    assert browser.get("/unit-prices").status_code == 403
    assert browser.get(f"/unit-prices/{figure.id}").status_code == 403


def test_who_pays_more_than_the_median_is_shown_it_two_weeks_before_the_others(session, sign_in):
    london = London(session)
    figure = london.release(days_ago(13))
    path = f"/unit-prices/{figure.id}"
    first = sign_in(london.people[4])
    assert "You see this first" in first.get(path).text
    assert "you pay more than most" in first.get("/").text.lower()
    others = [*london.people[:3], *(factories.make_person(session, r) for r in (Role.REVIEWER,))]
    for person in others:
        browser = sign_in(person)
        assert browser.get(path).status_code == 404
        assert "£11" not in browser.get("/unit-prices").text
    figure.released_at -= timedelta(days=1)
    for person in others:
        assert sign_in(person).get(path).status_code == 200
    assert "You see this first" not in first.get(path).text


def test_the_task_goes_once_the_authority_has_seen_it(session, sign_in):
    london = London(session)
    figure = london.release(days_ago(3))
    browser, path = sign_in(london.people[4]), f"/unit-prices/{figure.id}"
    assert path in browser.get("/").text
    assert browser.send(f"{path}/seen", {}, page=path).status_code == 303
    assert path not in browser.get("/").text
    assert "Seen on" in browser.get(path).text


def test_those_who_pay_more_are_told_first_and_the_others_when_they_may_look(session):
    london = London(session)
    figure = london.release(days_ago(13))

    def told(kind: MessageKind) -> set[object]:
        query = select(Message.person_id).where(Message.kind == kind)
        return set(session.scalars(query))

    above = {london.people[3].id, london.people[4].id}
    assert told(MessageKind.PAYS_ABOVE_MEDIAN) <= above
    assert london.people[4].id in told(MessageKind.PAYS_ABOVE_MEDIAN)
    reminders.write(session, clock.now())
    assert told(MessageKind.PRICES_SHOWN) == set()
    for _ in range(2):
        reminders.write(session, figure.released_at + FIRST_LOOK)
    everybody = {person.id for person in london.people}
    assert told(MessageKind.PRICES_SHOWN) == everybody - told(MessageKind.PAYS_ABOVE_MEDIAN)


def test_three_that_give_have_no_figure(session, sign_in):
    london = London(session, count=3)
    assert london.release(days_ago(20)) is None
    page = sign_in(london.people[0]).get("/unit-prices/own").text
    assert "Waits for others" in page


def test_what_is_given_after_the_first_day_waits_for_the_next_quarter(session):
    london = London(session, count=3)
    day = quarter_of(clock.london_day(clock.now()))
    late = factories.make_organisation(session)
    give(session, late, BOOKS, "13.00", unit="books", at=clock.now()).given_at = beginning_of(day)
    assert london.release(clock.now()) is None
    make_release(session, next_quarter(day), at=clock.now() + timedelta(days=95))
    assert session.scalars(select(PriceFigure)).one().at_least == 4


def test_the_worker_makes_one_release_a_quarter(session):
    London(session)
    for _ in range(2):
        if reminders.are_due(session, clock.now()):
            reminders.write(session, clock.now())
    assert session.scalars(select(PriceRelease)).one().day == quarter_of(
        clock.london_day(clock.now())
    )
    later = beginning_of(next_quarter(clock.london_day(clock.now())))
    assert reminders.are_due(session, later)


@pytest.mark.parametrize("day", [date(2026, 10, 2), date(2026, 11, 1)])
def test_no_figure_is_released_on_another_day(session, day):
    with pytest.raises(WrongState, match="first day of a quarter"):
        make_release(session, day, at=clock.now())


def test_a_quarter_is_released_once(session):
    for day, said in ((date(2026, 10, 1), None), (date(2026, 10, 1), "already")):
        if said is None:
            make_release(session, day, at=clock.now())
        else:
            with pytest.raises(WrongState, match=said):
                make_release(session, day, at=clock.now())


def test_an_earlier_figure_stays_as_it_was(session, sign_in):
    london = London(session)
    first = london.release(days_ago(200))
    shown = (first.lower, first.median, first.upper)
    late = factories.make_organisation(session)
    give(session, late, BOOKS, "13.00", unit="books", at=clock.now())
    assert london.release(days_ago(20)).id == first.id
    assert (first.lower, first.median, first.upper) == shown
    assert "£11" in sign_in(london.people[0]).get("/unit-prices").text

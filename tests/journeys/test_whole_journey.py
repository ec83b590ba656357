"""From requirement to contract at a browser: every role, each step on its own page.

Made with scripts and without, on both databases; each page is looked over wide and narrow.
"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from marketplace import clock
from marketplace.accounts.models import Organisation, OrganisationKind, Role
from marketplace.contracts.models import Contract
from marketplace.grouping import services as grouping
from marketplace.grouping.models import GroupingRun
from marketplace.lots.models import Answer, Lot, LotMember, LotStatus
from marketplace.requirements.models import Requirement
from tests import factories

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Cast:
    """Everybody in the journey, with names that stay readable after each commit."""

    def __init__(self, session) -> None:
        factories.make_policy(session)
        self.buyers = []
        for name in ("Northam", "Easton", "Westley"):
            authority = factories.make_organisation(session, name=name)
            self.buyers.append(factories.make_person(session, Role.COMMISSIONER, authority))
            factories.make_requirement(session, authority)
        centre = factories.make_organisation(session, OrganisationKind.CENTRE)
        self.reviewers = [factories.make_person(session, Role.REVIEWER, centre) for _ in range(2)]
        self.suppliers = [
            factories.make_person(
                session,
                Role.SUPPLIER,
                factories.make_organisation(session, OrganisationKind.SUPPLIER, name=name),
            )
            for name in ("Dear Books Ltd", "Fair Books Ltd")
        ]
        for opener in (self.reviewers[1], *self.buyers[:2]):
            factories.make_opener(session, opener)
        self.administrator = factories.make_person(session, Role.ADMINISTRATOR, centre)
        session.commit()


@pytest.mark.both_databases
def test_requirements_become_contracts_at_the_browser(session, visit):
    cast = Cast(session)
    desk = visit(cast.reviewers[0])
    group(session, desk)
    approve(desk)
    lot = session.scalars(select(Lot)).one()
    key, reference = lot.id, lot.reference
    buyers = [visit(person) for person in cast.buyers]
    answer(buyers, reference)
    second = visit(cast.reviewers[1])
    publish(desk, second, reference)
    suppliers = [visit(person) for person in cast.suppliers]
    ask_and_answer(desk, suppliers[0], reference)
    bid(suppliers, reference, desk)
    session.execute(update(Lot).where(Lot.id == key).values(deadline=LONG_AGO))
    session.commit()
    evaluate([desk, second], reference)
    read_results(suppliers, buyers, reference)
    look_back(visit(cast.administrator), reference)
    session.commit()
    contracts = session.execute(
        select(Organisation.name, Contract.supplier_name, Contract.value).join(
            Contract, Contract.authority_id == Organisation.id
        )
    )
    assert sorted((name, who, str(value)) for name, who, value in contracts) == [
        ("Easton", "Fair Books Ltd", "94000.00"),
        ("Northam", "Fair Books Ltd", "94000.00"),
    ]


def group(session, desk) -> None:
    desk.follow("Grouping")
    desk.go("/grouping/start")
    desk.fill("Longest time to search, in seconds", "soon")
    desk.press("Start grouping")
    assert desk.sees("Enter a whole number")
    desk.fill("Longest time to search, in seconds", "10")
    desk.press("Start grouping")
    assert desk.sees("Waiting for a worker")
    session.commit()
    run = session.scalars(select(GroupingRun)).one()
    grouping.solve_run_now(session, run, at=clock.now())
    session.commit()


def approve(desk) -> None:
    desk.go("/")
    desk.follow("1 proposal awaits your decision")
    assert desk.sees("Library books for 3 authorities")
    desk.follow("PROP-")
    desk.follow("Approve and open a joining window")
    desk.fill_day("closes_on", 31, 2, 2027)
    desk.press("Approve and ask the authorities")
    assert desk.sees("Enter a date that exists")
    day = clock.london_day(clock.now() + timedelta(days=21))
    desk.fill_day("closes_on", day.day, day.month, day.year)
    desk.fill("Why you approve it", "It pays for each of them.")
    desk.press("Approve and ask the authorities")
    assert desk.sees("the authorities are asked to commit or decline")


def answer(buyers, reference: str) -> None:
    for buyer in buyers:
        buyer.go("/")
        buyer.follow(f"{reference}: commit to")
    for buyer in buyers[:2]:
        buyer.press("Commit to this lot")
        assert buyer.sees(f"has committed to {reference}")
    last = buyers[2]
    last.press("Decline")
    assert last.sees("Say why your authority declines")
    last.page.get_by_label("What stands in the way").select_option(label="Time")
    last.fill("Why your authority declines", "Our contract runs on for two years")
    last.press("Decline")
    assert last.sees(f"has declined {reference}")


def publish(desk, second, reference: str) -> None:
    desk.go("/lots")
    desk.follow(reference)
    desk.press("Close the window and work the lot out again")
    assert desk.sees("goes on with those who committed")
    desk.follow("Publish this lot")
    desk.press("Ask to publish this lot")
    assert desk.sees("Describe what is to be supplied")
    desk.fill("What is to be supplied", "Books for adults and children")
    desk.fill("Terms of the contracts", "The model terms of the Centre")
    day = clock.london_day(clock.now() + timedelta(days=30))
    desk.fill_day("deadline_day", day.day, day.month, day.year)
    desk.page.get_by_label("Time of the deadline, in London").select_option("12")
    desk.fill("Question 1", "How will you deliver?")
    desk.fill("Points for question 1", "20")
    desk.fill("What one quality point is worth, in pounds", "100")
    desk.page.get_by_label("The earlier bid", exact=True).check()
    desk.press("Ask to publish this lot")
    assert desk.sees("It waits for another person")
    second.go("/")
    second.follow(f"{reference}: confirm that we publish this lot")
    second.press("Confirm, and publish this lot")
    assert second.sees("is on the market")


def ask_and_answer(desk, supplier, reference: str) -> None:
    supplier.follow("Lots")
    supplier.go(f"/lots?q={reference}")
    supplier.follow(reference)
    supplier.fill("Your question", "May we deliver at night?")
    supplier.press("Ask")
    assert supplier.sees("Your question is sent")
    desk.go("/")
    desk.follow(f"{reference}: answer 1 question")
    desk.page.get_by_role("link", name="Answer").first.click()
    desk.look()
    desk.fill("Answer", "Yes, after ten")
    desk.press("Answer for all to see")
    supplier.go(supplier.page.url.removeprefix(supplier.address))
    assert supplier.sees("Yes, after ten")


def bid(suppliers, reference: str, desk) -> None:
    for supplier, price in zip(suppliers, ("£96,000", "94k"), strict=True):
        supplier.go(f"/lots?q={reference}")
        supplier.follow(reference)
        supplier.follow("Bid for this lot")
        supplier.fill("Price for Northam, in pounds", "a lot")
        supplier.press("Send this bid")
        assert supplier.sees("Enter an amount in pounds")
        supplier.fill("Price for Northam, in pounds", price)
        supplier.fill("Price for Easton, in pounds", price)
        supplier.fill("How will you deliver?", "By electric van, each week")
        supplier.page.get_by_label("This is our offer for all").check()
        supplier.press("Send this bid")
        assert supplier.sees("Your bid is received")
    desk.go(f"/lots?q={reference}")
    desk.follow(reference)
    assert not desk.sees("96,000")
    suppliers[0].go("/bids")
    assert suppliers[0].sees(reference)


def evaluate(desks, reference: str) -> None:
    first, second = desks
    first.go("/")
    first.follow(f"{reference}: open the bids")
    first.press("Open all bids")
    assert first.sees("Dear Books Ltd")
    for desk in desks:
        desk.go("/")
        desk.follow(f"{reference}: score and award")
        desk.follow("Give your scores")
        for score in desk.page.locator("select[name^=score_]").all():
            score.select_option("4")
        desk.press("Save these scores")
        assert desk.sees("Your scores are saved")
    second.follow("Compare the scores and agree")
    second.press("Save these scores")
    assert second.sees("Choose a score for")
    for score in second.page.locator("select[name^=score_]").all():
        score.select_option("4")
    for reason in second.page.locator("textarea[name^=words_]").all():
        reason.fill("Sound and complete")
    second.press("Save these scores")
    first.go("/")
    first.follow(f"{reference}: score and award")
    first.follow("Award this lot")
    first.press("Ask to award this lot")
    assert first.sees("Give the reason")
    first.fill("Reason for the award", "The lowest evaluated price")
    first.press("Ask to award this lot")
    assert first.sees("It waits for another person")
    second.go("/")
    second.follow(f"{reference}: confirm that we award this lot")
    second.press("Confirm, and award this lot")
    assert second.sees("its contracts are in the register")


def read_results(suppliers, buyers, reference: str) -> None:
    for supplier, result in zip(suppliers, ("Your bid did not win", "Your bid won"), strict=True):
        supplier.go("/")
        supplier.follow(f"{reference}: read the result")
        assert supplier.sees(result)
    buyers[0].go(f"/lots?q={reference}")
    buyers[0].follow(reference)
    buyers[0].follow("See the award")
    assert buyers[0].sees("£94,000")
    buyers[0].follow("See your contracts")
    buyers[0].follow("Library books for")
    assert buyers[0].sees("Fair Books Ltd")


def look_back(office, reference: str) -> None:
    office.go(f"/record?thing={reference}")
    assert office.sees("Bids opened")
    for place in ("People", "Categories", "Contracts", "Requirements", "Proposals"):
        office.follow(place)


def test_a_supplier_bids_by_keyboard_alone(session, visit):
    cast = Cast(session)
    lot_to_bid_for(session, cast)
    keys = Keyboard(visit(cast.suppliers[0]))
    keys.tab_to("Lots")
    keys.press("Enter")
    keys.tab_to("LOT-")
    keys.press("Enter")
    keys.tab_to("Bid for this lot")
    keys.press("Enter")
    keys.tab_to("Price for Northam, in pounds")
    keys.write("a lot")
    keys.tab_to("Send this bid")
    keys.press("Enter")
    assert keys.visitor.sees("There is a problem")
    keys.tab_to("Enter an amount in pounds, like")
    keys.press("Enter", moves=False)
    assert keys.focused().startswith("Price for Northam")
    keys.page.keyboard.press("Control+A")
    keys.write("96000")
    keys.tab_to("This is our offer")
    keys.press("Space", moves=False)
    keys.tab_to("Send this bid")
    keys.press("Enter")
    assert keys.visitor.sees("Your bid is received")


def lot_to_bid_for(session, cast: Cast) -> None:
    """An open lot of one authority, where price alone decides."""
    now = clock.now()
    lot = factories.make_lot(
        session,
        title="Books to bid for",
        status=LotStatus.OPEN,
        published_at=now,
        joining_closed_at=now,
        deadline=now + timedelta(days=9),
    )
    factories.name_openers(session, lot)
    requirement = session.scalars(
        select(Requirement).where(Requirement.authority_id == cast.buyers[0].organisation_id)
    ).one()
    session.add(
        LotMember(
            lot_id=lot.id,
            requirement_id=requirement.id,
            authority_id=requirement.authority_id,
            value=requirement.value,
            answer=Answer.COMMITTED,
            answered_at=now,
        )
    )
    session.commit()


class Keyboard:
    """A visitor without a mouse, who must always see where they are."""

    def __init__(self, visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def tab_to(self, name: str) -> None:
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.focused().startswith(name):
                assert self.focus_is_seen(), f"nothing shows that {name} has the focus"
                return
        raise AssertionError(f"{name} is not reached by the Tab key")

    def focused(self) -> str:
        """What the focused thing is called."""
        return str(
            self.page.evaluate(
                """() => {
                    const at = document.activeElement;
                    const label = at.labels && at.labels[0];
                    return (label || at).textContent.trim().replace(/\\s+/g, ' ');
                }"""
            )
        )

    def focus_is_seen(self) -> bool:
        return bool(
            self.page.evaluate(
                """() => {
                    const look = getComputedStyle(document.activeElement);
                    return (look.outlineStyle !== 'none' && look.outlineWidth !== '0px')
                        || look.boxShadow !== 'none';
                }"""
            )
        )

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, key: str, *, moves: bool = True) -> None:
        """Press a key, and look the page over that it leads to."""
        if not moves:
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.visitor.look()

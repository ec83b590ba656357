"""Before the opening nobody, staff included, sees a bid or can tell how many there are.

Everybody looks at every page that they can reach, before and after two suppliers bid. Nothing that
the suppliers wrote may be on any page, and nobody else's pages may differ at all.
"""

import html
import re
import secrets
from collections.abc import Mapping

import pytest
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import func, select, true

from marketplace import clock
from marketplace.audit import queries as record
from marketplace.bids.models import Bid, BidRevision
from marketplace.references import ReferenceCounter
from tests.conftest import Browser
from tests.door.conftest import Door, with_files
from tests.pages import FORMS, PAGES

CROWD = ("commissioner", "stranger", "reviewer", "colleague", "administrator", "outsider")
LOT = "unbid"
"""A lot that is open and has no bid yet."""
STEPS = 3
MOST_PAGES = 120


def crowd(door: Door) -> dict[str, Browser]:
    """Everybody but the two who will bid."""
    world = door.world
    people = (world.commissioners[0], world.stranger, *world.reviewers)
    return dict(
        zip(CROWD, map(door.of, (*people, world.administrator, world.outsider)), strict=True)
    )


def beginnings(door: Door) -> list[str]:
    """Each page of the site in the world, and what a nosy reader would ask of the record."""
    world = door.world
    lot = world.lots[LOT]
    pages = [page.at(world) for pages in PAGES.values() for page in pages]
    nosy = [
        *(f"/record?action={action}" for action in ("bid_submitted", "bid_withdrawn")),
        f"/record?thing={lot.reference}",
        f"/record?thing={lot.id}",
        *(f"/record?person={person.name}" for person in world.suppliers),
        f"/lots?q={lot.reference}",
        *(f"/lots/{lot.id}{rest}" for rest in ("", "/bids", "/evaluation", "/open", "/result")),
    ]
    return sorted({*pages, *nosy})


def crawl(browser: Browser, door: Door) -> dict[str, str]:
    """Every page that the browser reaches, without what is fresh in each answer."""
    found: dict[str, str] = {}
    ahead = beginnings(door)
    for _ in range(STEPS):
        links: set[str] = set()
        for path in ahead:
            if path in found or path.startswith("/static"):
                continue
            answer = browser.client.get(path)
            text = answer.get_data(as_text=True) if answer.mimetype.startswith("text") else ""
            found[path] = f"{answer.status_code} {settled(text)}"
            links |= {html.unescape(link) for link in re.findall(r'href="(/[^"#]*)"', text)}
        if len(found) >= MOST_PAGES:
            break
        ahead = sorted(links - found.keys())[: MOST_PAGES - len(found)]
    return found


def settled(text: str) -> str:
    """Without the tokens of the answer."""
    return re.sub(r'nonce="[^"]*"|value="[^"]{32,}"', "", text)


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch):
    """Pages say how long ago things were, which would change between two looks."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)


def bid(door: Door, person) -> list[str]:
    """Send a bid full of marks that nothing else has; they are given back."""
    sent = FORMS["bids.submit"][0]
    assert sent.at(door.world) == f"/lots/{door.world.lots[LOT].id}/bid"
    browser = door.of(person)
    hidden = browser.hidden(sent.at(door.world))
    marks = []
    form = dict(sent.answers(door.world))
    for name in form:
        if name.startswith("price_"):
            pence = 10_000_00 + secrets.randbelow(80_000_00)
            form[name] = f"{pence // 100}.{pence % 100:02d}"
            marks += [form[name], f"{pence / 100:,.2f}", f"{pence // 100:,}", f"{pence}"]
        elif name.startswith("answer_"):
            form[name] = secrets.token_hex(12)
            marks.append(form[name])
    name, content = secrets.token_hex(12), secrets.token_hex(12)
    form["documents"] = [(content.encode(), f"{name}.txt")]
    answer = browser.post(sent.at(door.world), with_files({**hidden, **form}))
    assert answer.status_code == 303, answer.text
    browser.get(answer.location)  # where it is told once that the bid is received
    return [*marks, name, content]


def leaks(
    before: Mapping[str, Mapping[str, str]],
    after: Mapping[str, Mapping[str, str]],
    marks: list[str],
) -> list[str]:
    """What each reader's pages give away; empty where they give away nothing."""
    found = []
    for reader, pages in after.items():
        for path, text in pages.items():
            found += [f"{reader} sees {mark} on {path}" for mark in marks if mark in text]
            if text != before[reader].get(path, text):
                found.append(f"{reader}'s page {path} changed")
        found += [f"{reader} reaches {path}" for path in pages.keys() - before[reader].keys()]
    return found


def looked_at(door: Door) -> dict[str, dict[str, str]]:
    return {reader: crawl(browser, door) for reader, browser in crowd(door).items()}


def test_no_page_of_anybody_shows_a_bid_or_that_there_is_one(door: Door):
    first, second = door.world.suppliers
    door.of(first), door.of(second)  # they sign in before anybody looks
    before = looked_at(door)
    assert min(map(len, before.values())) > 60
    marks = bid(door, first) + bid(door, second)
    assert door.world.session.scalar(select(func.count()).select_from(BidRevision)) > 2
    assert leaks(before, looked_at(door), marks) == []


def test_a_bidder_sees_its_own_receipt_and_nothing_of_the_other(door: Door):
    first, second = door.world.suppliers
    bid(door, first)
    before = {"first": crawl(door.of(first), door)}
    assert "was received" in before["first"][f"/lots/{door.world.lots[LOT].id}"]
    marks = bid(door, second)
    assert leaks(before, {"first": crawl(door.of(first), door)}, marks) == []


@pytest.mark.one_database
def test_withdrawing_a_bid_is_not_seen_either(door: Door):
    first = door.world.suppliers[0]
    bid(door, first)
    staff = {name: crowd(door)[name] for name in ("reviewer", "administrator")}
    before = {name: crawl(browser, door) for name, browser in staff.items()}
    page = f"/lots/{door.world.lots[LOT].id}/bid/withdraw"
    assert door.of(first).send(page, {}).status_code == 303
    assert leaks(before, {name: crawl(each, door) for name, each in staff.items()}, []) == []


def test_a_reference_does_not_tell_how_many_bids_there_are(door: Door):
    for person in door.world.suppliers:
        bid(door, person)
    session = door.world.session
    assert "BID" not in session.scalars(select(ReferenceCounter.kind)).all()
    drawn = session.scalars(select(Bid.reference).where(Bid.lot_id == door.world.lots[LOT].id))
    assert all(re.fullmatch(r"BID-[0-9]{4}-[0-9A-Z]{7}", reference) for reference in drawn)


LEAKY = {
    "a count in a template": "{{ count_of_bids(lot) }}",
    "a hint in a template": "{% if count_of_bids(lot) %}Interest is good.{% endif %}",
}


@pytest.fixture
def leaky_template(app, monkeypatch):
    """leaky_template(source) puts a template that gives bids away in place of the right one."""
    environment = app.jinja_env

    def count(lot):
        from marketplace.db import db

        return db.session.scalar(select(func.count()).where(Bid.lot_id == lot.id))

    def put(source: str) -> None:
        loader = ChoiceLoader([DictLoader({"bids/_lot_actions.html": source}), environment.loader])
        monkeypatch.setattr(environment, "loader", loader)
        monkeypatch.setitem(environment.globals, "count_of_bids", count)
        environment.cache.clear()

    yield put
    monkeypatch.undo()
    environment.cache.clear()


@pytest.mark.one_database
@pytest.mark.parametrize("fault", LEAKY)
def test_the_checker_catches_a_page_that_tells(door: Door, leaky_template, fault):
    leaky_template(LEAKY[fault])
    door.of(door.world.suppliers[0])
    before = {"reviewer": crawl(door.of(door.world.reviewers[0]), door)}
    marks = bid(door, door.world.suppliers[0])
    after = {"reviewer": crawl(door.of(door.world.reviewers[0]), door)}
    assert any("changed" in leak for leak in leaks(before, after, marks))


@pytest.mark.one_database
def test_the_checker_catches_a_record_that_shows_entries_about_bids(door: Door, monkeypatch):
    monkeypatch.setattr(record, "_may_be_seen", true)
    monkeypatch.setattr(record, "entries", record.entries.__wrapped__)  # remembered ones are right
    door.of(door.world.suppliers[0])
    before = {"administrator": crawl(door.of(door.world.administrator), door)}
    marks = bid(door, door.world.suppliers[0])
    after = {"administrator": crawl(door.of(door.world.administrator), door)}
    assert any("/record" in leak for leak in leaks(before, after, marks))


@pytest.mark.one_database
def test_the_checker_catches_a_bid_kept_in_the_open(door: Door):
    """An answer copied into the description of the lot would be read there."""
    before = {"reviewer": crawl(door.of(door.world.reviewers[0]), door)}
    marks = bid(door, door.world.suppliers[0])
    door.world.lots[LOT].description = f"Somebody offers {marks[-3]}"
    door.world.session.commit()
    after = {"reviewer": crawl(door.of(door.world.reviewers[0]), door)}
    assert any(marks[-3] in leak for leak in leaks(before, after, marks))

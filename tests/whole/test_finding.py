"""Things are found by the words that theirs begin with, whichever way the index is read."""

import itertools
import re
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from marketplace import finding, searching
from marketplace.accounts.models import Role
from marketplace.contracts.models import Contract
from marketplace.finding import IndexedWord, words_of
from marketplace.lots.models import Lot
from marketplace.requirements.models import Requirement
from marketplace.searching import has_words, sought
from tests import factories

TITLES = (
    "Library books for children",
    "Books, e-books and audio books",
    "Agency staff: social workers",
    "Children’s social care",
    "100% renewable electricity",
    "CAFÉ furniture",
    "",
)
SOUGHT = (
    *("books", "BOOK", "chil soc", "social chil", "e-books", "100%", "café", "r", "books books"),
    *("librarybooks", "ibrary", "_", "%", "agency zebra"),
)


@pytest.fixture
def few(monkeypatch):
    """Call it to say how many things are few."""

    def so_many(number: int) -> None:
        monkeypatch.setattr(searching, "FEW", number)
        searching._said.clear()

    yield so_many
    searching._said.clear()


@pytest.fixture
def reviewer(session, sign_in):
    return sign_in(factories.make_person(session, Role.REVIEWER))


def found_on(browser, text: str) -> set[str]:
    page = browser.get("/requirements", q=text).get_data(as_text=True)
    return set(re.findall(r"REQ-[0-9]+-[0-9]+", page))


def found_by_hand(requirements, text: str) -> set[str]:
    def begins(requirement: Requirement, word: str) -> bool:
        there = re.findall(r"\w+", f"{requirement.title} {requirement.reference}".lower())
        return any(each.startswith(word) for each in there)

    sought = re.findall(r"\w+", text.lower())
    return {r.reference for r in requirements if all(begins(r, word) for word in sought)}


@pytest.mark.parametrize("number", [0, 1, 2_000])
def test_what_is_found_is_the_same_however_many_have_the_words(session, reviewer, few, number):
    few(number)
    authority = factories.make_organisation(session)
    made = [factories.make_requirement(session, authority, title=title) for title in TITLES]
    session.commit()
    for text in SOUGHT:
        assert found_on(reviewer, text) == found_by_hand(made, text), text
    assert {len(found_by_hand(made, text)) for text in SOUGHT} >= {0, 1, 2, len(TITLES)}


WORDS = ("part", "parts", "par", "tin", "tins", "oak")
ORDERS = {
    "value": lambda each: (each.value, each.id),
    "start": lambda each: (each.earliest_start, each.id),
    "created": lambda each: (each.created_at, each.id),
}


def test_pages_of_finds_are_those_of_a_plain_filter_in_the_same_order(session, reviewer, few):
    chance, authority = Random(77), factories.make_organisation(session)
    made = [
        factories.make_requirement(
            session,
            authority,
            title=" ".join(chance.choices(WORDS, k=3)),
            value=chance.randint(1, 4) * 1_000,
            earliest_start=date(2027, chance.randint(1, 4), 1),
        )
        for _ in range(70)
    ]
    session.commit()
    asked = some.lists(
        some.sampled_from((*WORDS, "pa", "t", "req", "zebra")), min_size=1, max_size=3
    )

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        asked.map(" ".join),
        some.sampled_from(sorted(ORDERS)),
        some.booleans(),
        some.integers(1, 3),
        some.sampled_from((0, 40, 2_000)),
    )
    def found_alike(text: str, sort: str, down: bool, number: int, many: int) -> None:
        few(many)
        fit = found_by_hand(made, text)
        wanted = sorted(made, key=ORDERS[sort], reverse=down)
        wanted = [each.reference for each in wanted if each.reference in fit]
        order = "down" if down else "up"
        page = reviewer.get("/requirements", q=text, sort=sort, order=order, page=number)
        there = page.get_data(as_text=True)
        assert re.findall(r"REQ-[0-9]+-[0-9]+", there) == wanted[25 * (number - 1) : 25 * number]
        if len(wanted) > 25 * (number - 1) and len(wanted) != 1:
            assert f"{len(wanted)} requirements" in there

    found_alike()


def test_the_rarest_word_is_the_one_to_begin_with(session, few):
    for title in TITLES:
        factories.make_requirement(session, title=title)
    few(2_000)
    library = sought(session, Requirement, "books library")
    assert (library.words, library.few) == (("library", "books"), True)
    assert sought(session, Requirement, "%").words == ()
    few(1)
    assert not sought(session, Requirement, "books children").few


def test_what_was_said_of_a_word_some_minutes_ago_hides_nothing(session, reviewer, few):
    few(1)
    assert found_on(reviewer, "oak part") == set()
    made = [factories.make_requirement(session, title=f"Oak part {n}") for n in range(3)]
    assert found_on(reviewer, "oak part") == {each.reference for each in made}


@pytest.mark.parametrize(
    ("path", "name", "model", "word"),
    [
        ("/requirements", "q", Requirement, "requirements"),
        ("/lots", "q", Lot, "lots"),
        ("/contracts", "words", Contract, "contracts"),
        ("/register", "words", Contract, "contracts"),
        ("/contracts/register.csv", "words", Contract, ""),
        ("/register/register.csv", "words", Contract, ""),
    ],
)
def test_words_narrow_each_list_and_its_file(session, world, sign_in, path, name, model, word):
    thing = session.scalars(select(model).order_by(model.id)).first()
    thing.title = "Quicksilver lanterns"
    if model is Contract:
        thing.is_public = True
    session.commit()
    reviewer = sign_in(world.reviewers[0])
    for text, there in (("lantern quick", True), ("quick zebra", False), ("zebra", False)):
        page = reviewer.get(path, **{name: text}, state="all").text
        assert ("Quicksilver lanterns" in page) == there, text
    if word:
        assert f"1 {word[:-1]}" in reviewer.get(path, **{name: "quicksilver"}, state="all").text


def test_a_changed_title_is_found_by_its_new_words_only(session, reviewer):
    requirement = factories.make_requirement(session, title="Grass cutting")
    session.commit()
    requirement.title = "Tree surgery"
    session.commit()
    assert found_on(reviewer, "tree") == {requirement.reference}
    assert found_on(reviewer, "grass") == set()
    requirement.value += 1
    session.commit()
    assert found_on(reviewer, "tree surgery") == {requirement.reference}
    session.delete(requirement)
    session.commit()
    assert session.scalars(select(IndexedWord)).all() == []


@pytest.mark.usefixtures("world")
def test_everything_in_a_whole_world_is_found_by_each_of_its_words(session):
    tried = 0
    for model in (Requirement, Lot, Contract):
        fields = finding.INDEXED[model].fields
        for thing in session.scalars(select(model)).all():
            for word in words_of(*(getattr(thing, name) for name in fields)):
                test = has_words(model.id, word)
                assert session.scalar(select(model.id).where(model.id == thing.id, *test))
                tried += 1
    assert tried > 50


def test_a_long_text_is_looked_for_by_its_first_words_only(session, reviewer):
    requirement = factories.make_requirement(session, title="a b c d e f g h i j")
    session.commit()
    assert found_on(reviewer, "a b c d e f g h zebra") == {requirement.reference}
    letters = "".join(itertools.repeat("x", 90))
    assert found_on(reviewer, letters) == set()

"""Things are found by the words that theirs begin with, whichever way the index is read."""

import itertools
import re

import pytest
from sqlalchemy import select

from marketplace import finding
from marketplace.accounts.models import Role
from marketplace.contracts.models import Contract
from marketplace.finding import IndexedWord, has_words, rarest, words_of
from marketplace.lots.models import Lot
from marketplace.requirements.models import Requirement
from tests import factories
from tests.world import make_world

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


@pytest.mark.parametrize("few", [0, 1, 2_000])
def test_what_is_found_is_the_same_however_many_have_the_words(session, reviewer, monkeypatch, few):
    monkeypatch.setattr(finding, "FEW", few)
    authority = factories.make_organisation(session)
    made = [factories.make_requirement(session, authority, title=title) for title in TITLES]
    session.commit()
    for text in SOUGHT:
        assert found_on(reviewer, text) == found_by_hand(made, text), text
    assert {len(found_by_hand(made, text)) for text in SOUGHT} >= {0, 1, 2, len(TITLES)}


def test_the_rarest_word_is_the_one_to_begin_with(session, monkeypatch):
    for title in TITLES:
        factories.make_requirement(session, title=title)
    assert rarest(session, Requirement, "books library") == "library"
    assert rarest(session, Requirement, "") is None
    monkeypatch.setattr(finding, "FEW", 1)
    assert rarest(session, Requirement, "books children") is None


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


def test_everything_in_a_whole_world_is_found_by_each_of_its_words(session):
    make_world(session)
    tried = 0
    for model in (Requirement, Lot, Contract):
        fields = finding.INDEXED[model].fields
        for thing in session.scalars(select(model)).all():
            for word in words_of(*(getattr(thing, name) for name in fields)):
                for first in (word, None):
                    test = has_words(model.id, word, first)
                    assert session.scalar(select(model.id).where(model.id == thing.id, *test))
                tried += 1
    assert tried > 50


def test_a_long_text_is_looked_for_by_its_first_words_only(session, reviewer):
    requirement = factories.make_requirement(session, title="a b c d e f g h i j")
    session.commit()
    assert found_on(reviewer, "a b c d e f g h zebra") == {requirement.reference}
    letters = "".join(itertools.repeat("x", 90))
    assert found_on(reviewer, letters) == set()

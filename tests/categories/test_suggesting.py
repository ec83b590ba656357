"""Suggesting a category from words."""

import csv
import html
import json

import pytest

from marketplace.categories.suggesting import (
    Confidence,
    Suggester,
    Text,
    suggest_category,
    words_of,
)

TEXTS = (
    Text("22113000", "Library books"),
    Text("34144511", "Refuse-collection vehicles"),
    Text("34144512", "Refuse-compaction vehicles"),
    Text("50110000", "Repair and maintenance services of motor vehicles"),
    Text("79620000", "Supply services of personnel including temporary staff"),
)


def suggested(title: str, label: str = ""):
    return suggest_category(Suggester(TEXTS), title=title, label=label)


def test_the_rarest_words_decide():
    found = suggested("Supply of refuse collection vehicles")
    assert found.code == "34144511"
    assert found.confidence == Confidence.LIKELY
    assert "refuse" in found.reason
    assert "check it" in found.reason


def test_plurals_and_singulars_are_one_word():
    assert words_of("Libraries, library") == words_of("library")
    assert suggested("A book for the library").code == "22113000"


def test_what_the_source_calls_it_counts_beside_the_title():
    found = suggested("Framework 2024/17", label="Temporary staff")
    assert found.code == "79620000"
    assert "the source’s own category" in found.reason


@pytest.mark.parametrize("title", ["", "4711", "Zzz qqq", "The of and", "\0"])
def test_words_that_are_near_nothing_suggest_nothing(title):
    assert suggested(title) is None


def test_a_title_with_one_weak_word_in_many_suggests_nothing():
    assert suggested("Vehicles, horses, boats, kites, tents, ropes, lamps and drums") is None


def test_the_order_of_the_texts_changes_nothing():
    for title in ("Refuse vehicles", "Repair of refuse vehicles", "Vehicles"):
        turned = suggest_category(Suggester(TEXTS[::-1]), title=title)
        assert turned == suggested(title)


@pytest.mark.shared
def test_likely_suggestions_on_real_titles_are_mostly_of_the_right_division(shared):
    names = shared / "data/reference/cpv/cpv_2008_en.csv"
    texts = [Text(row["code8"], row["description"]) for row in csv.DictReader(names.open())]
    known = {text.code for text in texts}
    titled = [
        Text(code, html.unescape(row["title"]))
        for file in sorted((shared / "data/contracts/lancashire").glob("*.json"))
        for row in json.loads(file.read_text())["contracts"]
        if (code := str(row["cpv_codes"])[:8]) in known
    ]
    assert len(titled) > 1000
    taught, asked = titled[::2], titled[1::2]
    finder = Suggester([*texts, *taught])
    found = [(text, suggest_category(finder, title=text.words)) for text in asked]
    likely = [(text, s) for text, s in found if s and s.confidence == Confidence.LIKELY]
    right = sum(text.code[:2] == suggestion.code[:2] for text, suggestion in likely)
    assert len(likely) > 100
    assert right / len(likely) > 0.6

"""Tests that go over the whole site know every page and every form of it."""

from flask import Flask

from tests.pages import FORMS, PAGES


def without_a_case(site: Flask, method: str, cases: dict[str, list]) -> list[str]:
    return [
        rule.endpoint
        for rule in site.url_map.iter_rules()
        if method in rule.methods and rule.endpoint != "static" and rule.endpoint not in cases
    ]


def test_every_page_has_a_case(site: Flask):
    assert without_a_case(site, "GET", PAGES) == [], "add a line to PAGES in tests/pages.py"


def test_every_form_has_a_case(site: Flask):
    assert without_a_case(site, "POST", FORMS) == [], "add a line to FORMS in tests/pages.py"

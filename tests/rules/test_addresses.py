"""A list is narrowed and sorted by its address, and survives whatever stands there."""

import re

from marketplace.accounts.models import Role
from tests.pages import PAGES

ODD = [
    "endpoint=x",
    "kind=x",
    "self=1",
    "_method=x",
    "_scheme=http",
    "_external=1",
    "_anchor=a",
    "page=99999999999999999999",
    "page=-1&sort=x&order=sideways",
    "sort=a&sort=b&page=1&page=2",
    "q=%00%FF%ED%A0%80&words=%00&category=%00&only=%00",
    "q=zzzz&words=zzzz&only=zzzz",
]


SORTS = "aria-sort="
NARROWS = ('role="search"', 'class="app-choices')
"""A form that looks for something, or links to each kind of row."""


def lists(world, sign_in):
    """Path and text of each page that has a list to sort, as who may see it."""
    browsers = {}
    for pages in PAGES.values():
        for page in pages:
            if page.role is not None:
                browser = browsers.get(page.role) or sign_in(world.person(page.role))
                browsers[page.role] = browser
                path = page.at(world).split("#")[0]
                answer = browser.get(path)
                if answer.mimetype == "text/html" and SORTS in answer.text:
                    yield browser, path, answer.text


def test_every_list_can_be_narrowed(world, sign_in):
    there = list(lists(world, sign_in))
    assert len(there) > 15
    assert [path for _, path, text in there if not any(mark in text for mark in NARROWS)] == []


def test_a_list_narrowed_to_nothing_says_how_to_see_it_all(world, sign_in):
    silent = []
    for browser, path, text in lists(world, sign_in):
        if 'id="q"' in text:
            narrowed = browser.get(path.split("?")[0], q="zzzz").text
            if SORTS in narrowed or not re.search(r'(?s)class="app-empty[^>]*>[^<]*<a ', narrowed):
                silent.append(path)
    assert silent == []


def test_no_odd_part_of_an_address_breaks_a_list(world, sign_in):
    browsers = {}
    broken = []
    for endpoint, pages in PAGES.items():
        if not endpoint.endswith((".index", ".people", ".authorities", ".ending")):
            continue
        for page in pages:
            if page.role is None:
                continue
            browser = browsers.get(page.role) or sign_in(world.person(page.role))
            browsers[page.role] = browser
            path = page.at(world).split("?")[0]
            for odd in ODD:
                answer = browser.client.get(f"{path}?{odd}")
                if answer.status_code >= 500:
                    broken.append(f"{path}?{odd}")
    assert broken == []


def test_a_list_keeps_its_query_when_it_is_sorted(world, sign_in):
    browser = sign_in(world.person(Role.COMMISSIONER))
    page = browser.get("/contracts?state=all&_anchor=a").text
    assert "/contracts?state=all&amp;_anchor=a&amp;sort=title&amp;order=up" in page
    assert "/contracts/register.csv?state=all&amp;_anchor=a" in page

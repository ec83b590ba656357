"""A list survives whatever stands in its address."""

import pytest

from marketplace.accounts.models import Role
from tests.pages import PAGES
from tests.world import make_world

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
    "q=%00%FF%ED%A0%80&words=%00&category=%00",
]


@pytest.fixture
def world(session):
    return make_world(session)


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

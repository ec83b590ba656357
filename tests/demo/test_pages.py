"""Every page of the demo that a link leads to, as each kind of user."""

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import url_for

from marketplace.demo.sign_ins import OTHERS, SIGN_INS
from marketplace.web.navigation import MENU

MOST_PAGES = 350
ALIKE = 3
"""How many pages that differ in their numbers or query alone are looked at."""
OUTSIDE = "bexley@demo.example"
"""An authority that none of the awarded lots has."""


@pytest.mark.parametrize("email", [each.email for each in SIGN_INS])
def test_every_link_leads_to_a_page(browser_of, email):
    follow_all(browser_of(email))


@pytest.mark.one_database
@pytest.mark.parametrize("email", [*(each.email for each in OTHERS), OUTSIDE])
def test_every_link_of_others_in_these_roles_leads_to_a_page(browser_of, email):
    follow_all(browser_of(email))


def follow_all(client):
    """Go from link to link, and read each page."""
    seen, waiting, alike = {"/"}, deque(["/"]), Counter()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.popleft()
        answer = client.get(address)
        assert answer.status_code in (200, 302, 303), f"{address}: {answer.status}"
        if not answer.mimetype.startswith("text/html"):
            continue
        _read(address, answer.text)
        for link in _links(answer.text):
            kind = re.sub(r"[0-9a-f-]{36}|\d+", "#", link)
            if link not in seen and alike[kind] < ALIKE:
                alike[kind] += 1
                seen.add(link)
                waiting.append(link)
    assert len(seen) > 15


def _links(page):
    for link in re.findall(r'href="([^"]+)"', page):
        parts = urlsplit(unescape(link))
        inside = not parts.netloc and parts.path.startswith("/")
        if inside and not parts.path.startswith(("/static", "/sign-out")):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _read(address, page):
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.search(r"(>|: |, )\s*None\s*(<|,|\.)", page), address
    assert not re.search(r"Traceback|\{\{|Undefined", words), address
    assert "This is a" in words, address
    assert "demonstration" in words, address


@pytest.mark.parametrize("each", SIGN_INS, ids=lambda each: each.role.value)
def test_no_list_is_empty(demo, browser_of, each):
    client = browser_of(each.email)
    menu = re.findall(r'href="(/[^"]*)"', _navigation(client.get("/").text))
    with demo.test_request_context():
        known = {url_for(place.endpoint) for place in MENU}
    assert len(menu) > 2
    for address in menu:
        assert address in known
        page = client.get(address).text
        assert "app-empty" not in page, address
        assert "<tbody" in page or "govuk-summary-list" in page, address


def _navigation(page):
    found = re.search(r"<(section|div)[^>]*govuk-service-navigation.*?</\1>", page, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize("each", SIGN_INS, ids=lambda each: each.role.value)
def test_something_awaits_everybody_but_the_administrator(browser_of, each):
    page = browser_of(each.email).get("/").text
    waits = "govuk-task-list__item" in page
    assert waits or each.role.value == "administrator"


def test_a_stranger_sees_who_can_sign_in(demo):
    page = demo.test_client().get("/sign-in").text
    assert all(each.email in page for each in SIGN_INS + OTHERS)

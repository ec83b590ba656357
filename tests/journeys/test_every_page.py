"""axe looks at every page of the site in each state, and at every form sent without answers."""

import pytest

from marketplace.accounts.models import Role
from tests.journeys.conftest import Visitor
from tests.pages import FORMS, PAGES

NO_PAGES = {
    *("home.health", "grouping.snapshot", "lots.document", "bids.document"),
    "messages.feed",
}
FRAGMENTS = {
    *("grouping.progress", "studies.progress", "scenarios.searching", "categories.search"),
}


@pytest.fixture
def scripts() -> bool:
    """The journeys come by without scripts; here each page is looked at as most see it."""
    return True


def pages_of(role: Role | None, world) -> list[str]:
    return [
        page.at(world)
        for endpoint, pages in PAGES.items()
        if endpoint not in NO_PAGES | FRAGMENTS
        for page in pages
        if page.role == role
    ]


@pytest.mark.parametrize("role", Role)
def test_axe_finds_nothing_on_any_page(world, visit, role):
    visitor: Visitor = visit(world.person(role))
    look_at(visitor, pages_of(role, world))


def test_axe_finds_nothing_on_the_pages_of_strangers_and_of_errors(world, visit):
    visitor: Visitor = visit(world.person(Role.SUPPLIER))
    for path in ("/no/such/page", "/people", f"/lots/{world.lots['awarded'].id}/bid"):
        visitor.go(path)
    visitor.press("Sign out")
    look_at(visitor, pages_of(None, world))


def look_at(visitor: Visitor, paths: list[str]) -> None:
    """Look at those that are pages; files are not."""
    for path in paths:
        answer = visitor.page.request.head(visitor.address + path)
        if "text/html" in answer.headers["content-type"]:
            visitor.go(path)


@pytest.mark.parametrize("role", Role)
def test_axe_finds_nothing_where_a_form_says_what_is_missing(world, visit, role):
    visitor: Visitor = visit(world.person(role))
    for several in FORMS.values():
        for sent in several:
            if sent.role == role and sent.answers(world):
                path, page = sent.at(world), sent.page
                visitor.page.goto(visitor.address + (page(world) if page else path))
                send_empty(visitor, path)


def send_empty(visitor: Visitor, path: str) -> None:
    """Empty each answer of the form that goes to the path, send it and look at what is said."""
    with visitor.page.expect_navigation():
        visitor.page.evaluate(
            """path => {
                const there = [...document.querySelectorAll('form[method=post]')].find(
                    form => new URL(form.action).pathname === path.split('?')[0]);
                there.querySelectorAll('input:not([type=hidden]), textarea, select').forEach(
                    field => {
                        if (['checkbox', 'radio'].includes(field.type)) field.checked = false;
                        else field.value = '';
                    });
                there.noValidate = true;
                setTimeout(() => there.submit());
            }""",
            path,
        )
    visitor.look()


@pytest.mark.parametrize(
    "fault",
    [
        "document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"/static/x\">')",
        "document.querySelector('label').remove()",
        "document.querySelector('main').style.width = '3000px'",
    ],
    ids=["picture without words", "field without label", "wider than the screen"],
)
def test_the_look_finds_what_is_wrong(world, visit, fault):
    visitor: Visitor = visit(world.person(Role.SUPPLIER))
    visitor.page.goto(f"{visitor.address}/lots")
    visitor.page.evaluate(fault)
    visitor.look()
    assert visitor.faults
    visitor.faults.clear()

"""Pictures that are taken away are whole drawings, and tables say what the page says."""

import csv
from io import StringIO
from xml.etree import ElementTree

import pytest

from marketplace.accounts.models import Role
from tests.pages import PAGES
from tests.world import make_world

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.one_database
def test_a_picture_that_is_taken_away_is_a_drawing_and_nothing_else(session, sign_in):
    """What belongs to a page is not drawn by what opens the file, with all that is in it."""
    world = make_world(session)
    pages = [page for each in PAGES.values() for page in each]
    browsers = {role: sign_in(world.person(role)) for role in Role}
    seen = 0
    for page in pages:
        path = page.at(world)
        session.commit()
        if page.role and path.partition("?")[0].endswith(".svg"):
            answer = browsers[page.role].client.get(path)
            drawing = ElementTree.fromstring(answer.get_data(as_text=True))
            strange = {each.tag for each in drawing.iter() if not each.tag.startswith(SVG)}
            assert strange == set(), path
            assert {each.tag.removeprefix(SVG) for each in drawing.iter()} <= DRAWN, path
            seen += 1
    assert seen >= 8


DRAWN = {"svg", "style", "text", "title", "desc", "g", "rect", "line", "circle", "polyline", "path"}


@pytest.mark.one_database
def test_ones_part_of_the_gain_is_taken_away_as_it_stands_on_the_page(session, sign_in):
    world = make_world(session)
    browser = sign_in(world.person(Role.COMMISSIONER))
    path = f"/joining/{world.lots['joining'].id}"
    page = browser.get(path).text
    assert f"{path}/division.csv" in page
    lines = list(csv.reader(StringIO(browser.get(f"{path}/division.csv").text.lstrip("\ufeff"))))
    assert lines[0] == ["Measure", "At least", "At most"]
    assert [line[0] for line in lines[1:3]] == ["You keep", "What you add to the lot"]
    for _, low, high in lines[1:]:
        assert low in page
        assert high in page

"""Lists on a narrow screen: each row a block, each figure under the heading of its column."""

import re

import pytest
from markupsafe import Markup

from marketplace.web.stacking import stacked
from tests.door.conftest import Door
from tests.pages import PAGES

STACKED_BY_HAND = ("grouping.index", "joining.index", "lots.index", "proposals.index")
"""Long lists, whose templates name their columns themselves."""


def words(markup: str) -> str:
    return re.sub(r"<[^>]*>|[▲▼]", "", markup).strip()


@pytest.mark.parametrize("endpoint", STACKED_BY_HAND)
def test_each_cell_of_a_stacked_list_names_the_heading_of_its_column(door: Door, endpoint: str):
    page = PAGES[endpoint][0]
    text = door.of(page.role).get(page.at(door.world).split("?")[0]).text
    table = re.search(r'<table class="[^"]*app-stack--sorted.*?</table>', text, re.S)[0]
    head, _, body = table.partition("<tbody")
    headings = [words(each) for each in re.findall(r"<th\b.*?</th>", head, re.S)]
    rows = re.findall(r"<tr.*?</tr>", body, re.S)
    assert rows
    for row in rows:
        cells = re.findall(r"<t[hd]\b[^>]*>", row)
        named = [re.search(r'data-label="([^"]*)"', cell) for cell in cells]
        # The first is what the row is about, and stands for itself.
        assert [each and each[1] for each in named] == [None, *headings[1:]]


def test_the_arrow_of_the_column_that_sorts_is_no_part_of_its_heading():
    rows = Markup(
        '<thead><tr><th><a>Volume<span aria-hidden="true"> ▼</span></a></th></tr></thead>'
        "<tbody><tr><td>£5</td></tr></tbody>"
    )
    assert '<td data-label="Volume">£5' in stacked(rows)

"""A finished run seen from afar: the map of who gains, and two runs side by side."""

import csv
import io
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.grouping import services as grouping
from marketplace.web.charts import short_label
from marketplace.web.tiles import Place, tile_map
from tests import factories


@pytest.fixture
def desk(session, sign_in):
    """A reviewer's browser, and a way to run the grouping."""
    reviewer = factories.make_person(session, Role.REVIEWER)
    browser = sign_in(reviewer)

    def run():
        found = grouping.start_run(session, ["22113000"], 30, by=reviewer, at=clock.now())
        grouping.solve_run_now(session, found, at=clock.now())
        session.commit()
        return f"/grouping/{found.id}", found

    return browser, run


def test_the_map_the_table_and_what_is_taken_away_say_the_same(session, desk):
    factories.make_policy(session)
    for place, name in enumerate(("Barnet", "Brent", "=Camden")):
        authority = factories.make_organisation(
            session, name=name, short_code=name[:3].upper(), tile_column=place, tile_row=1
        )
        factories.make_requirement(session, authority)
    factories.make_organisation(session, name="Sutton", short_code="STN", tile_column=0, tile_row=2)
    browser, run = desk
    address, _ = run()
    page = browser.get(f"{address}/authorities").text
    table = browser.get(f"{address}/authorities.csv")
    rows = list(csv.DictReader(io.StringIO(table.get_data().decode("utf-8-sig"))))
    gains = {row["Authority"]: Decimal(row["Projected price saving"]) for row in rows}
    assert gains["Barnet"] == gains["Brent"] > 0
    assert gains["Sutton"] == 0
    assert "'=Camden" in gains, "a spreadsheet must not run a name"
    picture = browser.get(f"{address}/authorities.svg")
    assert picture.content_type == "image/svg+xml"
    texts = [each.text for each in ElementTree.fromstring(picture.data).iter() if each.text]
    assert {"BAR", "BRE", "STN", "£0"} <= set(texts)
    joining = browser.get(f"{address}/joining.svg")
    texts = [each.text for each in ElementTree.fromstring(joining.data).iter() if each.text]
    assert texts.count("1") == 3
    assert texts.count("0") == 1
    assert page.count("<rect") == 2 * 4, "a square for each authority in both maps"


def test_the_darkest_tile_is_the_largest_and_nothing_is_white():
    amounts = [Decimal(n) for n in (0, 100, 260, 1_234_000)]
    picture = tile_map([Place("A", "A", n, 0, amount) for n, amount in enumerate(amounts)])
    assert [tile.step for tile in picture.tiles] == [0, 1, 1, 4]
    assert [tile.figure for tile in picture.tiles] == ["£0", "£100", "£260", "£1.2m"]


def test_a_name_that_is_cut_before_a_bar_says_so():
    assert short_label("Library books") == "Library books"
    assert short_label("Equipment for living at home") == "Equipment for living at…"


def test_two_runs_side_by_side_say_what_changed_and_what_it_is_worth(session, desk):
    factories.make_policy(session)
    for _ in range(3):
        factories.make_requirement(session)
    browser, run = desk
    _, first = run()
    again, second = run()
    latest = browser.get(f"{again}/compare").text
    assert f"{first.reference} £" in latest, "the latest other run, where none is named"
    same = browser.get(f"{again}/compare?with={first.id}").text
    assert "Both were given exactly the same requirements" in same
    assert "1 the same, 0 new, 0 gone" in same
    factories.make_requirement(session)
    later, third = run()
    changed = browser.get(f"{later}/compare?with={second.id}").text
    assert "They were not given the same" in changed
    assert "0 the same, 1 new, 1 gone" in changed
    assert third.net_benefit > second.net_benefit
    assert "more." in changed
    assert "What changed, in pounds" in changed
    drawn = browser.get(f"{later}/compare.svg?with={second.id}")
    texts = [each.text for each in ElementTree.fromstring(drawn.data).iter() if each.text]
    assert "Library books" in texts
    table = browser.get(f"{later}/compare.csv?with={second.id}").get_data().decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(table))
    assert Decimal(row["Change"]) == third.net_benefit - second.net_benefit


def test_two_runs_that_brought_the_same_have_no_picture(session, desk):
    factories.make_policy(session)
    for _ in range(2):
        factories.make_requirement(session)
    browser, run = desk
    run()
    again, _ = run()
    assert "in pounds" not in browser.get(f"{again}/compare").text
    assert browser.get(f"{again}/compare.svg").status_code == 404


def test_an_unfinished_run_has_no_reports(session, desk, sign_in):
    factories.make_policy(session)
    factories.make_requirement(session)
    browser, _ = desk
    reviewer = factories.make_person(session, Role.REVIEWER)
    queued = grouping.start_run(session, ["22113000"], 30, by=reviewer, at=clock.now())
    session.commit()
    for part in ("authorities", "authorities.csv", "authorities.svg", "compare"):
        assert browser.get(f"/grouping/{queued.id}/{part}").status_code == 404

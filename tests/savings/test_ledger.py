"""The ledger through the pages: three kinds of figure, each contract's own authority reports."""

import csv
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace.savings.models import SavingsPeriod
from tests.pages import BOUGHT, period_after

PAGE = "/knowledge/savings"


@pytest.fixture
def page(world):
    return f"{PAGE}/{world.contracts['awarded'].id}"


def day(value):
    return [value.day, value.month, value.year]


def test_a_period_is_reported_and_only_its_price_is_a_saving(session, world, page, sign_in):
    buyer = sign_in(world.commissioners[0])
    assert buyer.send(f"{page}/report", period_after(world)).status_code == 303
    found = session.scalars(select(SavingsPeriod).order_by(SavingsPeriod.begins)).first()
    # 110 books at £9.99, then 2.5% dearer, then 10p more each, and paid £9.02 each.
    assert (found.expected, found.spent) == (999, Decimal("992.20"))
    assert [str(effect) for effect in (found.volume_effect, found.index_effect)] == [
        "99.90",
        "27.47",
    ]
    assert str(found.specification_effect) == "11.00"
    assert str(found.price_effect) == "-145.17"
    shown = buyer.get(page).text
    assert "−£145.17" in shown
    assert "realised so far" in shown


def test_periods_that_overlap_or_cannot_be_are_refused_where_they_stand(world, page, sign_in):
    buyer = sign_in(world.commissioners[0])
    known = world.periods[0]
    contract = world.contracts["awarded"]
    for first, last, words in (
        (known.begins, known.ends, "is reported already"),
        (known.ends, known.begins, "ends before it begins"),
        (contract.start_date - timedelta(days=1), known.begins, "The contract begins on"),
        (known.ends, world.now.date() + timedelta(days=3), "not over yet"),
    ):
        answer = buyer.send(f"{page}/report", {"begins": day(first), "ends": day(last)} | BOUGHT)
        assert answer.status_code == 422
        assert words in answer.text
    huge = BOUGHT | {"volume": "1000000", "price": "1000000"}
    answer = buyer.send(f"{page}/report", period_after(world) | huge)
    assert answer.status_code == 422
    assert "over £100 billion" in answer.text


def test_what_was_reported_wrongly_is_taken_back_and_reported_anew(session, world, page, sign_in):
    buyer = sign_in(world.commissioners[0])
    path = f"{page}/periods/{world.periods[0].id}/take-back"
    assert buyer.get(page).text.count(">Take back<") == 2
    assert buyer.send(path, {}, page=page).status_code == 303
    assert buyer.get(page).text.count(">Take back<") == 1
    again = buyer.send(path, {}, page="/requirements/drafts")
    assert again.status_code in (409, 422)
    kept = session.get_one(SavingsPeriod, world.periods[0].id)
    assert kept.taken_back_at is not None, "it stays on record"
    anew = {"begins": day(kept.begins), "ends": day(kept.ends)} | BOUGHT
    assert buyer.send(f"{page}/report", anew).status_code == 303


def test_an_authority_sees_its_own_contracts_and_the_centre_all(world, page, sign_in):
    own, other = sign_in(world.commissioners[0]), sign_in(world.commissioners[1])
    desk = sign_in(world.reviewers[0])
    assert "1 contract<" in own.get(PAGE).text
    assert other.get(page).status_code == 404
    assert desk.get(page).status_code == 200
    assert f"{len(world.authorities)} contracts" in desk.get(PAGE).text
    assert "1 contract<" in desk.get(f"{PAGE}?only=some").text


def test_no_row_of_the_file_mixes_two_labels_and_its_effects_add_up(world, sign_in):
    text = sign_in(world.reviewers[0]).get(f"{PAGE}/ledger.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    labels = [row["Label"] for row in rows]
    assert set(labels) == {"projected", "contracted", "realised"}
    for row in rows:
        names = ("Volume effect", "Index effect", "Specification effect", "Price effect")
        effects = [round(100 * float(row[name])) for name in names]
        assert sum(effects) == round(100 * float(row["Change in spending"]))
        assert effects[-1] == -round(100 * float(row["Saving"]))


def test_the_page_leads_from_each_figure_to_the_next(world, page, sign_in):
    shown = sign_in(world.reviewers[0]).get(page).text
    for words in ("Alone to projected", "Projected to contracted", "Contracted to realised"):
        assert words in shown


def test_a_commissioner_is_reminded_of_a_quarter_that_nobody_reported(session, world, sign_in):
    buyer, contract = sign_in(world.commissioners[0]), world.contracts["awarded"]
    words = f"{contract.reference}: report what it came to"
    assert words in buyer.get("/").text, "its last report is of long ago"
    assert words not in sign_in(world.commissioners[1]).get("/").text
    last = max(world.periods, key=lambda each: each.ends)
    last.ends = world.now.date() - timedelta(days=80)
    session.commit()
    assert words not in buyer.get("/").text

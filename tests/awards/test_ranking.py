"""Ranking in pounds: what other bids do never turns the order."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from marketplace.awards.ranking import Entry, evaluated, far_under, rank
from marketplace.lots.models import TieRule

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)

scores = st.lists(st.tuples(st.integers(1, 100), st.integers(0, 5)), min_size=1, max_size=3)
fields = st.lists(st.tuples(st.integers(1, 40), scores, st.integers(0, 3)), min_size=2, max_size=8)
point_prices = st.integers(0, 50).map(Decimal)


def entries_of(rows) -> list[Entry]:
    """Prices and hours are few, so that many bids are level."""
    return [
        Entry(number, Decimal(price * 1000), tuple(marks), NOON + timedelta(hours=hour))
        for number, (price, marks, hour) in enumerate(rows)
    ]


def order(entries, point_price, rule):
    return [place.entry.key for place in rank(entries, point_price, rule)]


@given(fields, point_prices, st.sampled_from(TieRule), st.data())
def test_a_bid_that_goes_or_comes_never_turns_the_order_of_the_others(rows, price, rule, data):
    entries = entries_of(rows)
    whole = order(entries, price, rule)
    for gone in data.draw(st.sets(st.sampled_from(whole), max_size=len(whole) - 1)):
        entries = [entry for entry in entries if entry.key != gone]
        whole = [key for key in whole if key != gone]
        assert order(entries, price, rule) == whole


@given(fields, point_prices, st.sampled_from(TieRule), st.integers(1, 400))
def test_a_losing_bid_that_gets_dearer_changes_nothing(rows, price, rule, thousands):
    entries = entries_of(rows)
    whole = order(entries, price, rule)
    last = whole[-1]
    dearer = [
        Entry(e.key, e.price + thousands * 1000, e.scores, e.received_at) if e.key == last else e
        for e in entries
    ]
    assert order(dearer, price, rule) == whole


@given(fields, point_prices, st.sampled_from(TieRule), st.randoms(use_true_random=False))
def test_the_order_in_which_bids_are_read_does_not_matter(rows, price, rule, chance: random.Random):
    entries = entries_of(rows)
    shuffled = chance.sample(entries, len(entries))
    assert order(shuffled, price, rule) == order(entries, price, rule)


@given(fields, point_prices)
def test_the_winner_asks_least_after_its_quality_is_taken_off(rows, price):
    entries = entries_of(rows)
    ranked = rank(entries, price, TieRule.RECEIPT)
    counts = [evaluated(entry, price) for entry in entries]
    assert ranked[0].evaluated_price == min(counts)
    assert [place.rank for place in ranked] == list(range(1, len(entries) + 1))


def test_quality_is_worth_its_published_pounds():
    plain = Entry("plain", Decimal(100_000), ((20, 0),), NOON)
    good = Entry("good", Decimal(101_999), ((20, 5),), NOON)
    # 20 points at £100 are worth £2,000, a pound more than the difference.
    assert order([plain, good], Decimal(100), TieRule.RECEIPT) == ["good", "plain"]
    assert order([plain, good], Decimal(99), TieRule.RECEIPT) == ["plain", "good"]


def level(price: int, score: int, hour: int) -> Entry:
    """Bids that all count as £100,000 at £1,000 a point."""
    return Entry((price, hour), Decimal(price), ((5, score),), NOON + timedelta(hours=hour))


DEAR, CHEAP, EARLY = level(103_000, 3, 1), level(101_000, 1, 2), level(101_000, 1, 0)


def test_ties_fall_to_the_published_rule():
    def first(rule):
        ranked = rank([CHEAP, DEAR, EARLY], Decimal(1000), rule)
        assert {place.evaluated_price for place in ranked} == {Decimal(100_000)}
        return [place.entry for place in ranked]

    assert first(TieRule.QUALITY_THEN_PRICE) == [DEAR, EARLY, CHEAP]
    assert first(TieRule.PRICE_THEN_RECEIPT) == [EARLY, CHEAP, DEAR]
    assert first(TieRule.RECEIPT) == [EARLY, DEAR, CHEAP]


def flagged(*prices: str) -> dict[int, str]:
    return far_under({number: Decimal(price) for number, price in enumerate(prices)})


def test_a_price_is_flagged_from_forty_percent_under_the_mean_of_the_others():
    assert flagged("60", "90", "110") == {0: "40% or more under the mean of the other bids"}
    assert flagged("64", "90", "110") == {}


def test_a_price_is_flagged_from_thirty_percent_under_the_next():
    assert flagged("70", "100", "101") == {0: "30% or more under the next lowest bid"}
    assert flagged("70.01", "100", "101") == {}


def test_one_bid_alone_and_equal_bids_are_never_flagged():
    assert flagged("5") == {}
    assert flagged("50", "50", "50") == {}

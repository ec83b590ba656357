"""The rule by itself: who may come, change and go, and what is published of them."""

import random
from collections import Counter
from decimal import Decimal

import pytest

from marketplace.unit_prices.guarding import (
    LEAST,
    Given,
    Place,
    Spread,
    band,
    histories,
    may_be_published,
    on_grid,
    place,
    prices_for,
    roughly,
    spread,
)


def giving(prices: dict[str, object], quantity: int = 100) -> dict[str, Given]:
    return {key: Given(Decimal(str(price)), Decimal(quantity)) for key, price in prices.items()}


def priced(names: str, first: int = 10) -> dict[str, int]:
    return {name: first + number for number, name in enumerate(names)}


FOUR = {key: Decimal(price) for key, price in priced("abcd").items()}


def test_three_are_too_few_and_four_are_enough():
    for names, enough in (("abc", False), ("abcd", True)):
        live = giving(priced(names))
        chosen = prices_for([], live)
        assert bool(chosen) == enough
        assert not enough or may_be_published(chosen, [], live)


def test_nobody_may_have_more_than_half():
    live = giving(priced("abcd"))
    for quantity, shown in (("300", True), ("300.01", False)):
        live["a"] = Given(Decimal(10), Decimal(quantity))
        assert may_be_published(prices_for([], live), [], live) == shown


def test_those_who_come_wait_until_there_are_four_of_them():
    assert prices_for([FOUR], giving(priced("abcdefg"))).keys() == set("abcd")
    assert prices_for([FOUR], giving(priced("abcdefgh"))).keys() == set("abcdefgh")


def test_nothing_new_is_published_where_nothing_but_quantities_changed():
    live = giving(priced("abcd"), quantity=70)
    assert not may_be_published(prices_for([FOUR], live), [FOUR], live)


def test_corrections_of_fewer_than_four_are_held_back():
    past = [{**FOUR, **{key: Decimal(20) for key in "efgh"}}]
    three = giving({**priced("abcd"), "e": 20, "f": 21, "g": 22, "h": 23})
    assert prices_for(past, three) == past[0]
    four = giving({**priced("abcd"), "e": 24, "f": 21, "g": 22, "h": 23})
    assert prices_for(past, four) == {key: given.price for key, given in four.items()}


def test_with_one_that_goes_three_others_go_and_all_four_come_back_together():
    past = [{key: Decimal(price) for key, price in priced("abcdefgh").items()}]
    without_one = giving(priced("abcdefg"))
    second = prices_for(past, without_one)
    assert second.keys() == set("defg")
    assert prices_for([*past, second], without_one) == second
    assert prices_for([*past, second], giving(priced("abcdefgh"))).keys() == set("abcdefgh")


def test_a_batch_too_small_to_part_leaves_whole_and_comes_back_whole():
    for stays in ("abcd", "abcdefg"):
        past = [{key: Decimal(price) for key, price in priced(stays).items()}]
        assert prices_for(past, giving(priced(stays[1:4]))) == {}
    assert prices_for([FOUR], giving(priced("abcd"))) == FOUR


def test_four_may_go_where_four_stay():
    past = [{key: Decimal(price) for key, price in priced("abcdefgh").items()}]
    assert prices_for(past, giving({k: v for k, v in priced("abcdefgh").items() if k in "abcd"}))
    three_stay = {k: v for k, v in priced("abcdefgh").items() if k in "abc"}
    assert prices_for(past, giving(three_stay)) == {}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_each_history_is_shared_by_four(seed):
    """The rule’s proof rests on this alone."""
    rng = random.Random(seed)
    live: dict[int, Given] = {}
    past: list[dict[int, Decimal]] = []
    for _ in range(40):
        for key in rng.sample(range(30), rng.choice((1, 2, 5, 9))):
            if live.pop(key, None) is None or rng.random() < 0.6:
                live[key] = Given(Decimal(rng.randint(5, 20)), Decimal(rng.randint(50, 150)))
        chosen = prices_for(past, live)
        if may_be_published(chosen, past, live):
            past.append(chosen)
        assert all(number >= LEAST for number in Counter(histories(past).values()).values())
    assert len(past) > 2


@pytest.mark.parametrize("count", range(4, 30))
def test_neither_the_lowest_nor_the_highest_price_is_published(count):
    prices = [Decimal(10), *(Decimal(20 + n) for n in range(count - 2)), Decimal(900)]
    shown = spread(prices)
    assert on_grid(Decimal(10)) < shown.lower <= shown.median <= shown.upper < Decimal(100)


@pytest.mark.parametrize("price", ["0.0042", "0.37", "1", "9.99", "12.34", "890", "1234567"])
def test_what_is_shown_stands_for_a_band_of_a_twentieth(price):
    low, high = band(on_grid(Decimal(price)))
    assert low <= Decimal(price) <= high
    assert 1.04 < high / low < 1.06


def test_ones_place_follows_from_ones_price_and_what_is_published_alone():
    among = Spread(*(on_grid(Decimal(value)) for value in (10, 12, 15)))
    found = [place(Decimal(price), among) for price in (8, 10, 11, 12, 13, 15, 18)]
    assert found == [
        *(Place.LOWEST, Place.BELOW, Place.BELOW, Place.MIDDLE),
        *(Place.ABOVE, Place.ABOVE, Place.HIGHEST),
    ]


def test_how_many_there_are_is_said_in_steps():
    assert [roughly(count) for count in (4, 7, 8, 15, 16, 33)] == [4, 4, 8, 8, 16, 16]

"""What follows a contract: its term, its value and when it may start, by pure rules."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contracts.months import months_after, months_before
from marketplace.contracts.planning import Window, term_of, value_of

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2025, 4, 1), date(2027, 3, 31), 24),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2025, 1, 1), date(2025, 1, 10), None),  # under half a month says nothing
        (None, date(2027, 3, 31), None),
    ],
)
def test_the_term_is_that_of_the_contract_that_ends(start, end, months):
    assert term_of(start, end, None, None) == months


def test_without_dates_the_term_follows_from_what_is_paid_a_year():
    assert term_of(None, None, Decimal(300), Decimal(100)) == 36
    assert term_of(None, None, Decimal(300), None) is None
    assert term_of(None, None, Decimal(300), Decimal(0)) is None


def test_the_value_is_the_yearly_value_over_the_term():
    assert value_of(Decimal(1), Decimal(120_000), 18) == Decimal("180000.00")
    assert value_of(Decimal(90_000), None, 18) == Decimal(90_000)
    for nothing in (None, Decimal(0), Decimal(-5)):
        assert value_of(nothing, nothing, 12) is None


def test_the_window_lies_around_the_day_after_the_end():
    first, last = Window(2, 4).around(date(2027, 3, 31), date(2026, 11, 24))
    assert (first, last) == (date(2027, 2, 1), date(2027, 8, 1))


@given(days, days, st.integers(0, 24), st.integers(0, 24))
def test_the_window_is_in_order_and_never_in_the_past(end, today, before, after):
    first, last = Window(before, after).around(end, today)
    assert today <= first <= last


@given(days, st.integers(0, 60))
def test_months_back_and_forth_end_within_the_same_month(day, months):
    back = months_after(months_before(day, months), months)
    assert (back.year, back.month) == (day.year, day.month)
    assert back.day <= day.day

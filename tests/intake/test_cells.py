"""What people write in the cells of registers."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.intake.cells import (
    CellFault,
    clean,
    clean_prose,
    cpv_codes,
    read_date,
    read_money,
    read_whole,
    read_yes,
)

LAST_OF_MARCH = date(2015, 3, 31)


@pytest.mark.parametrize(
    "text",
    [
        "31/03/2015",
        "31-03-2015",
        "31.3.15",
        "31-Mar-2015",
        "31-Mar-15",
        "31 March 2015",
        "31st March, 2015",
        "March 31, 2015",
        "2015-03-31",
        "2015/03/31",
        "2015-03-31T00:00:00Z",
        "31/03/2015 00:00:00",
        " 31/03/2015\u00a0",
        "42094",
    ],
)
def test_a_date_is_read_in_each_form_that_registers_use(text):
    assert read_date(text) == LAST_OF_MARCH


@pytest.mark.parametrize("text", ["", " ", "-", "N/A", "TBC", "Ongoing"])
def test_a_cell_that_says_nothing_is_no_date_and_no_fault(text):
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31/02/2015", "a day that exists"),
        ("03/28/2015", "the day before the month"),
        ("31/03/0015", "a year from 1900"),
        ("sometime in May", "a date, like"),
        ("31-Foo-2015", "a date, like"),
        ("٣١/٠٣/٢٠١٥x", "a date, like"),
    ],
)
def test_a_date_that_cannot_be_one_says_what_was_expected(text, expected):
    with pytest.raises(CellFault, match=expected):
        read_date(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("£1,234,567.50", "1234567.50"),
        ("12000", "12000"),
        ("12000.", "12000"),
        ("1.2E+06", "1200000"),
        ("GBP 500", "500"),
        ("œ500", "500"),
        ("Â£500", "500"),
        ("(3,728)", "-3728"),
        ("-£20", "-20"),
        ("£20-", "-20"),
        ("0.005", "0"),
        ("(0)", "0"),
    ],
)
def test_an_amount_is_read_as_accountants_write_it(text, amount):
    assert read_money(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "1" * 400, "1e400", "1,23", "1.234,56", "(20", "20)", "abc", "1e99"]
)
def test_an_amount_that_cannot_be_one_is_refused(text):
    with pytest.raises(CellFault, match="an amount"):
        read_money(text)


@given(st.text(max_size=40))
def test_any_text_at_all_is_read_or_refused_and_never_breaks(text):
    for read in (read_date, read_money, read_whole, read_yes):
        with suppress(CellFault):
            read(text)
    assert clean(text) == clean(text).strip()
    assert "\0" not in clean_prose(text)


def test_entities_are_read_even_where_they_were_escaped_twice():
    assert clean("Repair &amp;amp; &#163;10k\r\n  works") == "Repair & £10k works"
    assert clean_prose("a&lt;b\r\n\r\n\r\n\r\nc") == "a<b\n\nc"


def test_each_code_in_a_cell_is_found_without_its_check_digit():
    assert cpv_codes("45212100 45212110-7, 3111000") == ["45212100", "45212110", "03111000"]
    assert cpv_codes("none") == []

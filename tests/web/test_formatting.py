"""Money, dates and words as people write them."""

from datetime import UTC, date, datetime

import pytest

from marketplace.web.formatting import between, brief_day, brief_moment, in_a_sentence


def test_days_are_short_in_a_table():
    assert brief_day(date(2027, 2, 1)) == "1 Feb 2027"
    assert brief_day(None) == "not given"


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 12, 15, 17, 0, tzinfo=UTC), "15 Dec 2026, 5pm"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "1 Jul 2026, noon"),
        (datetime(2026, 12, 15, 0, 0, tzinfo=UTC), "15 Dec 2026, midnight"),
        (None, "not yet"),
    ],
)
def test_moments_in_a_table_are_londons(at, shown):
    assert brief_moment(at) == shown


def test_a_window_of_one_day_is_that_day():
    day, later = date(2027, 5, 1), date(2027, 7, 1)
    assert between(day, day) == "1 May 2027"
    assert between(day, later) == "between 1 May 2027 and 1 July 2027"


def test_a_title_in_a_sentence_keeps_its_initials():
    assert in_a_sentence("Library books for 3 authorities") == "library books for 3 authorities"
    assert in_a_sentence("IT support for 2 authorities") == "IT support for 2 authorities"

"""How CPV codes nest, in Python and in the database alike."""

import pytest
from sqlalchemy import literal, select

from marketplace.categories.codes import beginning, covered_by, covers

PAIRS = [
    ("22000000", "22113000", True),
    ("22113000", "22113000", True),
    ("22113000", "22000000", False),
    ("22110000", "22120000", False),
    # The second digit of a division counts even where it is a nought.
    ("30000000", "30125110", True),
    ("30000000", "33000000", False),
    ("90910000", "90911000", True),
]


@pytest.mark.parametrize(("above", "code", "covered"), PAIRS)
def test_a_code_covers_itself_and_all_below_it(session, above, code, covered):
    assert covers(above, code) is covered
    query = select(covered_by(literal(above), literal(code)))
    assert bool(session.scalar(query)) is covered


def test_part_of_a_code_stands_for_itself():
    assert beginning("30") == "30"
    assert beginning("2211") == "2211"

"""What may stand in a cell of an instance's tables: text in, value out, or what was expected.

The largest amounts keep every sum of pennies exact in a double; nobody buys for more.
"""

import math
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from optimiser.problem import Reach

LARGEST_AMOUNT = 1e15
SMALLEST_VALUE = 1e-9
LARGEST_ELASTICITY = 10.0
LARGEST_COUNT = 10**9


class Unexpected(ValueError):
    """The cell does not hold what its column asks for; the message says what would do."""


def number_of(text: str, fits: Callable[[float], bool], expected: str) -> float:
    # Python reads `1_000`, Arabic digits and blanks as numbers; other programs do not.
    if not text.isascii() or "_" in text or text != text.strip():
        raise Unexpected(expected)
    try:
        number = float(text)
    except ValueError:
        raise Unexpected(expected) from None
    if not (math.isfinite(number) and fits(number)):
        raise Unexpected(expected)
    return number


def identifier(text: str) -> str:
    if not text.strip():
        raise Unexpected("an id that is not blank")
    return text


def any_text(text: str) -> str:
    return text


def value(text: str) -> float:
    return number_of(
        text,
        lambda number: SMALLEST_VALUE <= number <= LARGEST_AMOUNT,
        "a number of pounds above 0 and at most 10^15, such as 125000.50",
    )


def amount(text: str) -> float:
    return number_of(
        text,
        lambda number: 0 <= number <= LARGEST_AMOUNT,
        "a number of pounds from 0 to 10^15, such as 8000",
    )


def amount_or_none(text: str) -> float | None:
    return amount(text) if text else None


def elasticity(text: str) -> float:
    return number_of(
        text,
        lambda number: 0 <= number <= LARGEST_ELASTICITY,
        "a number from 0 to 10, such as 0.06",
    )


def discount(text: str) -> float:
    return number_of(
        text, lambda number: 0 <= number < 1, "a number from 0 to below 1, such as 0.25"
    )


def count_from(least: int) -> Callable[[str], int | None]:
    """A parser of whole numbers of at least `least`; an empty cell is no limit."""

    def count(text: str) -> int | None:
        if not text:
            return None
        # A spreadsheet that has blanks in a column may write 6 as 6.0.
        return int(
            number_of(
                text,
                lambda number: number == int(number) and least <= number <= LARGEST_COUNT,
                f"a whole number of at least {least}, or nothing for no limit",
            )
        )

    return count


@lru_cache(maxsize=10_000)
def day(text: str) -> date:
    expected = "a date as year-month-day, such as 2027-06-30"
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise Unexpected(expected)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unexpected(expected) from None


def reach(text: str) -> Reach:
    try:
        return Reach(text)
    except ValueError:
        raise Unexpected(f"one of {', '.join(Reach)}") from None


@lru_cache(maxsize=100_000)
def accepts(text: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for part in filter(None, text.split(";")):
        name, equals, values = part.partition("=")
        if not (name.strip() and equals) or "=" in values:
            raise Unexpected(f"attribute=value|value;attribute=value, which {part!r} is not")
        if name in found:
            raise Unexpected(f"each attribute once, and {name!r} is there twice")
        if not all(each.strip() for each in values.split("|")):
            raise Unexpected(f"a value on each side of | for the attribute {name!r}")
        found[name] = frozenset(values.split("|"))
    return found

"""A column's cells as numbers and days: each different cell is read once, by the same readers as
everywhere, and the many that are written plainly go a shorter way to the same answer.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from marketplace.intake.cells import MONTHS, CellFault, clean, read_date, read_money

Array = Any
"""A column of numpy's, whose parameters would say nothing here."""

NOT_READ = np.iinfo(np.int64).min
"""Stands where a cell holds something that cannot be read."""
NOTHING = NOT_READ + 1
"""Stands where a cell is empty."""
DAY_EXPECTED = "a date, like 31/03/2027, 31-Mar-27 or 2027-03-31"
LARGEST_PLAIN = 1e9
"""Pounds up to which a number of the machine holds every penny."""
ZERO = frozenset({"-", "–", "—"})
"""How accounts write nought."""

_MONTH_LAST = re.compile(r"(\d{4})[-/. ]?(\d{1,2})")
_MONTH_FIRST = re.compile(r"(?:(\d{1,2})|([a-z]{3,9}))[-/. ']*(\d{4}|\d{2})")
_AMERICAN = re.compile(r"(\d{1,2})([-/.])(\d{1,2})([-/.].*)")


def amounts(texts: Array) -> Array:
    """Whole pence; NOTHING for an empty cell and NOT_READ for what is no amount.

    A number that is plainly one of whole pence is taken as such; any other is read by itself.
    """
    numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(np.float64)
    with np.errstate(invalid="ignore"):
        whole = np.rint(numbers * 100)
        plain = (np.abs(numbers) < LARGEST_PLAIN) & (np.abs(numbers * 100 - whole) < 1e-4)
    read = np.where(plain, whole, 0).astype(np.int64)
    odd = np.flatnonzero(~plain)
    if len(odd):
        codes, different = pd.factorize(texts[odd])
        read[odd] = np.array([pence(text) for text in different], np.int64)[codes]
    return read


def pence(text: str) -> int:
    """An amount in pence."""
    plain = clean(text)
    if plain.replace("£", "").strip() in ZERO:
        return 0
    try:
        amount = read_money(plain)
    except CellFault:
        return NOT_READ
    return NOTHING if amount is None else int(amount * 100)


@lru_cache(maxsize=20_000)
def day_number(text: str, month_first: bool) -> int:
    """A day, or a month, as a number that sorts."""
    plain = clean(text).lower()
    if not plain:
        return NOTHING
    month = _month(plain)
    if month:
        return month
    if month_first and (found := _AMERICAN.fullmatch(plain)):
        plain = f"{found[3]}{found[2]}{found[1]}{found[4]}"
    try:
        day = read_date(plain)
    except CellFault:
        return NOT_READ
    return NOTHING if day is None else day.year * 10_000 + day.month * 100 + day.day


def _month(plain: str) -> int:
    """April 2027, Apr-27, 04/2027, 2027-04 and 202704 as 20270400; 0 for anything else."""
    if found := _MONTH_LAST.fullmatch(plain):
        return _month_number(int(found[1]), int(found[2]))
    if found := _MONTH_FIRST.fullmatch(plain):
        if found[2] is None and len(found[3]) == 2:
            return 0
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        return _month_number(year, int(found[1]) if found[1] else MONTHS.get(found[2][:3], 0))
    return 0


def _month_number(year: int, month: int) -> int:
    return year * 10_000 + month * 100 if 1990 <= year <= 2199 and 1 <= month <= 12 else 0


def is_month_first(different: list[str]) -> bool:
    """Whether a column puts the month before the day: some cells can only be read so, and none
    can only be read the other way.
    """
    firsts, seconds = [0], [0]
    for text in different:
        if found := _AMERICAN.fullmatch(clean(text)):
            firsts.append(int(found[1]))
            seconds.append(int(found[3]))
    return max(firsts) <= 12 < max(seconds)


def as_day(number: int) -> date | None:
    """The day of a number; None for a month without a day."""
    return date(number // 10_000, number // 100 % 100, number % 100) if number % 100 else None


def month_in(words: str) -> int | None:
    """The one month that a file or sheet is named after, as 202704; None where it names none."""
    plain = re.sub(r"[_+()]", " ", words.lower())
    plain = re.sub(r"\.[a-z]{3,4}$", "", plain)
    found = {
        *(
            _month_number(int(year), int(month)) // 100
            for year, month in re.findall(r"(?<!\d)(20\d\d)[-. ]?(0\d|1[0-2])(?!\d)", plain)
        ),
        *(
            _month_number(int(year), int(month)) // 100
            for month, year in re.findall(r"(?<!\d)(0\d|1[0-2])[-. ]?(20\d\d)(?!\d)", plain)
        ),
        *(
            _month_number(int(year[-2:]) + 2000, MONTHS.get(name[:3], 0)) // 100
            for name, year in re.findall(r"\b([a-z]{3,9})[-. ,']*(20\d\d|\d\d)(?!\d)", plain)
        ),
        *(
            _month_number(int(year), MONTHS.get(name[:3], 0)) // 100
            for year, name in re.findall(r"(?<!\d)(20\d\d)[-. ]*([a-z]{3,9})\b", plain)
        ),
    } - {0}
    if not found and (short := re.fullmatch(r"\W*(1\d|2\d)(0[1-9]|1[0-2])\W*", plain)):
        found = {(2000 + int(short[1])) * 100 + int(short[2])}
    return found.pop() if len(found) == 1 else None

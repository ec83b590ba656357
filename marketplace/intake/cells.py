"""What people write in cells, read: dates in several forms, amounts, codes.

Each reader returns None for a cell that says "nothing" and raises CellFault, which says what was
expected, for one that cannot be read.
"""

import html
import re
import unicodedata
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

LARGEST_AMOUNT = Decimal(10) ** 11
PENCE = Decimal("0.01")
FIRST_YEAR, LAST_YEAR = 1900, 2199
NOTHING = frozenset(
    {
        *("", "-", "--", "–", "—", ".", "?", "n/a", "na", "n.a.", "none", "null", "nil", "tbc"),
        *("tba", "not applicable", "not known", "unknown", "not given", "ongoing", "on-going"),
        *("rolling", "open ended", "open-ended", "no end date", "undefined", "various"),
    }
)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
DATE_EXPECTED = "a date, like 31/03/2027, 31-Mar-2027 or 2027-03-31"
MONEY_EXPECTED = "an amount in pounds, like 12,000 or 12000.50"

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ]\d{1,2}:\d{2}.*)?")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: \d{1,2}:\d{2}.*)?")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3,9})[-/., ]*(\d{4}|\d{2})")
_WORDS_FIRST = re.compile(r"([a-z]{3,9})[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4})")
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.0+)?")
_AMOUNT = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d*)?|\.\d+|\d(?:\.\d+)?e\+?\d{1,2}", re.ASCII
)


class CellFault(ValueError):
    """The cell cannot be read; the message says what was expected."""


def clean(text: str) -> str:
    """One line of text: entities read, what cannot be printed gone, spaces single."""
    if "&" in text:
        # Some sources escaped the text twice.
        text = html.unescape(html.unescape(text))
    if not text.isprintable():
        text = "".join(_printable(character) for character in text)
    return " ".join(text.split())


def clean_prose(text: str) -> str:
    """Text of several lines, each cleaned; runs of empty lines become one."""
    text = html.unescape(html.unescape(text)) if "&" in text else text
    lines = (clean(line) for line in re.split(r"\r\n|\r|\n", text))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() or unicodedata.category(character) != "Cf" else ""


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """A date in the forms that registers use; the day goes before the month."""
    plain = clean(text).lower()
    if plain in NOTHING:
        return None
    if found := _ISO.fullmatch(plain):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(plain):
        return _date(_year(found[3]), int(found[2]), int(found[1]))
    if found := _WORDS.fullmatch(plain):
        return _date(_year(found[3]), _month(found[2]), int(found[1]))
    if found := _WORDS_FIRST.fullmatch(plain):
        return _date(int(found[3]), _month(found[1]), int(found[2]))
    if _SERIAL.fullmatch(plain):
        # How a spreadsheet keeps a day, shown where the cell lost its format.
        return date(1899, 12, 30) + timedelta(days=int(float(plain)))
    raise CellFault(DATE_EXPECTED)


def _date(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise CellFault(f"a day that exists, the day before the month: {DATE_EXPECTED}") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellFault(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return found


def _year(text: str) -> int:
    """31/03/15 is of 2015, 31/03/98 of 1998."""
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= 70 else 2000)


def _month(text: str) -> int:
    number = MONTHS.get(text[:3])
    if number is None:
        raise CellFault(DATE_EXPECTED)
    return number


def read_money(text: str) -> Decimal | None:
    """Pounds; in brackets, with a minus sign or as a credit (CR) they are negative."""
    plain = clean(text).lower()
    if plain in NOTHING:
        return None
    # 0x9C, the pound sign of old systems, reads as œ; a pound sign decoded twice gains an Â.
    bare = re.sub(r"gbp|[£œÂâ\ufffd\s]", "", plain, flags=re.IGNORECASE)
    bare = re.sub(r"[−–]", "-", bare)
    negative = bare.startswith(("-", "(")) or bare.endswith(("-", "cr"))
    if bare.startswith("(") != bare.endswith(")"):
        raise CellFault(MONEY_EXPECTED)
    bare = bare.strip("()").removesuffix("cr").removesuffix("dr").removesuffix("-").lstrip("-")
    if not _AMOUNT.fullmatch(bare):
        raise CellFault(MONEY_EXPECTED)
    amount = Decimal(bare.replace(",", ""))
    if amount > LARGEST_AMOUNT:
        raise CellFault("an amount under £100 billion")
    amount = amount.quantize(PENCE, ROUND_HALF_EVEN)
    return -amount if negative and amount else amount


def read_whole(text: str, at_least: int = 0, at_most: int = 1_000_000) -> int | None:
    """A whole number within limits."""
    plain = clean(text).lower()
    if plain in NOTHING:
        return None
    bare = plain.replace(",", "").removesuffix(".0")
    if not re.fullmatch(r"\d{1,12}", bare, re.ASCII) or not at_least <= int(bare) <= at_most:
        raise CellFault(f"a whole number from {at_least:,} to {at_most:,}")
    return int(bare)


def read_yes(text: str) -> bool | None:
    """Yes or no."""
    plain = clean(text).lower()
    if plain in NOTHING:
        return None
    if plain in ("yes", "y", "true", "1"):
        return True
    if plain in ("no", "n", "false", "0"):
        return False
    raise CellFault("yes or no")


def cpv_codes(text: str) -> list[str]:
    """Every CPV code in a cell, without check digits; a lost leading zero is put back."""
    found = re.findall(r"(?<!\d)(\d{7,8})(?:-\d)?(?!\d)", clean(text), re.ASCII)
    return list(dict.fromkeys(code.zfill(8) for code in found))

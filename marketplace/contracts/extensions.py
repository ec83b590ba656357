"""Extension options as registers write them: "2 x 12 months", "12 + 6", "none"."""

import re
from datetime import date, timedelta

from marketplace.contracts.months import months_after
from marketplace.web.formatting import months

LONGEST = 120
MOST_OPTIONS = 10
EXPECTED = "months, like 12, 12 + 6, 2 x 12 months or none"
NONE = ("none", "no", "nil", "0", "no extension", "no extensions")
UNKNOWN = ("", "-", "–", "—", "n/a", "na", "tbc", "tba", "unknown", "not known", "not given")
_OPTION = re.compile(r"(?:(\d{1,2})\s*[x×*]\s*)?(\d{1,3})\s*(months?|m|years?|y)?", re.ASCII)


def read_extensions(text: str) -> tuple[int, ...] | None:
    """Months of each option in turn; () where there is none, None where nothing is said.

    Raises ValueError that says what was expected.
    """
    plain = " ".join(text.casefold().split())
    if plain in UNKNOWN:
        return None
    if plain in NONE:
        return ()
    found: list[int] = []
    for part in re.split(r"\+|,|;|\band\b|\bplus\b", plain):
        option = _OPTION.fullmatch(part.strip())
        if option is None:
            raise ValueError(EXPECTED)
        each = int(option[2]) * (12 if (option[3] or "").startswith("y") else 1)
        found += [each] * int(option[1] or 1)
    if 0 in found or len(found) > MOST_OPTIONS or sum(found) > LONGEST:
        raise ValueError(f"{EXPECTED}: {MOST_OPTIONS} options and {LONGEST} months at most")
    return tuple(found)


def written(options: tuple[int, ...] | None) -> str | None:
    """As the register keeps it: 12+6; 0 where there is none; None where nothing is known."""
    return None if options is None else "+".join(map(str, options)) or "0"


def months_in_all(kept: str | None) -> int:
    """By how many months a contract can be extended altogether, as far as is known."""
    return sum(map(int, kept.split("+"))) if kept else 0


def in_words(kept: str | None) -> str:
    """12 months, then 6 months."""
    if kept is None:
        return "Not known"
    if kept == "0":
        return "No extension"
    return ", then ".join(months(int(each)) for each in kept.split("+"))


def until(end: date | None, last: date | None) -> tuple[int, ...] | None:
    """The one option that takes a contract from its end to its last possible day."""
    if end is None or last is None or last <= end:
        return None
    follows, count = end + timedelta(days=1), 0
    while count < LONGEST and months_after(follows, count + 1) <= last + timedelta(days=1):
        count += 1
    return (count,) if count else None

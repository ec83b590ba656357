"""What is left of a supplier's name once what is written in many ways is taken away: its core.

ACME LTD, Acme Limited and Acme Ltd. t/a Bright Sparks have one core, so they are one supplier
without anybody being asked. Cores that are nearly the same are doubtful, and a person decides.
"""

import re
import unicodedata
from functools import lru_cache

TRADING_AS = re.compile(
    r"\b(?:t ?/ ?a|t/as|trading as|ta(?= [a-z])(?<=(?:ltd|plc|llp) ta))\b", re.I
)
_LEGAL = frozenset(
    {
        *("ltd", "limited", "plc", "llp", "lp", "cic", "cio", "inc", "incorporated", "llc"),
        *("co", "company", "corp", "corporation", "gmbh", "bv", "sa", "uk", "gb", "the", "and"),
    }
)
_JOINED_FORMS = {
    "c.i.c": "cic",
    "p.l.c": "plc",
    "l.l.p": "llp",
    "u.k": "uk",
    "ltd.": "ltd",
    "co.": "co",
}


@lru_cache(maxsize=100_000)
def core(name: str) -> str:
    """The words that tell this supplier from others, in order."""
    words = _words(_before_trading(name))
    bare = [word for word in words if word not in _LEGAL]
    return " ".join(bare or words)


def compact(name: str) -> str:
    """The core without its spaces: All Pay.Net is allpaynet."""
    return core(name).replace(" ", "")


def trading_name(name: str) -> str:
    """What a supplier trades as, where the name says so."""
    parts = TRADING_AS.split(name, maxsplit=1)
    return parts[1].strip(" -,.()") if len(parts) == 2 else ""


def _before_trading(name: str) -> str:
    before = TRADING_AS.split(name, maxsplit=1)[0]
    return before if any(c.isalnum() for c in before) else name


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    plain = plain or name.casefold()
    for long, short in _JOINED_FORMS.items():
        plain = plain.replace(long, short)
    plain = plain.replace("&", " and ").replace("'", "").replace("’", "")
    words = re.findall(r"\w+", plain)
    # Codes that a ledger puts before a name (43033820 COSTA COFFEE) say nothing of the name.
    if len(words) > 1 and words[0].isdigit() and len(words[0]) >= 5:
        words = words[1:]
    return _joined_letters(words)


def _joined_letters(words: list[str]) -> list[str]:
    """F M Conway is FM Conway."""
    found: list[str] = []
    run = ""
    for word in words:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        found += [run] if run else []
        run = ""
        found.append(word)
    return found + ([run] if run else [])

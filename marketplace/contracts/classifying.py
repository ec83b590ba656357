"""From a source's CPV code to one that we have: itself, or the nearest above it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.categories.codes import DIGITS, DIVISION
from marketplace.categories.models import CpvCode

CHUNK = 500


def codes_above(code: str) -> list[str]:
    """The code and those above it, nearest first: 22113000, 22110000, 22100000, 22000000."""
    lengths = range(len(code.rstrip("0").ljust(DIVISION, "0")), DIVISION - 1, -1)
    return [code[:length].ljust(DIGITS, "0") for length in lengths]


def known_codes(session: Session, codes: Iterable[str]) -> frozenset[str]:
    """Which of the codes, and of those above them, the database has."""
    wanted = sorted({above for code in set(codes) for above in codes_above(code)})
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        found.update(session.scalars(select(CpvCode.code).where(CpvCode.code.in_(part))))
    return frozenset(found)


def nearest_known(codes: Sequence[str], known: frozenset[str]) -> str | None:
    """The first of a row's codes if we have it, else the nearest above the first."""
    exact = next((code for code in codes if code in known), None)
    if exact or not codes:
        return exact
    return next((above for above in codes_above(codes[0]) if above in known), None)

"""How CPV codes nest: the noughts at the end of a code stand for everything below it."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func

DIGITS = 8
DIVISION = 2
"""A division has two digits even where the second is a nought: 30000000 is 30, not 3."""


def beginning(code: str) -> str:
    """What a code and all below it begin with: 22110000 gives 2211; part of a code, itself."""
    return code if len(code) < DIGITS else code.rstrip("0").ljust(DIVISION, "0")


def covers(above: str, code: str) -> bool:
    """Whether a code is the other or stands above it: 22000000 covers 22113000."""
    return code.startswith(beginning(above))


def covered_by(
    above: SQLColumnExpression[Any], code: SQLColumnExpression[Any]
) -> ColumnElement[bool]:
    """`covers` for the database: both are columns of codes."""
    division = func.substr(above, 1, DIVISION)
    start = division.concat(func.substr(func.rtrim(above, "0"), DIVISION + 1))
    return func.substr(code, 1, func.length(start)) == start

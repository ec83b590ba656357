"""One field, several suppliers: parted where the source parted them and nowhere else."""

import re

from marketplace.intake.cells import clean

LONGEST = 255
# Contracts Finder joins names by a comma without a space; a comma with one belongs to a name.
_JOINED = re.compile(r",(?=\S)|;|\||\n")
_PART_OF_A_NAME = re.compile(r"(ltd|limited|llp|plc|inc|cic)\.?$|(t/a|trading as)\b", re.I)


def split_suppliers(text: str) -> tuple[str, ...]:
    """Each supplier once, in the order of the source."""
    names: list[str] = []
    for piece in _JOINED.split(_unescaped(text)):
        name = clean(piece).strip(", ")
        if names and _PART_OF_A_NAME.match(name):
            names[-1] = f"{names[-1]}, {name}"
        elif name:
            names.append(name)
    once: dict[str, str] = {}
    for name in names:
        once.setdefault(name.casefold(), name)
    return tuple(once.values())


def in_one_line(names: tuple[str, ...]) -> str:
    """All that fits a line: the name, or the first and how many others."""
    if not names:
        return ""
    others = len(names) - 1
    tail = f" and {others} other{'s' if others > 1 else ''}" if others else ""
    room = LONGEST - len(tail)
    first = names[0] if len(names[0]) <= room else names[0][: room - 1].rstrip() + "…"
    return first + tail


def _unescaped(text: str) -> str:
    """Entities first: the semicolon that ends one parts no names."""
    return "\n".join(clean(line) for line in text.splitlines())

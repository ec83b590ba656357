"""Which column of a file is which: from what was decided before, from names, from what is in them.

A column taken for what it holds and not for its name is a guess, and a person confirms it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.spend.fields import LABELS, NEEDED, Field, folded, scores
from marketplace.spend.values import NOT_READ, NOTHING, day_number, pence

LEAST_GOOD = 0.3
"""The share of cells that must read as days or amounts for a column to be taken as such."""
REMEMBERED, CHOSEN = 1_000, 2_000


@dataclass(frozen=True)
class Chosen:
    """Where the columns are, and which of them were guessed from what is in them."""

    places: Mapping[Field, int]
    guessed: frozenset[Field]
    fault: str = ""
    """Why the columns cannot be read as they are."""


def choose(
    headings: Sequence[str],
    samples: Sequence[Sequence[str]],
    remembered: Mapping[str, str],
    asked: Mapping[str, str],
) -> Chosen:
    """The columns under these headings; `samples` has some cells of each.

    `remembered` and `asked` say the field of a folded heading; "" there is no field at all.
    """
    ranked = sorted(
        (
            (-score, place, field)
            for place, heading in enumerate(headings)
            for field, score in _scores(heading, remembered, asked).items()
        ),
        key=lambda each: (each[0], each[1], list(Field).index(each[2])),
    )
    places: dict[Field, int] = {}
    for score, place, field in ranked:
        free = field not in places and place not in places.values()
        if free and (-score >= REMEMBERED or _fits(field, samples[place])):
            places[field] = place
    taken = {folded(headings[place]) for place in places.values()}
    barred = {p for p, h in enumerate(headings) if folded(h) in {*remembered, *asked} - taken}
    guessed = _guess(places, samples, barred) if places else frozenset()
    return Chosen(places, guessed, _fault(places, headings, samples))


def _scores(
    heading: str, remembered: Mapping[str, str], asked: Mapping[str, str]
) -> dict[Field, int]:
    plain = folded(heading)
    if plain in asked:
        return {Field(asked[plain]): CHOSEN} if asked[plain] else {}
    if plain in remembered:
        return {Field(remembered[plain]): REMEMBERED} if remembered[plain] else {}
    found = scores(heading)
    # A second column of categories says more about the first one's.
    if Field.CATEGORY in found and Field.SUBCATEGORY not in found:
        found[Field.SUBCATEGORY] = found[Field.CATEGORY] - 40
    return found


def _fits(field: Field, cells: Sequence[str]) -> bool:
    """Whether a column's cells can be what its name says; empty ones speak neither way."""
    if field in (Field.AMOUNT, Field.DATE):
        read = _share(cells, field)
        return read is None or read >= LEAST_GOOD
    if field == Field.SUPPLIER:
        words = [cell for cell in cells if cell.strip()]
        return not words or sum(any(c.isalpha() for c in cell) for cell in words) * 2 > len(words)
    return True


def _share(cells: Sequence[str], field: Field) -> float | None:
    """The share of the filled cells that read as days or as amounts."""
    filled = [cell for cell in cells if cell.strip()]
    if not filled:
        return None
    if field == Field.DATE:
        good = sum(
            max(day_number(cell, False), day_number(cell, True)) > NOTHING for cell in filled
        )
    else:
        good = sum(pence(cell) not in (NOT_READ, NOTHING) for cell in filled)
    return good / len(filled)


def _guess(
    places: dict[Field, int], samples: Sequence[Sequence[str]], barred: set[int]
) -> frozenset[Field]:
    """Fill what is needed from the columns' cells; the guesses made."""
    guessed = set()
    free = [p for p in range(len(samples)) if p not in places.values() and p not in barred]
    if Field.AMOUNT not in places:
        money = [p for p in free if _looks_like_money(samples[p])]
        if len(money) == 1:
            places[Field.AMOUNT] = money[0]
            guessed.add(Field.AMOUNT)
            free.remove(money[0])
    if Field.SUPPLIER not in places:
        named = sorted(free, key=lambda p: (-_names(samples[p]), p))
        if named and _names(samples[named[0]]) > 0:
            places[Field.SUPPLIER] = named[0]
            guessed.add(Field.SUPPLIER)
    return frozenset(guessed)


def _looks_like_money(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    with_pence = sum("." in cell or "£" in cell for cell in filled)
    return (
        bool(filled) and with_pence * 4 > len(filled) and (_share(cells, Field.AMOUNT) or 0) > 0.8
    )


def _names(cells: Sequence[str]) -> int:
    """How many different names a column seems to hold."""
    words = {c.strip() for c in cells if sum(x.isalpha() for x in c) >= 3}
    return len(words) if len(words) * 2 > len([c for c in cells if c.strip()]) else 0


def _fault(
    places: Mapping[Field, int], headings: Sequence[str], samples: Sequence[Sequence[str]]
) -> str:
    missing = [field for field in NEEDED if field not in places]
    if not missing:
        return ""
    for place, heading in enumerate(headings):
        if Field.AMOUNT in missing and Field.AMOUNT in scores(heading):
            dates = _share(samples[place], Field.DATE) or 0
            holds = "dates" if dates >= LEAST_GOOD else "something other than amounts"
            return f"the column “{heading.strip()}” should be the amount and holds {holds}"
    return ""


def label_fields(places: Mapping[Field, int]) -> list[Field]:
    """The columns that together say what was bought; without them, who bought it and the words."""
    found = [field for field in LABELS if field in places]
    if found or Field.CPV in places:
        return found
    return [f for f in (Field.SERVICE, Field.DESCRIPTION) if f in places]

"""Where a table begins and what its columns are. Runs only in the child process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.intake.cells import clean
from marketplace.spend.columns import Chosen, choose, label_fields
from marketplace.spend.fields import Field, folded, scores
from marketplace.spend.limits import HEADER_WITHIN
from marketplace.spend.values import month_in

SAMPLES = 200
SHOWN = 3
BODIES = frozenset(
    {"body name", "body", "organisation name", "council", "authority", "council name"}
)


@dataclass(frozen=True)
class Hints:
    """What is known beside the file: the month, what columns were called before, and now."""

    name: str = ""
    month: int | None = None
    remembered: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """A header's place, its headings, and which column is which."""

    header: int
    headings: Sequence[str]
    samples: Sequence[Sequence[str]]
    chosen: Chosen
    month: int | None
    """The month that the sheet, the lines above the header or the file's name say."""
    body: int | None
    """The column that names the spending authority, where there is one."""

    @property
    def labels(self) -> list[Field]:
        return label_fields(self.chosen.places)

    @property
    def columns(self) -> list[int]:
        """The columns to read: those chosen, the first, and what may stand beyond the headings."""
        beyond = range(len(self.headings), len(self.samples))
        own = {0, *self.chosen.places.values(), *beyond}
        return sorted(own | ({self.body} if self.body is not None else set()))

    def heading(self, what: Field) -> str:
        """What the file calls a column."""
        place = self.chosen.places.get(what)
        return what.value if place is None else self.headings[place] or f"column {place + 1}"

    def described(self) -> dict[str, object]:
        """The layout as plain values."""
        return {
            "header_row": self.header + 1,
            "headings": list(self.headings),
            "fields": {each.value: place for each, place in self.chosen.places.items()},
            "guessed": sorted(each.value for each in self.chosen.guessed),
            "samples": [_shown(cells) for cells in self.samples[: len(self.headings)]],
            "month": self.month,
        }


def _shown(cells: Sequence[str]) -> list[str]:
    filled = dict.fromkeys(clean(cell)[:40] for cell in cells if cell.strip())
    return list(filled)[:SHOWN]


def find_layout(sheet_name: str, head: Sequence[Sequence[str]], hints: Hints) -> Layout | None:
    """The layout whose header names most; None where no row is a header of spending."""
    best: tuple[int, int, Layout] | None = None
    for at, cells in enumerate(head[:HEADER_WITHIN]):
        if not _may_be_header(cells, hints):
            continue
        layout = _layout(sheet_name, head, at, hints)
        named = len(layout.chosen.places) - len(layout.chosen.guessed)
        needed = sum(each in layout.chosen.places for each in (Field.SUPPLIER, Field.AMOUNT))
        if best is None or (needed, named) > best[:2]:
            best = (needed, named, layout)
    return best[2] if best else None


def _may_be_header(cells: Sequence[str], hints: Hints) -> bool:
    """At least two filled cells, one of which is a known name, and none of which is a number."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < 2 or any(_is_number(cell) for cell in filled):
        return False
    known = {*hints.remembered, *hints.asked}
    return any(folded(cell) in known or scores(cell) for cell in filled)


def _is_number(cell: str) -> bool:
    bare = cell.strip().replace(",", "").replace(".", "").lstrip("-£(").rstrip(")")
    return bare.isdigit()


def _layout(sheet_name: str, head: Sequence[Sequence[str]], at: int, hints: Hints) -> Layout:
    headings = [clean(cell) for cell in head[at]]
    while headings and not headings[-1]:
        headings.pop()
    width = max(len(row) for row in head)
    below = [row for row in head[at + 1 :] if any(cell.strip() for cell in row)][:SAMPLES]
    samples = [[row[place] for row in below if place < len(row)] for place in range(width)]
    # A column without a heading that is filled like its neighbours is a column all the same.
    while len(headings) < width and _is_filled(samples[len(headings)], len(below)):
        headings.append("")
    chosen = choose(headings, samples[: len(headings)], hints.remembered, hints.asked)
    bodies = [place for place, each in enumerate(headings) if folded(each) in BODIES]
    bodies.sort(key=lambda place: "name" not in folded(headings[place]))
    body = next((place for place in bodies if place not in chosen.places.values()), None)
    return Layout(at, headings, samples, chosen, _month(sheet_name, head[:at], hints), body)


def _is_filled(cells: Sequence[str], rows: int) -> bool:
    return rows > 3 and sum(bool(cell.strip()) for cell in cells) * 2 > rows


def _month(sheet_name: str, above: Sequence[Sequence[str]], hints: Hints) -> int | None:
    """Which month undated rows are of; what a person says comes first."""
    if hints.month:
        return hints.month
    said = [sheet_name, " ".join(clean(cell) for row in above for cell in row if cell), hints.name]
    return next((month for words in said if (month := month_in(words))), None)

"""Where the parts of the calendar's pictures go; a table with the same stands beside each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.contracts.planning import Window
from marketplace.waves.timing import HORIZON, Ending, first_day, month_of

LABELS = 210
"""Room before the picture for what each line is called."""
LONGEST_LABEL = 28
WIDTH = 900
HEAD = 44
LINE = 30
QUARTERS = HORIZON // 3
STEPS = (0, 1, 3, 5, 8)
"""From how many authorities on a cell is darker; its number says how many they are."""


@dataclass(frozen=True)
class Cell:
    """A quarter of one category: how many authorities have a contract that ends in it."""

    x: float
    count: int
    step: int
    words: str


@dataclass(frozen=True)
class GridLine:
    label: str
    y: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """Categories by quarters."""

    width: int
    height: int
    side: float
    heads: tuple[tuple[float, str], ...]
    lines: tuple[GridLine, ...]
    words: str


def quarters(today: date) -> list[date]:
    """The first day of each three months that the calendar shows."""
    return [first_day(month_of(today) + 3 * number) for number in range(QUARTERS)]


def quarter_of(day: date, today: date) -> int:
    """In which of these quarters a day lies; the last holds what is left over."""
    return min(max((month_of(day) - month_of(today)) // 3, 0), QUARTERS - 1)


def grid_of(lines: Sequence[tuple[str, Sequence[int]]], today: date) -> Grid:
    """The picture of how many authorities are free in each quarter, category by category."""
    side = (WIDTH - LABELS) / QUARTERS
    begins = quarters(today)
    drawn = tuple(
        GridLine(
            _short(label),
            HEAD + place * LINE,
            tuple(
                Cell(
                    round(LABELS + number * side, 1),
                    count,
                    sum(count >= least for least in STEPS[1:]),
                    f"{label}, {begins[number]:%b %Y} and two months on: {count}",
                )
                for number, count in enumerate(counts)
            ),
        )
        for place, (label, counts) in enumerate(lines)
    )
    heads = tuple(
        (round(LABELS + (number + 0.5) * side, 1), f"{begin:%b %y}")
        for number, begin in enumerate(begins)
    )
    most = max(((max(counts, default=0), label) for label, counts in lines), default=(0, ""))
    words = f"The most at once: {most[0]} authorities in a quarter, for {most[1]}." if lines else ""
    return Grid(WIDTH, HEAD + len(lines) * LINE + 6, side, heads, drawn, words)


@dataclass(frozen=True)
class Bar:
    """One contract: when it can be followed, with its end as it is and with its end moved."""

    label: str
    y: int
    x: float
    width: float
    longer: float
    """How far the part goes on in which it has to be extended; nought where there is none."""
    earlier: float
    """How long the part before is in which it has to be ended early; nought where there is none."""
    end: float
    """Where the contract ends."""
    words: str


@dataclass(frozen=True)
class Mark:
    """The month of a wave; what it is called stands on one of two lines, so that none overlap."""

    x: float
    y: int
    label: str


@dataclass(frozen=True)
class Lanes:
    """The contracts of one category, a line each, over the months."""

    width: int
    height: int
    ticks: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    words: str


def lanes_of(
    contracts: Sequence[tuple[str, Ending]],
    starts: Sequence[tuple[date, str]],
    slack: Window,
    today: date,
) -> Lanes:
    """The picture of when each contract can be followed, with the waves' months across it."""
    begin = month_of(today)
    longest = max((each.months(slack, today)[1] for _, each in contracts), default=begin)
    months = min(max(HORIZON, longest - begin), 2 * HORIZON) + 2
    scale = (WIDTH - LABELS - 10) / months

    def place(month: float) -> float:
        return round(LABELS + min(month - begin, months) * scale, 1)

    bars = []
    for number, (label, ending) in enumerate(contracts):
        first, last = ending.months(slack, today)
        from_here = max(first, min(last, ending.freed - slack.before))
        free = max(from_here, min(last, ending.freed + slack.after)) + 1
        bars.append(
            Bar(
                _short(label),
                HEAD + number * LINE,
                place(from_here),
                round(place(free) - place(from_here), 1),
                round(place(last + 1) - place(free), 1),
                round(place(from_here) - place(first), 1),
                place(ending.freed),
                _said(label, (first, last), (from_here, free - 1)),
            )
        )
    ticks = tuple(
        (place(month), f"{first_day(month):%b %y}") for month in range(begin, begin + months - 3, 6)
    )
    foot = HEAD + len(bars) * LINE
    marks = tuple(
        Mark(place(month_of(start) + 0.5), foot + 18 + 16 * (number % 2), label)
        for number, (start, label) in enumerate(sorted(starts))
    )
    words = " ".join(bar.words for bar in bars)
    return Lanes(WIDTH, foot + 40, ticks, tuple(bars), marks, words)


def _said(label: str, all_of_it: tuple[int, int], free: tuple[int, int]) -> str:
    """Each of them its first and its last month."""
    text = f"{label}: from {first_day(free[0]):%b %Y} to {first_day(free[1]):%b %Y}"
    if all_of_it[0] < free[0]:
        text += f", ended early from {first_day(all_of_it[0]):%b %Y}"
    if all_of_it[1] > free[1]:
        text += f", extended to {first_day(all_of_it[1]):%b %Y}"
    return f"{text}."


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"

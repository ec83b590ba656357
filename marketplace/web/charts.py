"""Where the lines of our pictures go. Templates draw them, beside a table with the same figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.web.formatting import rough_pounds

WIDTH = 420
MARGIN = 55
"""Room at both ends for a label that is centred on the end of the axis."""


@dataclass(frozen=True)
class RangeChart:
    """A bar from nothing to the likely amount, with a whisker from the low to the high one."""

    width: int
    zero: float
    low: float
    likely: float
    high: float
    bar_from: float
    bar_width: float
    ends: tuple[tuple[float, str], ...]
    likely_label: tuple[float, str]
    words: str


def range_chart(low: Decimal, likely: Decimal, high: Decimal) -> RangeChart:
    """The picture of an amount that is only known within a range; nothing is always on it."""
    least, most = min(low, Decimal(0)), max(high, Decimal(0))
    span = (most - least) or Decimal(1)

    def place(amount: Decimal) -> float:
        return round(MARGIN + float((amount - least) / span) * (WIDTH - 2 * MARGIN), 1)

    zero, middle = place(Decimal(0)), place(likely)
    return RangeChart(
        width=WIDTH,
        zero=zero,
        low=place(low),
        likely=middle,
        high=place(high),
        bar_from=min(zero, middle),
        bar_width=round(abs(middle - zero), 1),
        ends=((place(least), rough_pounds(least)), (place(most), rough_pounds(most))),
        likely_label=(middle, f"likely {rough_pounds(likely)}"),
        words=f"Likely {rough_pounds(likely)}, "
        f"between {rough_pounds(low)} and {rough_pounds(high)}.",
    )


LABELS = 190
"""Room before the bars for the longest name of an authority."""
FIGURES = 90
BAR_STEP = 30


@dataclass(frozen=True)
class Bar:
    """One bar: where it begins, how long it is, and what is written at both ends."""

    label: str
    figure: str
    x: float
    y: int
    width: float
    end: float


@dataclass(frozen=True)
class BarChart:
    """Bars one below the other, to the right of nothing for a gain and to the left for a loss."""

    width: int
    height: int
    zero: float
    bars: tuple[Bar, ...]
    words: str


LONGEST_LABEL = 24
"""Letters that fit before the bars."""


def short_label(name: str) -> str:
    """A name as it fits before a bar: the table beside the picture has it whole."""
    if len(name) <= LONGEST_LABEL:
        return name
    return f"{name[: LONGEST_LABEL - 1].rstrip(' ,')}…"


def count_chart(counts: Sequence[tuple[str, int]]) -> BarChart:
    """The picture of a count for each name, in the order given."""
    amounts = [(name, Decimal(count)) for name, count in counts]
    return bar_chart(amounts, written=lambda count: f"{count:,.0f}")


def bar_chart(
    amounts: Sequence[tuple[str, Decimal]], written: Callable[[Decimal], str] = rough_pounds
) -> BarChart:
    """The picture of an amount for each name, in the order given."""
    room = 2 * WIDTH - LABELS - FIGURES
    least = min([Decimal(0), *(amount for _, amount in amounts)])
    most = max([Decimal(0), *(amount for _, amount in amounts)])
    scale = room / float((most - least) or Decimal(1))
    zero = round(LABELS - float(least) * scale, 1)
    bars = tuple(
        Bar(
            label=name,
            figure=written(amount),
            x=round(min(zero, zero + float(amount) * scale), 1),
            y=place * BAR_STEP + 4,
            width=round(abs(float(amount)) * scale, 1),
            end=round(max(zero, zero + float(amount) * scale) + 6, 1),
        )
        for place, (name, amount) in enumerate(amounts)
    )
    words = "; ".join(f"{bar.label} {bar.figure}" for bar in bars)
    return BarChart(2 * WIDTH, BAR_STEP * len(bars) + 4, zero, bars, f"{words}.")


@dataclass(frozen=True)
class ClosingChart:
    """Two lines over time: the best found rises, the bound falls, and between them is the gap."""

    width: int
    height: int
    best: str
    bound: str
    top: str
    seconds: str
    words: str


CLOSING_HEIGHT = 200


def closing_chart(points: Sequence[tuple[Decimal, Decimal, Decimal]]) -> ClosingChart | None:
    """The picture of (seconds, best, bound) in order; None before there is a line to draw."""
    most = max((bound for _, _, bound in points), default=Decimal(0))
    last = points[-1][0] if points else Decimal(0)
    if len(points) < 2 or most <= 0 or last <= 0:
        return None

    def line(values: Sequence[Decimal]) -> str:
        places = []
        for (seconds, _, _), value in zip(points, values, strict=True):
            x = MARGIN + float(seconds / last) * (2 * WIDTH - 2 * MARGIN)
            y = 10 + float(1 - max(value, Decimal(0)) / most) * (CLOSING_HEIGHT - 40)
            places.append(f"{x:.1f},{y:.1f}")
        return " ".join(places)

    _, best, bound = points[-1]
    return ClosingChart(
        width=2 * WIDTH,
        height=CLOSING_HEIGHT,
        best=line([point[1] for point in points]),
        bound=line([point[2] for point in points]),
        top=rough_pounds(most),
        seconds=f"{last:.0f} s",
        words=f"After {last:.0f} seconds {rough_pounds(best)} found, "
        f"and no grouping brings more than {rough_pounds(bound)}.",
    )


SPAN_STEP = 54


@dataclass(frozen=True)
class Span:
    """One line from the least to the most, with what is written above it."""

    label: str
    y: int
    x: float
    width: float
    mark: float | None
    """Where the likely amount is, if there is one."""


@dataclass(frozen=True)
class SpanChart:
    """Ranges of amounts one below the other, on one axis that holds nothing too."""

    width: int
    height: int
    zero: float
    spans: tuple[Span, ...]
    words: str


def span_chart(rows: Sequence[tuple[str, Decimal, Decimal, Decimal | None]]) -> SpanChart:
    """The picture of ranges by name: from, to, and the likely amount where there is one."""
    ends = [Decimal(0), *(end for _, low, high, _ in rows for end in (low, high))]
    least, span = min(ends), (max(ends) - min(ends)) or Decimal(1)

    def place(amount: Decimal) -> float:
        return round(4 + float((amount - least) / span) * (WIDTH - 8), 1)

    labels = [
        f"{name}: {rough_pounds(low)}" + (f" to {rough_pounds(high)}" if high > low else "")
        for name, low, high, _ in rows
    ]
    return SpanChart(
        width=WIDTH,
        height=SPAN_STEP * len(rows),
        zero=place(Decimal(0)),
        spans=tuple(
            Span(
                label=label,
                y=SPAN_STEP * number,
                x=place(low),
                width=max(place(high) - place(low), 2.0),
                mark=None if likely is None else place(likely),
            )
            for number, (label, (_, low, high, likely)) in enumerate(zip(labels, rows, strict=True))
        ),
        words="; ".join(labels) + ".",
    )


@dataclass(frozen=True)
class TornadoBar:
    """From the value at one end of an assumption to that at the other, each end with its words."""

    label: str
    y: int
    x: float
    width: float
    left: str
    right: str


@dataclass(frozen=True)
class TornadoChart:
    """Bars around the likely value, the longest first."""

    width: int
    height: int
    likely: float
    likely_label: str
    least: tuple[float, str]
    most: tuple[float, str]
    bars: tuple[TornadoBar, ...]
    words: str

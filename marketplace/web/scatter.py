"""Where points go on two scales of ratios, with a line through them. Templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from marketplace.web.charts import WIDTH

LEFT, RIGHT, TOP, BOTTOM = 80, 20, 15, 50
HEIGHT = 360
LADDER = (1, 2, 5)
MOST_TICKS = 7
ROOM = 0.06
"""Left free around the points, as a share of the scale."""


@dataclass(frozen=True)
class Dot:
    """A point and what it is called."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Tick:
    """A line of the grid and its label."""

    at: float
    label: str


@dataclass(frozen=True)
class ScatterChart:
    """Points, a solid line and a dashed one, on logarithmic scales."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    dots: tuple[Dot, ...]
    solid: tuple[float, float, float, float]
    dashed: tuple[float, float, float, float]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    across_label: str
    up_label: str
    words: str


Line = Sequence[tuple[float, float]]


def scatter_chart(
    points: Sequence[tuple[str, float, float]],
    solid: Line,
    dashed: Line,
    *,
    across: str,
    up: str,
    words: str,
) -> ScatterChart:
    """The picture of (name, x, y), all above nothing; each line is given by its two ends."""
    xs = _Scale([x for _, x, _ in points], LEFT, 2 * WIDTH - RIGHT)
    ys = _Scale(
        [y for _, _, y in (*points, *(("", *end) for end in (*solid, *dashed)))],
        HEIGHT - BOTTOM,
        TOP,
    )

    def line(ends: Line) -> tuple[float, float, float, float]:
        (x1, y1), (x2, y2) = ends
        return xs.place(x1), ys.place(y1), xs.place(x2), ys.place(y2)

    return ScatterChart(
        width=2 * WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=2 * WIDTH - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        dots=tuple(Dot(xs.place(x), ys.place(y), name) for name, x, y in points),
        solid=line(solid),
        dashed=line(dashed),
        across=xs.ticks(""),
        up=ys.ticks("£"),
        across_label=across,
        up_label=up,
        words=words,
    )


class _Scale:
    """Equal ratios are equally long."""

    def __init__(self, values: Sequence[float], first: float, last: float) -> None:
        low, high = log10(min(values)), log10(max(values))
        room = max((high - low) * ROOM, 0.02)
        self.low, self.high = low - room, high + room
        self.first, self.last = first, last

    def place(self, value: float) -> float:
        share = (log10(value) - self.low) / (self.high - self.low)
        return round(self.first + share * (self.last - self.first), 1)

    def ticks(self, sign: str) -> tuple[Tick, ...]:
        """Round numbers within the scale: 1, 2, 5 of each decade, or finer where it is short."""
        numbers = self._ladder(LADDER)
        if len(numbers) < 2:
            numbers = self._ladder([each / 10 for each in range(10, 100, 5)])
        if len(numbers) < 2:
            numbers = [10 ** (self.low + (self.high - self.low) * part) for part in (0.1, 0.5, 0.9)]
        step = -(-len(numbers) // MOST_TICKS)
        return tuple(Tick(self.place(each), f"{sign}{_short(each)}") for each in numbers[::step])

    def _ladder(self, steps: Sequence[float]) -> list[float]:
        decades = range(floor(self.low), ceil(self.high) + 1)
        numbers = [step * 10.0**decade for decade in decades for step in steps]
        return [each for each in numbers if self.low <= log10(each) <= self.high]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"

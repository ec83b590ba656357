"""Where the lines of our pictures go. Templates draw them, beside a table with the same figures."""

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

"""Where the prices of a figure lie, and one's own among them. Templates draw it."""

from dataclasses import dataclass
from decimal import Decimal
from math import log

from marketplace.web.charts import MARGIN, WIDTH
from marketplace.web.formatting import pounds_each

ROOM = 1.15
"""The scale goes so far beyond the values on it, as a ratio."""


@dataclass(frozen=True)
class SpreadChart:
    """A bar from the lower to the upper value, a line at the median, a mark for one’s own price."""

    width: int
    lower: float
    median: float
    upper: float
    own: float | None
    own_label: str
    median_label: str
    ends: tuple[tuple[float, str], ...]
    words: str


def spread_chart(
    lower: Decimal, median: Decimal, upper: Decimal, own: Decimal | None
) -> SpreadChart:
    """The picture on a scale of ratios: a tenth more is as far anywhere on it."""
    values = [float(each) for each in (lower, median, upper, own) if each is not None]
    least, most = log(min(values) / ROOM), log(max(values) * ROOM)

    def place(value: Decimal) -> float:
        share = (log(value) - least) / (most - least)
        return round(MARGIN + share * (2 * WIDTH - 2 * MARGIN), 1)

    return SpreadChart(
        width=2 * WIDTH,
        lower=place(lower),
        median=place(median),
        upper=place(upper),
        own=None if own is None else place(own),
        own_label="" if own is None else f"you {pounds_each(own)}",
        median_label=f"median {pounds_each(median)}",
        ends=((place(lower), pounds_each(lower)), (place(upper), pounds_each(upper))),
        words=f"The middle half of the prices lie between about {pounds_each(lower)} and "
        f"{pounds_each(upper)}, the median is about {pounds_each(median)}"
        + ("." if own is None else f", and you pay {pounds_each(own)}."),
    )

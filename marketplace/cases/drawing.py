"""Where the lines of a tornado picture go."""

from collections.abc import Sequence
from decimal import Decimal

from marketplace.cases.sums import Swing
from marketplace.web.charts import TornadoBar, TornadoChart
from marketplace.web.formatting import rough_pounds

LABELS, WIDTH, STEP, TOP, MARGIN = 190, 840, 44, 30, 75


def tornado_chart(swings: Sequence[Swing], likely: Decimal) -> TornadoChart:
    """Bars from the value at one end of each assumption to that at the other, the longest first."""
    ends = [likely, *(each.at_low for each in swings), *(each.at_high for each in swings)]
    least, most = min(ends), max(ends)
    room = WIDTH - LABELS - 2 * MARGIN
    span = (most - least) or Decimal(1)

    def place(amount: Decimal) -> float:
        return round(LABELS + MARGIN + float((amount - least) / span) * room, 1)

    bars = []
    for number, each in enumerate(swings):
        left, right = sorted((each.at_low, each.at_high))
        flipped = each.at_low > each.at_high
        bars.append(
            TornadoBar(
                label=each.name,
                y=TOP + number * STEP,
                x=place(left),
                width=round(place(right) - place(left), 1),
                left=f"{each.high if flipped else each.low}",
                right=f"{each.low if flipped else each.high}",
            )
        )
    words = "; ".join(
        f"{each.name}: {rough_pounds(each.at_low)} at {each.low}, "
        f"{rough_pounds(each.at_high)} at {each.high}"
        for each in swings
    )
    return TornadoChart(
        width=WIDTH,
        height=TOP + STEP * len(swings) + 30,
        likely=place(likely),
        likely_label=f"likely {rough_pounds(likely)}",
        least=(place(least), rough_pounds(least)),
        most=(place(most), rough_pounds(most)),
        bars=tuple(bars),
        words=f"Likely {rough_pounds(likely)}. {words}.",
    )

"""Pictures that people take away as files: the same drawings as on the pages, with their styles."""

from flask import Response, render_template

from marketplace.web.charts import BarChart, ClosingChart, RangeChart, SpanChart, TornadoChart
from marketplace.web.downloads import download
from marketplace.web.scatter import ScatterChart

RANGE_HEIGHT = 112

KINDS = {
    BarChart: "bars",
    ClosingChart: "closing",
    RangeChart: "range",
    ScatterChart: "scatter",
    SpanChart: "spans",
    TornadoChart: "tornado",
}
Chart = BarChart | ClosingChart | RangeChart | ScatterChart | SpanChart | TornadoChart


def picture(chart: Chart, title: str, name: str) -> Response:
    """A chart as an SVG file of that name."""
    height = RANGE_HEIGHT if isinstance(chart, RangeChart) else chart.height
    drawn = render_template(
        "pictures/picture.svg", chart=chart, kind=KINDS[type(chart)], title=title, height=height
    )
    return download(drawn.encode(), name)

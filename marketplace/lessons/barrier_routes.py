"""Pages of the barrier log: a quarter's report, and the rows behind each of its figures."""

import re

from flask import Blueprint, render_template, request

from marketplace import clock
from marketplace.barriers import Barrier
from marketplace.db import db
from marketplace.intake.taking_away import as_csv
from marketplace.lessons import queries
from marketplace.lessons.quarters import Quarter, quarter_of, read_quarter
from marketplace.lessons.queries import LOG, NOT_SAID, Kind, LogFilter
from marketplace.lessons.wording import KIND_WORDS, SAID_WORDS, SHORT_WORDS
from marketplace.security.guard import requires
from marketplace.security.permissions import Permission
from marketplace.web.charts import BarChart, count_chart
from marketplace.web.downloads import download
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page
from marketplace.web.pictures import picture

blueprint = Blueprint("barriers", __name__, url_prefix="/knowledge/barriers")

QUARTERS_SHOWN = 8
MOST_ROWS = 20_000
PARTS = ("kind", "barrier", "category")
COLUMNS = ("Date", "Kind", "Barrier", "Category", "CPV", "Reference", "Title", "Authority")


@blueprint.get("")
@requires(Permission.VIEW_BARRIERS)
def report() -> Page:
    """One quarter: what stood in the way, how often, where."""
    quarter = _quarter()
    now = quarter_of(clock.london_day(clock.now()))
    counted = queries.counts(db.session, quarter)
    return render_template(
        "lessons/barriers.html",
        quarter=quarter,
        earlier=quarter.after(-1),
        later=quarter.after(1) if quarter < now else None,
        counts=counted,
        chart=_chart(counted),
        over_time=queries.over_time(db.session, quarter, QUARTERS_SHOWN),
        kinds=list(Kind),
        kind_words=KIND_WORDS,
        said_words=SAID_WORDS,
    )


@blueprint.get("/rows")
@requires(Permission.VIEW_BARRIERS)
def index() -> Page:
    """The rows behind a figure."""
    asked = _asked()
    listing = page_of(
        db.session,
        queries.log(asked),
        sorts={
            "at": LOG.c.at,
            "kind": LOG.c.kind,
            "barrier": LOG.c.said,
            "category": LOG.c.category,
        },
        default="at",
        descending=True,
        tie=LOG.c.reference,
    )
    return render_template(
        "lessons/rows.html",
        listing=listing,
        asked=asked,
        kind_words=KIND_WORDS,
        said_words=SAID_WORDS,
        short_words=SHORT_WORDS,
    )


@blueprint.get("/rows.csv")
@requires(Permission.VIEW_BARRIERS)
def take_away() -> Page:
    """The same rows as a file."""
    asked = _asked()
    rows = db.session.scalars(
        queries.log(asked).order_by(LOG.c.at, LOG.c.reference).limit(MOST_ROWS)
    )
    table = [
        (
            *(clock.london_day(row.at), KIND_WORDS[row.kind], SHORT_WORDS[row.said]),
            *(row.category, row.code, row.reference, row.title, row.authority or ""),
        )
        for row in rows
    ]
    name = asked.quarter.code if asked.quarter else "all"
    return download(as_csv(COLUMNS, table), f"barriers-{name}.csv")


@blueprint.get("/quarter.svg")
@requires(Permission.VIEW_BARRIERS)
def drawing() -> Page:
    """The quarter's picture."""
    quarter = _quarter()
    chart = _chart(queries.counts(db.session, quarter))
    title = f"What stood in the way, {quarter.name}"
    return picture(chart, title, f"barriers-{quarter.code}.svg")


def _chart(counted: queries.Counts) -> BarChart:
    ordered = sorted(counted.barriers, key=lambda each: -counted.of(each))
    return count_chart([(SHORT_WORDS[each], counted.of(each)) for each in ordered])


def _quarter() -> Quarter:
    """The quarter of the address; the present one where it names none."""
    return read_quarter(request.args.get("quarter", "")) or quarter_of(
        clock.london_day(clock.now())
    )


def _asked() -> LogFilter:
    kind, barrier, category = (request.args.get(name, "") for name in PARTS)
    return LogFilter(
        quarter=read_quarter(request.args.get("quarter", "")),
        kind=Kind(kind) if kind in {each.value for each in Kind} else None,
        barrier=barrier if barrier in {*(each.value for each in Barrier), NOT_SAID} else "",
        category=category if re.fullmatch("[0-9]{8}", category) else "",
        words=narrowing().words,
    )

"""Pages of what authorities spend: on what, with whom, and what sharing would be worth."""

from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.categories.queries import cpv
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.intake.taking_away import as_csv, as_xlsx
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.spend import drawing, line_queries, sharing, tables
from marketplace.spend import total_queries as queries
from marketplace.spend.deciding_routes import blueprint as deciding_blueprint
from marketplace.spend.filters import read_line_filter, read_mark, read_spend_filter
from marketplace.spend.import_routes import blueprint as import_blueprint
from marketplace.spend.models import Grain, SpendOpportunity, SpendTotal
from marketplace.spend.preparing import ALL_YEARS
from marketplace.web.charts import bar_chart
from marketplace.web.downloads import download
from marketplace.web.forms import Button
from marketplace.web.listing import COUNT_CEILING, page_of
from marketplace.web.pages import Page
from marketplace.web.unit_of_work import outside_the_transaction

blueprint = Blueprint("spend", __name__, url_prefix="/spend")
BLUEPRINTS = (blueprint, import_blueprint, deciding_blueprint)

MOST_LINES = 20_000
ON_A_PICTURE = 10
SUPPLIER_SORTS = {"amount": SpendTotal.amount, "payments": SpendTotal.lines}


@blueprint.get("")
@requires(Permission.VIEW_SPENDING)
def index() -> str:
    """The year in figures: the largest categories, and who spent it."""
    return _drawn("spend/index.html", _overview)


def _overview() -> dict[str, object]:
    frame = queries.frame(db.session)
    asked = read_spend_filter(request.args, frame)
    largest = queries.categories(asked).where(SpendTotal.category_code.is_not(None))
    categories = db.session.scalars(
        largest.order_by(SpendTotal.amount.desc(), SpendTotal.id).limit(ON_A_PICTURE)
    ).all()
    return {
        "frame": frame,
        "asked": asked,
        "whole": queries.whole(db.session, asked),
        "through": queries.through(db.session, asked),
        "categories": categories,
        "chart": bar_chart([(tables.called(row)[:24], row.amount) for row in categories]),
        "authorities": queries.by_authority(db.session, asked.but(authority_id=None)),
        "may_import": may(current_person().role, Permission.IMPORT_SPENDING),
        "may_decide": may(current_person().role, Permission.DECIDE_SPENDING),
    }


@blueprint.get("/categories")
@requires(Permission.VIEW_SPENDING)
def categories() -> str:
    """What was spent on each category."""
    return _drawn("spend/categories.html", _by_category)


def _by_category() -> dict[str, object]:
    frame = queries.frame(db.session)
    asked = read_spend_filter(request.args, frame)
    listing = page_of(
        db.session,
        queries.categories(asked),
        sorts=queries.CATEGORY_SORTS,
        default="amount",
        descending=True,
        tie=SpendTotal.id,
    )
    through = queries.through(db.session, asked)
    return {"frame": frame, "asked": asked, "listing": listing, "through": through}


@blueprint.get("/categories/<category>")
@requires(Permission.VIEW_SPENDING)
def category(category: str) -> str:
    """One category: who spends on it, with whom, and how concentrated that is."""
    return _drawn("spend/category.html", lambda: _one_category(category), with_forms=True)


def _one_category(category: str) -> dict[str, object]:
    frame = queries.frame(db.session)
    asked = read_spend_filter(request.args, frame).but(category=category)
    authorities = queries.by_authority(db.session, asked)
    suppliers = (
        queries.suppliers(asked)
        .order_by(SpendTotal.amount.desc(), SpendTotal.id)
        .limit(ON_A_PICTURE)
    )
    return {
        "frame": frame,
        "asked": asked,
        "total": queries.category_total(db.session, asked.but(authority_id=None)),
        "authorities": authorities,
        "suppliers": db.session.scalars(suppliers).all(),
        "chart": bar_chart([(tables.whose(row)[:24], row.amount) for row in authorities[:12]]),
        "opportunity": db.session.get(SpendOpportunity, category),
        "may_ask": sharing.may_be_asked(db.session, category),
    }


@blueprint.post("/categories/<category>/together")
@requires(Permission.VIEW_SPENDING)
def work_out(category: str) -> Page:
    """Ask the optimiser what sharing the category would be worth."""
    Button().must_be_valid()
    code = cpv(db.session, category).code
    year = queries.latest_year(db.session)
    if year is None:
        raise Unacceptable("No spending has been imported yet.")
    now = clock.now()
    asked = sharing.question(db.session, code, year, clock.london_day(now))
    answer = outside_the_transaction(lambda: sharing.ask(asked))
    sharing.keep_answer(db.session, asked, answer, by=current_person(), at=now)
    return redirect(url_for("spend.category", category=code, year=year) + "#together", code=303)


@blueprint.get("/suppliers")
@requires(Permission.VIEW_SPENDING)
def suppliers() -> str:
    """What was spent with each supplier: of one authority, or common to several."""
    return _drawn("spend/suppliers.html", _by_supplier)


def _by_supplier() -> dict[str, object]:
    frame = queries.frame(db.session)
    asked = read_spend_filter(request.args, frame)
    listing = page_of(
        db.session,
        queries.suppliers(asked),
        sorts=SUPPLIER_SORTS,
        default="amount",
        descending=True,
        tie=SpendTotal.id,
    )
    return {
        "frame": frame,
        "asked": asked,
        "listing": listing,
        "before": queries.before(db.session, listing.rows),
        "category": cpv(db.session, asked.category) if asked.category.isdigit() else None,
    }


@blueprint.get("/suppliers/<int:supplier_id>")
@requires(Permission.VIEW_SPENDING)
def supplier(supplier_id: int) -> str:
    """One supplier: who pays it, for what, how much at a time, and in which spellings."""
    return _drawn("spend/supplier.html", lambda: _one_supplier(supplier_id))


def _one_supplier(supplier_id: int) -> dict[str, object]:
    found = queries.supplier(db.session, supplier_id)
    fine = queries.of_supplier(db.session, supplier_id, Grain.CATEGORY_SUPPLIER)
    return {
        "supplier": found,
        "frame": queries.frame(db.session),
        "years": tables.years_of(queries.of_supplier(db.session, supplier_id, Grain.SUPPLIER)),
        "prices": [row for row in fine if row.authority_id and row.year == ALL_YEARS],
        "spellings": line_queries.spellings(db.session, supplier_id),
    }


@blueprint.get("/prices")
@requires(Permission.VIEW_SPENDING)
def prices() -> str:
    """The same supplier at different prices: how far average payments lie apart."""
    return _drawn("spend/prices.html", _different_prices)


def _different_prices() -> dict[str, object]:
    frame = queries.frame(db.session)
    asked = read_spend_filter(request.args, frame)
    listing = page_of(
        db.session,
        queries.prices(asked.year),
        sorts={"spread": SpendTotal.spread, "amount": SpendTotal.amount},
        default="spread",
        descending=True,
        tie=SpendTotal.id,
    )
    averages = queries.averages(db.session, listing.rows)
    return {"frame": frame, "asked": asked, "listing": listing, "averages": averages}


@blueprint.get("/together")
@requires(Permission.VIEW_SPENDING)
def together() -> str:
    """Where three authorities or more spend and no joint lot exists."""
    in_lots = sharing.categories_in_lots(db.session)
    return _drawn("spend/together.html", _without_a_lot, *in_lots, with_forms=True)


def _without_a_lot() -> dict[str, object]:
    frame = queries.frame(db.session)
    asked = read_spend_filter(request.args, frame)
    listing = page_of(
        db.session,
        queries.with_category(sharing.candidates(asked.year)),
        sorts=queries.CATEGORY_SORTS,
        default="amount",
        descending=True,
        tie=SpendTotal.id,
    )
    codes = [str(row.category_code) for row in listing.rows]
    worth = sharing.answers(db.session, codes)
    return {"frame": frame, "asked": asked, "listing": listing, "worth": worth}


@blueprint.get("/lines")
@requires(Permission.VIEW_SPENDING)
def lines() -> str:
    """The rows behind a figure."""
    return _drawn("spend/lines.html", _payments)


def _payments() -> dict[str, object]:
    asked, mark = read_line_filter(request.args), read_mark(request.args)
    shown, further = line_queries.page(db.session, asked, mark)
    count, more = line_queries.count(db.session, asked, COUNT_CEILING)
    return {
        "frame": queries.frame(db.session),
        "asked": asked,
        "shown": shown,
        "mark": mark,
        "day_of": tables.day_of,
        "further": tables.mark_address(further),
        "first": tables.mark_address(line_queries.Mark()),
        "take": tables.lines_address,
        "count": count,
        "more": more,
    }


@blueprint.get("/lines.<any(csv, xlsx):kind>")
@requires(Permission.VIEW_SPENDING)
def take_lines(kind: str) -> Response:
    """The rows behind a figure, to take away."""
    asked = read_line_filter(request.args)
    shown = line_queries.every_line(db.session, asked, MOST_LINES)
    if len(shown) > MOST_LINES:
        raise Unacceptable(f"These are over {MOST_LINES:,} lines. Narrow them first.")
    return _table(kind, "payments", tables.LINE_COLUMNS, tables.line_rows(shown))


@blueprint.get("/<any(categories, suppliers):what>.<any(csv, xlsx):kind>")
@requires(Permission.VIEW_SPENDING)
def take_totals(what: str, kind: str) -> Response:
    """The list of categories or of suppliers, to take away."""
    asked = read_spend_filter(request.args, queries.frame(db.session))
    query = queries.categories(asked) if what == "categories" else queries.suppliers(asked)
    found = db.session.scalars(
        query.order_by(SpendTotal.amount.desc(), SpendTotal.id).limit(MOST_LINES)
    ).all()
    return _table(kind, what, tables.TOTAL_COLUMNS, tables.total_rows(found))


def _table(kind: str, name: str, columns: tuple[str, ...], rows: list[list[object]]) -> Response:
    content = as_csv(columns, rows) if kind == "csv" else as_xlsx(name.title(), columns, rows)
    return download(content, f"spending-{name}.{kind}")


def _drawn(
    template: str,
    make: Callable[[], dict[str, object]],
    *also: object,
    with_forms: bool = False,
) -> str:
    """A page of totals, drawn once for each preparation; `also` is what else it rests on.

    Its buttons are of one form, of which the parts that count once are drawn anew each time.
    """
    page = drawing.drawn(db.session, current_person().role, template, make, also)
    return render_template("spend/page.html", drawn=page, button=Button() if with_forms else None)

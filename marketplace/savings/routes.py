"""Pages of the ledger of savings: all contracts, one contract, a report of a period."""

import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.contracts.models import Contract
from marketplace.db import AnyRow, db
from marketplace.errors import Unacceptable
from marketplace.intake.taking_away import as_csv
from marketplace.labels import Label
from marketplace.savings import queries, services
from marketplace.savings import tasks as tasks
from marketplace.savings.forms import ReportForm
from marketplace.savings.models import SavingsPeriod
from marketplace.savings.queries import Reported
from marketplace.savings.splitting import Step, Terms, contracted, steps
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.web.charts import bar_chart
from marketplace.web.downloads import download
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import Narrowing, narrowing
from marketplace.web.pages import Page

blueprint = Blueprint("savings", __name__, url_prefix="/knowledge/savings")
blueprint.add_app_template_filter(queries.figures_of, "savings_figures")

REPORTED = [(Reported.SOME.value, "With realised savings"), (Reported.NONE.value, "None reported")]
EFFECTS = ("volume_effect", "index_effect", "specification_effect", "price_effect")
MOST_ROWS = 20_000
COLUMNS = (
    *("Contract", "Title", "Authority", "Supplier", "Label", "Saving"),
    *("Change in spending", "Volume effect", "Index effect", "Specification effect"),
    "Price effect",
)


@blueprint.get("")
@requires(Permission.VIEW_SAVINGS)
def index() -> Page:
    """The ledger, and its sums label by label."""
    asked = narrowing(value for value, _ in REPORTED)
    query = _asked_of(asked)
    listing = page_of(
        db.session,
        query,
        shown=queries.shown,
        sorts={
            "start": Contract.start_date,
            "title": Contract.title,
            "authority": Organisation.name,
            "value": Contract.value,
        },
        default="start",
        descending=True,
        tie=Contract.id,
    )
    return render_template(
        "savings/index.html",
        listing=listing,
        asked=asked,
        choices=REPORTED,
        totals=queries.totals(db.session, query),
    )


@blueprint.get("/ledger.csv")
@requires(Permission.VIEW_SAVINGS)
def take_away() -> Page:
    """The ledger as a file: a row for each contract and label, so that no column mixes two."""
    query = _asked_of(narrowing(value for value, _ in REPORTED)).with_only_columns(Contract.id)
    rows = db.session.execute(
        queries.shown(queries.plain(query)).order_by(Contract.reference).limit(MOST_ROWS)
    ).all()
    effects = queries.effects(db.session, [row.id for row in rows])
    lines = [line for row in rows for line in _lines(row, effects.get(row.id))]
    return download(as_csv(COLUMNS, lines), "savings.csv")


@blueprint.get("/<uuid:contract_id>")
@requires(Permission.VIEW_SAVINGS)
def show(contract_id: uuid.UUID) -> Page:
    """One contract: its three figures, and each change with its four effects."""
    person = current_person()
    row = queries.entry(db.session, person, contract_id)
    periods = queries.periods(db.session, contract_id)
    sums = {name: sum(getattr(each, name) for each in periods) for name in EFFECTS}
    return render_template(
        "savings/show.html",
        row=row,
        figures=queries.figures_of(row),
        steps=_steps(row, periods),
        periods=periods,
        chart=bar_chart([(name.removesuffix("_effect").title(), sums[name]) for name in EFFECTS])
        if periods
        else None,
        may_report=may(person.role, Permission.REPORT_SAVINGS),
        button=Button(),
    )


def _steps(row: AnyRow, periods: Sequence[SavingsPeriod]) -> list[Step]:
    """From buying alone to what was realised; none where the lot lacks one of the figures."""
    if not (row.planned and row.alone and row.value):
        return []
    terms = Terms(row.planned, row.projected or Decimal(0), row.alone, row.value)
    return steps(terms, [services.trade_of(each) for each in periods])


@blueprint.route("/<uuid:contract_id>/report", methods=["GET", "POST"])
@requires(Permission.REPORT_SAVINGS)
def report(contract_id: uuid.UUID) -> Page:
    """Report what a contract came to in a period."""
    person = current_person()
    contract = queries.contract(db.session, person, contract_id)
    form = ReportForm()
    if form.validate_on_submit():
        try:
            services.report_period(db.session, contract, form.report(), by=person, at=clock.now())
        except Unacceptable as fault:
            form.refuse(form.begins, str(fault))
        else:
            flash("The period is in the ledger.")
            return redirect(url_for("savings.show", contract_id=contract.id), code=303)
    return render_template("savings/report.html", form=form, contract=contract), form.status


@blueprint.post("/<uuid:contract_id>/periods/<uuid:period_id>/take-back")
@requires(Permission.REPORT_SAVINGS)
def take_back(contract_id: uuid.UUID, period_id: uuid.UUID) -> Page:
    """Take a report out of the ledger."""
    Button().must_be_valid()
    person = current_person()
    contract = queries.contract(db.session, person, contract_id)
    period = queries.period(db.session, contract.id, period_id)
    services.take_back(db.session, period, by=person, at=clock.now())
    flash("The report is taken back.")
    return redirect(url_for("savings.show", contract_id=contract.id), code=303)


def _asked_of(asked: Narrowing) -> queries.Ledger:
    person = current_person()
    reported = Reported(asked.choice) if asked.choice else None
    return queries.ledger(person.role, person.organisation_id, asked.words, reported)


def _lines(row: AnyRow, effects: AnyRow | None) -> Iterator[tuple[object, ...]]:
    """One for each label that the contract has a figure of."""
    named = (row.reference, row.title, row.authority, row.supplier_name)
    figures = queries.figures_of(row)
    saved = figures.projected.amount
    # What was projected rests on the same volume and specification: all of it is price.
    yield (*named, Label.PROJECTED.value, saved, -saved, 0, 0, 0, -saved)
    if row.alone and row.value:
        signed = contracted(row.alone, row.value)
        split = (signed.change, *(getattr(signed, name) for name in EFFECTS))
        yield (*named, Label.CONTRACTED.value, figures.contracted.amount, *split)
    if effects is not None and figures.realised is not None:
        split = (effects.spent - effects.expected, *(getattr(effects, name) for name in EFFECTS))
        yield (*named, Label.REALISED.value, figures.realised.amount, *split)

"""Pages of business cases: the list, one case to print, its assumptions and its risks."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.accounts.models import Person
from marketplace.cases import queries, services
from marketplace.cases.baseline import digest, read
from marketplace.cases.drawing import tornado_chart
from marketplace.cases.forms import CostsForm, RiskForm
from marketplace.cases.models import BusinessCase
from marketplace.cases.own import OwnCase, own_case
from marketplace.cases.sums import Case, Swing, tornado, work_out
from marketplace.db import db
from marketplace.errors import NotFound, StaleEdit
from marketplace.grouping.forms import BARRIER_WORDS
from marketplace.intake.taking_away import as_csv
from marketplace.lots.models import Lot, LotStatus
from marketplace.lots.queries import visible_lot
from marketplace.lots.sight import sees_volume
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.web.downloads import download
from marketplace.web.formatting import words
from marketplace.web.forms import Button
from marketplace.web.listing import SortKey, page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page
from marketplace.web.pictures import picture

blueprint = Blueprint("cases", __name__)

SORTS: dict[str, SortKey] = {"frozen": BusinessCase.frozen_at, "title": Lot.title}
WHOLE_SORTS: dict[str, SortKey] = {"value": BusinessCase.net_present_value}
"""The order of values that one does not see would tell of them."""
TORNADO_COLUMNS = ("Assumption", "Low", "High", "NPV at low", "NPV at high")


@blueprint.get("/knowledge/cases")
@requires(Permission.VIEW_CASES)
def index() -> Page:
    """Cases of all lots."""
    person = current_person()
    whole = may(person.role, Permission.VIEW_BASELINES)
    choices = [(each.value, words(each)) for each in LotStatus]
    asked = narrowing(value for value, _ in choices)
    status = LotStatus(asked.choice) if asked.choice else None
    listing = page_of(
        db.session,
        queries.cases(person.role, person.organisation_id, asked.words, status),
        shown=queries.shown,
        sorts=SORTS | WHOLE_SORTS if whole else SORTS,
        default="frozen",
        descending=True,
        tie=BusinessCase.id,
    )
    return render_template(
        "cases/index.html", listing=listing, asked=asked, choices=choices, whole=whole
    )


@blueprint.post("/lots/<uuid:lot_id>/case")
@requires(Permission.MAKE_CASES)
def make(lot_id: uuid.UUID) -> Page:
    """Make a lot's case in one step."""
    Button().must_be_valid()
    person = current_person()
    lot = visible_lot(db.session, lot_id, person)
    case = services.make_case(db.session, lot, by=person, at=clock.now())
    flash(f"{case.reference} is made. Its baseline is frozen.")
    return redirect(url_for("cases.show", case_id=case.id), code=303)


@blueprint.get("/knowledge/cases/<uuid:case_id>")
@requires(Permission.VIEW_CASES)
def show(case_id: uuid.UUID) -> Page:
    """One case, to read and to print: whole to the Centre, to an authority its own part."""
    person = current_person()
    case = queries.case(db.session, person, case_id)
    if not may(person.role, Permission.VIEW_BASELINES):
        return _own_page(case, person)
    worked, swings = _worked(case)
    return render_template(
        "cases/show.html",
        case=case,
        worked=worked,
        swings=swings,
        chart=tornado_chart(swings, worked.net_present_value),
        intact=digest(case.baseline) == case.baseline_sha256,
        barriers=BARRIER_WORDS,
        may_change=may(person.role, Permission.MAKE_CASES),
    )


def _own_page(case: BusinessCase, person: Person) -> str:
    own = _own_part(case, person)
    return render_template(
        "cases/own.html",
        case=case,
        own=own,
        chart=tornado_chart(own.swings, own.benefit.present_value) if own and own.swings else None,
    )


def _own_part(case: BusinessCase, person: Person) -> OwnCase | None:
    return own_case(
        read(case.baseline),
        services.assumed(case),
        person.organisation.name,
        sees_volume=sees_volume(db.session, case.lot, person.organisation_id),
    )


@blueprint.get("/knowledge/cases/<uuid:case_id>/tornado.<any(csv,svg):kind>")
@requires(Permission.VIEW_CASES)
def drawing(case_id: uuid.UUID, kind: str) -> Page:
    """What the case depends on most, as a picture or as its table."""
    person = current_person()
    case = queries.case(db.session, person, case_id)
    swings, likely = _swings(case, person)
    if kind == "csv":
        rows = [(each.name, each.low, each.high, each.at_low, each.at_high) for each in swings]
        return download(as_csv(TORNADO_COLUMNS, rows), f"{case.reference}-tornado.csv")
    chart = tornado_chart(swings, likely)
    title = f"{case.reference}: what it depends on most"
    return picture(chart, title, f"{case.reference}-tornado.svg")


def _swings(case: BusinessCase, person: Person) -> tuple[Sequence[Swing], Decimal]:
    """What the case, or the person’s part, depends on; raises NotFound where no picture is."""
    if may(person.role, Permission.VIEW_BASELINES):
        worked, swings = _worked(case)
        return swings, worked.net_present_value
    own = _own_part(case, person)
    if own is None or not own.swings:
        raise NotFound()
    return own.swings, own.benefit.present_value


@blueprint.get("/knowledge/cases/<uuid:case_id>/baseline.json")
@requires(Permission.VIEW_BASELINES)
def baseline(case_id: uuid.UUID) -> Page:
    """The frozen baseline, byte for byte what was hashed."""
    case = queries.case(db.session, current_person(), case_id)
    named = {"Content-Disposition": f'attachment; filename="{case.reference}-baseline.json"'}
    return Response(case.baseline, content_type="application/json", headers=named)


@blueprint.route("/knowledge/cases/<uuid:case_id>/edit", methods=["GET", "POST"])
@requires(Permission.MAKE_CASES)
def edit(case_id: uuid.UUID) -> Page:
    """Assume other costs or another rate."""
    case = queries.case(db.session, current_person(), case_id)
    form, status = CostsForm(), 0
    if form.validate_on_submit():
        person, version = current_person(), form.version.data or 0
        try:
            services.change_costs(
                db.session, case, form.costs(), version=version, by=person, at=clock.now()
            )
        except StaleEdit as fault:
            status = 409
            form.refuse(form.rate, str(fault))
        else:
            flash("Worked out again. The baseline is as it was.")
            return redirect(url_for("cases.show", case_id=case.id), code=303)
    if not form.is_submitted():
        form.show(case)
    page = render_template("cases/edit.html", form=form, case=case, stale=status == 409)
    return page, status or form.status


@blueprint.route("/knowledge/cases/<uuid:case_id>/risks/<uuid:risk_id>", methods=["GET", "POST"])
@requires(Permission.MAKE_CASES)
def risk(case_id: uuid.UUID, risk_id: uuid.UUID) -> Page:
    """Complete a line of the risk register."""
    case = queries.case(db.session, current_person(), case_id)
    found = queries.risk(db.session, case.id, risk_id)
    form, status = RiskForm(), 0
    if form.validate_on_submit():
        person, version = current_person(), form.version.data or 0
        try:
            services.complete_risk(
                db.session, found, form.told(), version=version, by=person, at=clock.now()
            )
        except StaleEdit as fault:
            status = 409
            form.refuse(form.what, str(fault))
        else:
            flash("The line is kept.")
            return redirect(url_for("cases.show", case_id=case.id, _anchor="risks"), code=303)
    if not form.is_submitted():
        form.show(found)
    page = render_template(
        "cases/risk.html",
        form=form,
        case=case,
        risk=found,
        barrier=BARRIER_WORDS[found.barrier],
        stale=status == 409,
    )
    return page, status or form.status


def _worked(case: BusinessCase) -> tuple[Case, list[Swing]]:
    frozen, given = read(case.baseline), services.assumed(case)
    ends = (frozen.elasticity_low, frozen.elasticity_high)
    return work_out(frozen.parts, given), tornado(frozen.parts, given, ends)

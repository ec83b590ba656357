"""The pictures of runs and proposals to take away, each as a drawing and as its table."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from flask import Blueprint, Response

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.grouping import queries, reports, watching
from marketplace.grouping.dividing import Division, division
from marketplace.grouping.models import GroupingRun, Proposal
from marketplace.intake.taking_away import as_csv
from marketplace.security.guard import requires
from marketplace.security.permissions import Permission
from marketplace.web.charts import bar_chart, closing_chart, range_chart
from marketplace.web.downloads import download
from marketplace.web.pages import Page
from marketplace.web.pictures import Chart, picture

blueprint = Blueprint("pictures", __name__)

DIVISION_COLUMNS = (
    *("Authority", "Value alone", "Saving at the lot's price"),
    *("Fair part", "Stable part", "Left without it"),
)
Table = tuple[Sequence[str], Sequence[Sequence[object]]]


@blueprint.get("/grouping/<uuid:run_id>/closing.<any(csv,svg):kind>")
@requires(Permission.VIEW_GROUPING)
def closing(run_id: uuid.UUID, kind: str) -> Page:
    """How the best found and the most possible closed on each other."""
    run = queries.run(db.session, run_id)
    points = [
        (each.seconds, each.net_benefit, each.upper_bound)
        for each in watching.samples(db.session, run)
    ]
    table = (("Seconds", "Best found", "Most possible"), points)
    title = f"{run.reference}: best found and most possible"
    return _taken(kind, closing_chart(points), table, title, f"{run.reference}-closing")


@blueprint.get("/grouping/<uuid:run_id>/benefit.<any(csv,svg):kind>")
@requires(Permission.VIEW_GROUPING)
def run_benefit(run_id: uuid.UUID, kind: str) -> Page:
    """The projected net benefit of all proposals of a run."""
    run = queries.run(db.session, run_id)
    totals = queries.totals(db.session, run)
    title = f"{run.reference}: projected net benefit of all proposals"
    return _range(kind, (totals.low, totals.likely, totals.high), title, f"{run.reference}-benefit")


@blueprint.get("/grouping/<uuid:run_id>/tiers.csv")
@requires(Permission.VIEW_GROUPING)
def tiers(run_id: uuid.UUID) -> Page:
    """The lots of a run by tier and category."""
    run: GroupingRun = queries.run(db.session, run_id)
    columns = ("Tier", "Category", "Code", "Joint lots", "Value", "Projected net benefit")
    rows = [
        (each.tier.value, each.name, each.code, each.lots, each.value, each.likely)
        for each in reports.lots_by_category(db.session, run)
    ]
    return download(as_csv(columns, rows), f"{run.reference}-tiers.csv")


@blueprint.get("/proposals/<uuid:proposal_id>/benefit.<any(csv,svg):kind>")
@requires(Permission.VIEW_GROUPING)
def benefit(proposal_id: uuid.UUID, kind: str) -> Page:
    """The projected net benefit of a proposal."""
    found = queries.proposal(db.session, proposal_id)
    amounts = (found.net_benefit_low, found.net_benefit_likely, found.net_benefit_high)
    title = f"{found.reference}: projected net benefit"
    return _range(kind, amounts, title, f"{found.reference}-benefit")


@blueprint.get("/proposals/<uuid:proposal_id>/division.<any(csv,svg):kind>")
@requires(Permission.VIEW_GROUPING)
def divided(proposal_id: uuid.UUID, kind: str) -> Page:
    """Who gains from a proposal."""
    proposal = queries.proposal(db.session, proposal_id)
    found = _division(proposal)
    rows = [
        (p.authority, p.value, p.price_saving, p.fair, p.stable, p.left_without)
        for p in found.parts
    ]
    chart = bar_chart([(part.authority, part.fair) for part in found.parts])
    title = f"{proposal.reference}: fair part of the net benefit"
    return _taken(kind, chart, (DIVISION_COLUMNS, rows), title, f"{proposal.reference}-division")


def _division(proposal: Proposal) -> Division:
    references = [member.requirement.reference for member in proposal.members]
    if len(references) < 2:
        raise NotFound()
    return division(proposal.run, references)


def _range(kind: str, amounts: tuple[Decimal, Decimal, Decimal], title: str, name: str) -> Response:
    rows = list(zip(("Low", "Likely", "High"), amounts, strict=True))
    table = (("Price effect of volume", "Net benefit"), rows)
    return _taken(kind, range_chart(*amounts), table, title, name)


def _taken(kind: str, chart: Chart | None, table: Table, title: str, name: str) -> Response:
    if kind == "csv":
        return download(as_csv(*table), f"{name}.csv")
    if chart is None:
        raise NotFound()
    return picture(chart, title, f"{name}.svg")

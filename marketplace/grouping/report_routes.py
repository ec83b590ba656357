"""Pages of a finished run seen from afar: who would gain, and two runs side by side."""

import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal

from flask import Blueprint, Response, render_template, request

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.grouping import queries, reports
from marketplace.grouping.models import GroupingRun, RunStatus
from marketplace.intake.taking_away import as_csv
from marketplace.security.guard import requires
from marketplace.security.permissions import Permission
from marketplace.web.charts import BarChart, bar_chart, short_label
from marketplace.web.downloads import download
from marketplace.web.formatting import counted
from marketplace.web.pages import Page
from marketplace.web.pictures import picture
from marketplace.web.tiles import Place, TileMap, tile_map

blueprint = Blueprint("run_reports", __name__, url_prefix="/grouping")

MOST_BARS = 12


@blueprint.get("/<uuid:run_id>/authorities")
@requires(Permission.VIEW_GROUPING)
def authorities(run_id: uuid.UUID) -> Page:
    """What the run's proposals would bring each authority, as a map and a table."""
    run = _finished(run_id)
    gains = reports.gains(db.session, run)
    return render_template(
        "grouping/authorities.html",
        run=run,
        gains=gains,
        map=_map(gains),
        joining=_map_of_joining(gains),
    )


@blueprint.get("/<uuid:run_id>/authorities.csv")
@requires(Permission.VIEW_GROUPING)
def authorities_table(run_id: uuid.UUID) -> Response:
    """The same table, to take away."""
    run = _finished(run_id)
    table = as_csv(
        ("Authority", "Code", "Requirements in joint lots", "Value", "Projected price saving"),
        (
            (each.authority.name, each.authority.code, each.requirements, each.value, saving)
            for each in reports.gains(db.session, run)
            for saving in (each.price_saving,)
        ),
    )
    return _file(table, f"{run.reference}-authorities.csv", "text/csv; charset=utf-8")


@blueprint.get("/<uuid:run_id>/authorities.svg")
@requires(Permission.VIEW_GROUPING)
def authorities_picture(run_id: uuid.UUID) -> Response:
    """The same map, to take away; it carries its own styles."""
    run = _finished(run_id)
    return _drawn(
        run,
        _map(reports.gains(db.session, run)),
        "projected price saving of each authority",
        f"{run.reference}-authorities.svg",
    )


@blueprint.get("/<uuid:run_id>/joining.svg")
@requires(Permission.VIEW_GROUPING)
def joining_picture(run_id: uuid.UUID) -> Response:
    """The map of how many requirements of each authority would be in joint lots."""
    run = _finished(run_id)
    return _drawn(
        run,
        _map_of_joining(reports.gains(db.session, run)),
        "requirements of each authority in joint lots",
        f"{run.reference}-joining.svg",
    )


@blueprint.get("/<uuid:run_id>/compare")
@requires(Permission.VIEW_GROUPING)
def compare(run_id: uuid.UUID) -> Page:
    """Two runs side by side: what changed and what it is worth."""
    run = _finished(run_id)
    others = reports.comparable(db.session, run)
    other = _chosen(others)
    changes = reports.compare(db.session, other, run) if other else []
    return render_template(
        "grouping/compare.html",
        run=run,
        other=other,
        others=others,
        changes=changes,
        chart=_chart(changes),
    )


@blueprint.get("/<uuid:run_id>/compare.<any(csv,svg):kind>")
@requires(Permission.VIEW_GROUPING)
def take_comparison_away(run_id: uuid.UUID, kind: str) -> Response:
    """The same changes, to take away."""
    run = _finished(run_id)
    other = _chosen(reports.comparable(db.session, run))
    if other is None:
        raise NotFound()
    changes = reports.compare(db.session, other, run)
    name = f"{run.reference}-beside-{other.reference}"
    if kind == "csv":
        return download(as_csv(*reports.as_table(changes, other, run)), f"{name}.csv")
    drawn = _chart(changes)
    if drawn is None:
        raise NotFound()
    title = f"What {run.reference} brings beyond {other.reference} in each category"
    return picture(drawn, title, f"{name}.svg")


def _chosen(others: Sequence[GroupingRun]) -> GroupingRun | None:
    """The other run that the address names; the latest where it names none."""
    chosen = request.args.get("with") or str(others[0].id if others else "")
    return next((each for each in others if str(each.id) == chosen), None)


def _chart(changes: list[reports.CategoryChange]) -> BarChart | None:
    """The largest changes as bars, and what the others amount to; None where nothing changed."""
    moved = [each for each in changes if each.change]
    bars = [(short_label(each.name), each.change) for each in moved[:MOST_BARS]]
    if rest := moved[MOST_BARS:]:
        bars.append((f"{len(rest)} others", sum((each.change for each in rest), Decimal(0))))
    return bar_chart(bars) if bars else None


def _finished(run_id: uuid.UUID) -> GroupingRun:
    run = queries.run(db.session, run_id)
    if run.status != RunStatus.DONE:
        raise NotFound()
    return run


def _map(gains: list[reports.AuthorityGain]) -> TileMap:
    return tile_map(_places(gains, lambda gain: gain.price_saving))


def _map_of_joining(gains: list[reports.AuthorityGain]) -> TileMap:
    return tile_map(
        _places(gains, lambda gain: Decimal(gain.requirements)),
        in_tile=lambda amount: f"{amount:.0f}",
        aloud=lambda amount: counted(int(amount), "requirement"),
    )


def _places(
    gains: list[reports.AuthorityGain], amount: Callable[[reports.AuthorityGain], Decimal]
) -> list[Place]:
    """The authorities that have a square, with an amount each."""
    return [
        Place(
            short=each.authority.short_code or each.authority.name[:3].upper(),
            name=each.authority.name,
            column=each.authority.tile_column,
            row=each.authority.tile_row,
            amount=amount(each),
        )
        for each in gains
        if each.authority.tile_column is not None and each.authority.tile_row is not None
    ]


def _drawn(run: GroupingRun, map_: TileMap, what: str, name: str) -> Response:
    picture = render_template("grouping/map.svg", run=run, map=map_, what=what)
    return _file(picture.encode(), name, "image/svg+xml")


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)

"""Pages for the administrator: what bids say of a category's price effect, and making it policy."""

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.categories.models import CategoryPolicy
from marketplace.categories.queries import policies, policy
from marketplace.db import db
from marketplace.errors import NotFound, StaleEdit, Unacceptable
from marketplace.intake.taking_away import as_csv
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.unit_prices import points
from marketplace.unit_prices.applying import apply_elasticity
from marketplace.unit_prices.elasticity import Estimate
from marketplace.unit_prices.elasticity_forms import ApplyForm
from marketplace.web.downloads import download
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page
from marketplace.web.pictures import picture
from marketplace.web.scatter import ScatterChart, scatter_chart

blueprint = Blueprint("elasticities", __name__, url_prefix="/unit-prices/elasticity")

COLUMNS = ("Lot", "Volume", "Unit", "Price of one, middle of the bids", "Bids")


@blueprint.get("")
@requires(Permission.EDIT_CATEGORIES)
def index() -> Page:
    """The categories with a unit, and how many lots each can be estimated from."""
    asked = narrowing()
    listing = page_of(
        db.session,
        policies(asked.words).where(CategoryPolicy.unit.is_not(None)),
        sorts={"title": CategoryPolicy.title, "effect": CategoryPolicy.elasticity_likely},
        default="title",
        tie=CategoryPolicy.id,
    )
    found = points.points_by_policy(db.session)
    return render_template("elasticities/index.html", listing=listing, asked=asked, points=found)


@blueprint.route("/<uuid:policy_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_CATEGORIES)
def show(policy_id: uuid.UUID) -> Page:
    """The estimate with its picture; sent, it becomes the policy."""
    held = _with_unit(policy_id)
    found, form, status = points.estimate_for(db.session, held), ApplyForm(), 0
    if form.validate_on_submit():
        try:
            apply_elasticity(
                db.session,
                held,
                form.effect(),
                found,
                by=current_person(),
                at=clock.now(),
                version=form.version.data or 0,
            )
        except StaleEdit as fault:
            status = 409
            form.refuse(form.likely, f"{fault} Compare with what is there now, and send again.")
        except Unacceptable as fault:
            form.refuse(form.likely, str(fault))
        else:
            flash(f"The policy for {held.title} has these price effects from now on.")
            return redirect(url_for("categories.show", policy_id=held.id), code=303)
    if not form.is_submitted():
        form.begin(found, held.version)
    page = render_template(
        "elasticities/show.html",
        policy=held,
        found=found,
        form=form,
        chart=_chart(held, found),
        stale=status == 409,
        before=points.applied_before(db.session, held),
    )
    return page, status or form.status


@blueprint.get("/<uuid:policy_id>.csv")
@requires(Permission.EDIT_CATEGORIES)
def figures(policy_id: uuid.UUID) -> Response:
    """The points, to take away."""
    held = _with_unit(policy_id)
    found = points.estimate_for(db.session, held)
    rows = [
        (each.name, f"{each.volume:.2f}", held.unit, f"{each.price:.6g}", each.bids)
        for each in found.points
    ]
    return download(as_csv(COLUMNS, rows), "points.csv")


@blueprint.get("/<uuid:policy_id>.svg")
@requires(Permission.EDIT_CATEGORIES)
def drawn(policy_id: uuid.UUID) -> Response:
    """The picture, to take away."""
    held = _with_unit(policy_id)
    chart = _chart(held, points.estimate_for(db.session, held))
    if chart is None:
        raise NotFound()
    return picture(chart, f"{held.title}: unit price by volume", "points.svg")


def _with_unit(policy_id: uuid.UUID) -> CategoryPolicy:
    held = policy(db.session, policy_id)
    if held.unit is None:
        raise NotFound()
    return held


def _chart(held: CategoryPolicy, found: Estimate) -> ScatterChart | None:
    """None where there is no point to draw."""
    if not found.points:
        return None
    ends = (found.points[0].volume, found.points[-1].volume)
    prior = points.prior_of(held).likely
    solid, dashed = (
        [(volume, found.price_at(volume, beta)) for volume in ends]
        for beta in (found.likely, prior)
    )
    return scatter_chart(
        [(each.name, each.volume, each.price) for each in found.points],
        solid,
        dashed,
        across=f"{held.unit} in the lot",
        up="Price of one. Solid: the estimate; dashed: the policy",
        words=f"{len(found.points)} lots. The estimate is {found.likely:.3f}, "
        f"between {found.low:.3f} and {found.high:.3f}; the policy says {prior:.3f}.",
    )

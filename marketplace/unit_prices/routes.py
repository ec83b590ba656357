"""Pages of unit prices: what others pay, where one stands, and what one gives."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.categories.models import CALLED
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.unit_prices import guarding, queries
from marketplace.unit_prices import tasks as tasks
from marketplace.unit_prices.elasticity_routes import blueprint as elasticity_blueprint
from marketplace.unit_prices.giving_routes import blueprint as giving_blueprint
from marketplace.unit_prices.models import PriceFigure
from marketplace.unit_prices.quarters import next_quarter
from marketplace.unit_prices.services import say_seen
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page
from marketplace.web.spread_chart import spread_chart

blueprint = Blueprint("unit_prices", __name__, url_prefix="/unit-prices")
BLUEPRINTS = (blueprint, giving_blueprint, elasticity_blueprint)


@blueprint.get("")
@requires(Permission.VIEW_UNIT_PRICES)
def index() -> Page:
    """The latest figures that one may see, with one's own place."""
    person, now, asked = current_person(), clock.now(), narrowing()
    listing = page_of(
        db.session,
        queries.figures(person, now, asked.words),
        sorts={"category": CALLED, "year": PriceFigure.year, "median": PriceFigure.median},
        default="category",
        tie=PriceFigure.id,
    )
    used = queries.used_of(db.session, person.organisation_id, [row.id for row in listing.rows])
    gives = person.role == Role.COMMISSIONER
    return render_template(
        "unit_prices/index.html",
        listing=listing,
        asked=asked,
        used=used,
        places={
            row.id: guarding.place(used[row.id].price, row.spread)
            for row in listing.rows
            if row.id in used
        },
        gives=gives,
        further=queries.open_to_those_who_give(db.session, person.organisation_id, now)
        if gives
        else [],
        next_day=next_quarter(clock.london_day(now)),
        may_estimate=may(person.role, Permission.EDIT_CATEGORIES),
    )


@blueprint.get("/<uuid:figure_id>")
@requires(Permission.VIEW_UNIT_PRICES)
def show(figure_id: uuid.UUID) -> Page:
    """One figure, one's own price in it, and what was said before."""
    person, now = current_person(), clock.now()
    figure = queries.figure(db.session, figure_id, person, now)
    own = queries.used_of(db.session, person.organisation_id, [figure.id]).get(figure.id)
    return render_template(
        "unit_prices/show.html",
        figure=figure,
        own=own,
        place=guarding.place(own.price, figure.spread) if own else None,
        chart=spread_chart(*figure.values, own.price if own else None),
        first=now < figure.shown_to_all_from,
        earlier=queries.earlier(db.session, figure, person, now),
        button=Button(),
    )


@blueprint.post("/<uuid:figure_id>/seen")
@requires(Permission.GIVE_PRICES)
def seen(figure_id: uuid.UUID) -> Page:
    """Say that one's authority has seen where it stands."""
    Button().must_be_valid()
    person, now = current_person(), clock.now()
    figure = queries.figure(db.session, figure_id, person, now)
    own = queries.used_of(db.session, person.organisation_id, [figure.id]).get(figure.id)
    if own is None:
        raise NotFound()
    say_seen(db.session, own, by=person, at=now)
    flash("Noted: it is no longer on your list.")
    return redirect(url_for("unit_prices.show", figure_id=figure.id), code=303)

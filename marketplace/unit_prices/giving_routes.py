"""Pages on which an authority gives its prices, corrects and withdraws them."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.categories.models import CALLED
from marketplace.categories.queries import policy_for
from marketplace.db import db
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.unit_prices import queries, services
from marketplace.unit_prices.contract_prices import contract_prices
from marketplace.unit_prices.forms import FromContractsForm, GivePriceForm
from marketplace.unit_prices.models import GivenPrice
from marketplace.unit_prices.quarters import next_quarter
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page

blueprint = Blueprint("own_prices", __name__, url_prefix="/unit-prices/own")


@blueprint.get("")
@requires(Permission.GIVE_PRICES)
def index() -> Page:
    """What one's authority gives, and what it gets for each."""
    person, asked = current_person(), narrowing()
    listing = page_of(
        db.session,
        queries.own(person.organisation_id, asked.words),
        sorts={"category": CALLED, "year": GivenPrice.year, "given": GivenPrice.given_at},
        default="given",
        descending=True,
        tie=GivenPrice.id,
    )
    return render_template(
        "unit_prices/own.html",
        listing=listing,
        asked=asked,
        compared=queries.groups_with_figures(db.session, person.organisation_id),
        group_of=queries.group_of,
        next_day=next_quarter(clock.london_day(clock.now())),
    )


@blueprint.route("/give", methods=["GET", "POST"])
@requires(Permission.GIVE_PRICES)
def give() -> Page:
    """Type a price."""
    return _give(None)


@blueprint.route("/<uuid:price_id>/correct", methods=["GET", "POST"])
@requires(Permission.GIVE_PRICES)
def correct(price_id: uuid.UUID) -> Page:
    """Put another price in place of one."""
    person = current_person()
    return _give(queries.own_price(db.session, person.organisation_id, price_id))


def _give(replaces: GivenPrice | None) -> Page:
    person, now = current_person(), clock.now()
    form = GivePriceForm()
    form.offer(queries.with_units(db.session), services.years_to_give(now))
    if form.validate_on_submit():
        policy = policy_for(db.session, form.category.data)
        given = services.give_price(
            db.session, policy, form.paid(), by=person, at=now, replaces=replaces
        )
        flash(f"Your price for {policy.title}, one of {given.unit}, is given.")
        return redirect(url_for("own_prices.index"), code=303)
    if not form.is_submitted():
        form.begin(replaces, request.args.get("category", ""))
    page = render_template("unit_prices/give.html", form=form, replaces=replaces)
    return page, form.status


@blueprint.route("/from-contracts", methods=["GET", "POST"])
@requires(Permission.GIVE_PRICES)
def from_contracts() -> Page:
    """Tick contracts of one's own whose quantity is known."""
    person = current_person()
    found = contract_prices(db.session, person.organisation_id)
    form = FromContractsForm()
    form.offer(found)
    if form.validate_on_submit():
        chosen = form.chosen(found)
        services.give_from_contracts(db.session, chosen, by=person, at=clock.now())
        flash("Given. They count from the next release.")
        return redirect(url_for("own_prices.index"), code=303)
    return render_template("unit_prices/from_contracts.html", form=form, found=found), form.status


@blueprint.route("/<uuid:price_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.GIVE_PRICES)
def withdraw(price_id: uuid.UUID) -> Page:
    """Take a price back."""
    person = current_person()
    given = queries.own_price(db.session, person.organisation_id, price_id)
    button = Button()
    if button.validate_on_submit():
        services.withdraw_price(db.session, given, by=person, at=clock.now())
        flash("Withdrawn. No figure is worked out with it any more.")
        return redirect(url_for("own_prices.index"), code=303)
    return render_template("unit_prices/withdraw.html", given=given, button=button), button.status

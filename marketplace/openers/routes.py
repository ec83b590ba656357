"""The page of an opener's own key."""

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.openers import queries, services
from marketplace.openers.forms import KeyForm
from marketplace.security.guard import confirmed_lately, current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.pages import Page

blueprint = Blueprint("openers", __name__)


@blueprint.route("/account/opener-key", methods=["GET", "POST"])
@requires(Permission.OPEN_BIDS)
@confirmed_lately
def own_key() -> Page:
    """Register the key under which I open bids."""
    form = KeyForm()
    if form.validate_on_submit():
        try:
            services.register_key(
                db.session, form.public_key.data, by=current_person(), at=clock.now()
            )
        except Unacceptable as fault:
            form.refuse(form.public_key, str(fault))
        else:
            flash("Your key is registered. Lots published from now on can name you as an opener.")
            return redirect(url_for("openers.own_key"), code=303)
    key = queries.own_key(db.session, current_person())
    return render_template("openers/own_key.html", form=form, key=key), form.status

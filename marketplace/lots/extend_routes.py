"""Pages on which a deadline moves: one reviewer asks, another confirms."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace.audit.chain import present_moment
from marketplace.db import db
from marketplace.errors import MarketplaceError, NotFound
from marketplace.lots import extending, queries
from marketplace.lots.extending import Extension
from marketplace.lots.forms import ConfirmMoveForm, ExtendForm
from marketplace.security import two_people
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.security.two_people import Step
from marketplace.web.fields import at_london_time
from marketplace.web.forms import Button
from marketplace.web.pages import Page

blueprint = Blueprint("deadlines", __name__)


@blueprint.route("/lots/<uuid:lot_id>/extend", methods=["GET", "POST"])
@requires(Permission.PUBLISH_LOTS)
def extend(lot_id: uuid.UUID) -> Page:
    """Ask for a later deadline."""
    person = current_person()
    lot = queries.visible_lot(db.session, lot_id, person)
    form = ExtendForm()
    if form.validate_on_submit():
        day = at_london_time(form.deadline_day.data, int(form.deadline_time.data))
        asked = Extension(day, form.reason.data)
        try:
            extending.ask_to_extend(
                db.session, lot, asked, by=person, at=present_moment(db.session)
            )
        except MarketplaceError as fault:
            form.refuse(form.deadline_day, str(fault))
        else:
            flash(f"Another reviewer has to confirm the deadline of {lot.reference}.")
            return redirect(url_for("lots.show", lot_id=lot.id), code=303)
    return render_template("lots/extend.html", form=form, lot=lot), form.status


@blueprint.route("/lots/<uuid:lot_id>/extend/confirm", methods=["GET", "POST"])
@requires(Permission.PUBLISH_LOTS)
def confirm(lot_id: uuid.UUID) -> Page:
    """Look at the deadline that another asked for, and confirm it."""
    person = current_person()
    lot = queries.visible_lot(db.session, lot_id, person)
    form = ConfirmMoveForm()
    if form.validate_on_submit():
        at = present_moment(db.session)
        extending.extend_deadline(db.session, lot, form.asked_id(), by=person, at=at)
        flash(f"The deadline of {lot.reference} has moved, and whoever bid is told.")
        return redirect(url_for("lots.show", lot_id=lot.id), code=303)
    asked = two_people.waiting(db.session, Step.EXTEND, lot)
    if asked is None:
        raise NotFound()
    form.asked.data = str(asked.id)
    page = render_template(
        "lots/confirm_deadline.html",
        form=form,
        button=Button(formdata=None),
        lot=lot,
        asked=asked,
        extension=Extension.of(asked),
    )
    return page, form.status

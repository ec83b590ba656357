"""Saying what a lot taught once it has ended."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.db import db
from marketplace.lessons import ended
from marketplace.lessons import tasks as tasks
from marketplace.lessons.barrier_routes import blueprint as barriers_blueprint
from marketplace.lots import queries as lots
from marketplace.precedents.forms import PrecedentForm
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.pages import Page

blueprint = Blueprint("lessons", __name__)
BLUEPRINTS = (blueprint, barriers_blueprint)


@blueprint.route("/lots/<uuid:lot_id>/precedent", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def tell(lot_id: uuid.UUID) -> Page:
    """Add a lot that ended to the precedents."""
    person, now = current_person(), clock.now()
    lot = lots.visible_lot(db.session, lot_id, person)
    lesson = ended.lesson_of(db.session, lot, now)
    form = PrecedentForm()
    if form.validate_on_submit():
        found = ended.tell(db.session, lot, form.told(), by=person, at=now)
        flash(f"{found.reference} is in the library.")
        return redirect(url_for("precedents.show", precedent_id=found.id), code=303)
    if not form.is_submitted():
        form.show(lesson.told)
    return render_template("lessons/tell.html", form=form, lot=lot), form.status

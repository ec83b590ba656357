"""Pages on which a lot goes to market: one reviewer asks, another confirms."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.db import db
from marketplace.errors import MarketplaceError, NotFound
from marketplace.lots import publishing, queries
from marketplace.lots.forms import TIE_WORDS, ConfirmForm, PublishForm
from marketplace.lots.models import Lot, TieRule
from marketplace.lots.publishing import Terms
from marketplace.lots.undivided import ready_reason
from marketplace.openers import queries as openers
from marketplace.security import two_people
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.security.two_people import Step
from marketplace.web.fields import at_london_time
from marketplace.web.forms import Button
from marketplace.web.pages import Page

blueprint = Blueprint("publishing", __name__)


@blueprint.route("/lots/<uuid:lot_id>/publish", methods=["GET", "POST"])
@requires(Permission.PUBLISH_LOTS)
def publish(lot_id: uuid.UUID) -> Page:
    """Ask for a lot to go on the market."""
    lot = _lot(lot_id)
    form = PublishForm()
    form.offer_openers(openers.keys_in_use(db.session), queries.usual_openers(db.session))
    if form.validate_on_submit():
        try:
            publishing.ask_to_publish(
                db.session, lot, _terms(form), by=current_person(), at=clock.now()
            )
        except MarketplaceError as fault:
            form.refuse(form.deadline_day, str(fault))
        else:
            flash(f"Another reviewer has to confirm that {lot.reference} goes to market.")
            return redirect(url_for("lots.show", lot_id=lot.id), code=303)
    elif not form.is_submitted():
        form.undivided_because.data = ready_reason(db.session, lot)
    return render_template("lots/publish.html", form=form, lot=lot), form.status


@blueprint.route("/lots/<uuid:lot_id>/publish/confirm", methods=["GET", "POST"])
@requires(Permission.PUBLISH_LOTS)
def confirm(lot_id: uuid.UUID) -> Page:
    """Look at the terms that another asked for, and confirm them."""
    lot, person = _lot(lot_id), current_person()
    form = ConfirmForm()
    if form.validate_on_submit():
        publishing.publish_lot(db.session, lot, form.asked_id(), by=person, at=clock.now())
        flash(f"{lot.reference} is on the market.")
        return redirect(url_for("lots.show", lot_id=lot.id), code=303)
    asked = two_people.waiting(db.session, Step.PUBLISH, lot)
    if asked is None:
        raise NotFound()
    form.asked.data = str(asked.id)
    terms = Terms.of(asked)
    page = render_template(
        "lots/confirm_publication.html",
        form=form,
        button=Button(formdata=None),
        lot=lot,
        asked=asked,
        terms=terms,
        tie_words=TIE_WORDS[terms.tie_rule],
        documents=queries.documents(db.session, lot),
        openers=openers.chosen(db.session, terms.openers),
    )
    return page, form.status


@blueprint.post("/lots/<uuid:lot_id>/waiting/<uuid:asked_id>/end")
@requires(Permission.PUBLISH_LOTS)
def end(lot_id: uuid.UUID, asked_id: uuid.UUID) -> Page:
    """Take back what one asked for, or turn down what another did."""
    Button().must_be_valid()
    lot, person = _lot(lot_id), current_person()
    asked = two_people.end(db.session, lot, asked_id, by=person, at=clock.now())
    flash(f"Nobody asks any longer to {asked.in_words}.")
    return redirect(url_for("lots.show", lot_id=lot.id), code=303)


def _lot(lot_id: uuid.UUID) -> Lot:
    return queries.visible_lot(db.session, lot_id, current_person())


def _terms(form: PublishForm) -> Terms:
    return Terms(
        deadline=at_london_time(form.deadline_day.data, int(form.deadline_time.data)),
        description=form.description.data,
        terms=form.terms.data,
        questions=form.questions(),
        pounds_per_point=form.point_price(),
        tie_rule=TieRule(form.tie_rule.data),
        openers=form.openers(),
        undivided_because=form.undivided_because.data,
    )

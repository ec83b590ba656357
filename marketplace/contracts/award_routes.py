"""The page on which a lot is awarded."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.awards.forms import AwardForm
from marketplace.awards.scoring import Evaluation
from marketplace.contracts.awarding import award_and_register
from marketplace.db import db
from marketplace.errors import WrongState
from marketplace.lots import queries as lots
from marketplace.lots.models import LotStatus
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.pages import Page

blueprint = Blueprint("awarding", __name__)


@blueprint.route("/lots/<uuid:lot_id>/evaluation/award", methods=["GET", "POST"])
@requires(Permission.AWARD_LOTS)
def award(lot_id: uuid.UUID) -> Page:
    """Award the lot to the first in the ranking."""
    person = current_person()
    lot = lots.visible_lot(db.session, lot_id, person)
    evaluation = Evaluation.of(db.session, lot)
    if lot.status != LotStatus.OPENED or evaluation.missing:
        raise WrongState(evaluation.missing or "This lot is awarded already.")
    first = evaluation.ranking()[0]
    winner = next(b.supplier.name for b in evaluation.bids if b.id == first.entry.key)
    form = AwardForm()
    if form.validate_on_submit():
        award_and_register(db.session, lot, reason=form.reason.data, by=person, at=clock.now())
        flash(f"{lot.reference} is awarded, and its contracts are in the register.")
        return redirect(url_for("awards.evaluate", lot_id=lot.id), code=303)
    return render_template(
        "awards/award.html", lot=lot, form=form, first=first, winner=winner
    ), form.status

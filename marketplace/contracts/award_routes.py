"""The pages on which a lot is awarded: one reviewer recommends it, another confirms."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.awards.forms import AwardForm, ConfirmAwardForm
from marketplace.awards.ranking import Ranked
from marketplace.awards.scoring import Evaluation
from marketplace.awards.services import ask_to_award
from marketplace.contracts.awarding import award_and_register
from marketplace.db import db
from marketplace.errors import NotFound, WrongState
from marketplace.lots import queries as lots
from marketplace.lots.models import Lot, LotStatus
from marketplace.security import two_people
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.security.two_people import Step
from marketplace.web.forms import Button
from marketplace.web.pages import Page

blueprint = Blueprint("awarding", __name__)


@blueprint.route("/lots/<uuid:lot_id>/evaluation/award", methods=["GET", "POST"])
@requires(Permission.AWARD_LOTS)
def award(lot_id: uuid.UUID) -> Page:
    """Ask for the award to the first in the ranking."""
    lot, evaluation = _ready(lot_id)
    first, winner = _first(evaluation)
    form = AwardForm()
    if form.validate_on_submit():
        ask_to_award(db.session, lot, reason=form.reason.data, by=current_person(), at=clock.now())
        flash(f"Another reviewer has to confirm the award of {lot.reference}.")
        return redirect(url_for("awards.evaluate", lot_id=lot.id), code=303)
    return render_template(
        "awards/award.html", lot=lot, form=form, first=first, winner=winner
    ), form.status


@blueprint.route("/lots/<uuid:lot_id>/evaluation/award/confirm", methods=["GET", "POST"])
@requires(Permission.AWARD_LOTS)
def confirm(lot_id: uuid.UUID) -> Page:
    """Look at the award that another asked for, and confirm it."""
    lot, evaluation = _ready(lot_id)
    form = ConfirmAwardForm()
    if form.validate_on_submit():
        award_and_register(db.session, lot, form.asked_id(), by=current_person(), at=clock.now())
        flash(f"{lot.reference} is awarded, and its contracts are in the register.")
        return redirect(url_for("awards.evaluate", lot_id=lot.id), code=303)
    asked = two_people.waiting(db.session, Step.AWARD, lot)
    if asked is None:
        raise NotFound()
    form.asked.data = str(asked.id)
    first, winner = _first(evaluation)
    page = render_template(
        "awards/confirm_award.html",
        lot=lot,
        form=form,
        button=Button(formdata=None),
        asked=asked,
        first=first,
        winner=winner,
    )
    return page, form.status


def _ready(lot_id: uuid.UUID) -> tuple[Lot, Evaluation]:
    """The lot and its evaluation; raises WrongState where it cannot be awarded."""
    lot = lots.visible_lot(db.session, lot_id, current_person())
    evaluation = Evaluation.of(db.session, lot)
    if lot.status != LotStatus.OPENED or evaluation.missing:
        raise WrongState(evaluation.missing or "This lot is awarded already.")
    return lot, evaluation


def _first(evaluation: Evaluation) -> tuple[Ranked, str]:
    """The first in the ranking, and its supplier’s name."""
    first = evaluation.ranking()[0]
    return first, next(b.supplier.name for b in evaluation.bids if b.id == first.entry.key)

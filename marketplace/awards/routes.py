"""Pages of the evaluation, and of its result for bidders and authorities."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.awards import queries, services
from marketplace.awards import tasks as tasks
from marketplace.awards.forms import ExplanationForm, marks_form
from marketplace.awards.scoring import Evaluation
from marketplace.bids import queries as bids
from marketplace.bids.models import Bid
from marketplace.db import db
from marketplace.errors import NotFound, WrongState
from marketplace.lots import queries as lots
from marketplace.lots.models import Lot, LotStatus
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.security.two_people import all_waiting, who_can_confirm
from marketplace.web.forms import Button
from marketplace.web.pages import Page

blueprint = Blueprint("awards", __name__)


@blueprint.get("/lots/<uuid:lot_id>/evaluation")
@requires(Permission.SCORE_BIDS)
def evaluate(lot_id: uuid.UUID) -> Page:
    """Where the evaluation stands and what is next."""
    lot = _opened_lot(lot_id)
    evaluation = Evaluation.of(db.session, lot)
    person = current_person()
    return render_template(
        "awards/evaluate.html",
        lot=lot,
        evaluation=evaluation,
        own=evaluation.scores_of(person.id),
        suppliers={bid.id: bid.supplier.name for bid in evaluation.bids},
        button=Button(formdata=None),
        waiting=[
            (asked, who_can_confirm(db.session, asked)) for asked in all_waiting(db.session, lot)
        ],
        ranking=evaluation.ranking() if evaluation.bids and evaluation.all_agreed else [],
        award=queries.award_of(db.session, lot) if lot.status == LotStatus.AWARDED else None,
    )


@blueprint.route("/lots/<uuid:lot_id>/evaluation/scores", methods=["GET", "POST"])
@requires(Permission.SCORE_BIDS)
def score(lot_id: uuid.UUID) -> Page:
    """One reviewer's own scoring sheet."""
    lot, person = _opened_lot(lot_id), current_person()
    evaluation = Evaluation.of(db.session, lot)
    if evaluation.ready_to_agree:
        raise WrongState(services.SCORED_APART)
    form = marks_form(evaluation, "Comment", words_required=False)
    if form.validate_on_submit():
        services.score_quality(db.session, lot, form.marks(), by=person, at=clock.now())
        flash("Your scores are saved. Nobody else sees them until two reviewers have finished.")
        return redirect(url_for("awards.evaluate", lot_id=lot.id), code=303)
    if not form.is_submitted():
        for (bid_id, question_id), own in evaluation.scores_of(person.id).items():
            form[f"score_{bid_id}_{question_id}"].data = str(own.score)
            form[f"words_{bid_id}_{question_id}"].data = own.comment
    page = render_template(
        "awards/marks.html", lot=lot, evaluation=evaluation, form=form, others={}
    )
    return page, form.status


@blueprint.route("/lots/<uuid:lot_id>/evaluation/agree", methods=["GET", "POST"])
@requires(Permission.SCORE_BIDS)
def agree(lot_id: uuid.UUID) -> Page:
    """Both reviewers' scores side by side, and what they agree on."""
    lot, person = _opened_lot(lot_id), current_person()
    evaluation = Evaluation.of(db.session, lot)
    if not evaluation.ready_to_agree:
        raise WrongState("Two reviewers must have scored every answer first.")
    form = marks_form(evaluation, "Reason", words_required=True)
    if form.validate_on_submit():
        services.agree_quality(db.session, lot, form.marks(), by=person, at=clock.now())
        flash("The agreed scores are saved.")
        return redirect(url_for("awards.evaluate", lot_id=lot.id), code=303)
    given: dict[tuple[uuid.UUID, uuid.UUID], list[object]] = {}
    for each in evaluation.scores:
        given.setdefault((each.bid_id, each.question_id), []).append(each)
    page = render_template(
        "awards/marks.html", lot=lot, evaluation=evaluation, form=form, others=given
    )
    return page, form.status


@blueprint.route("/lots/<uuid:lot_id>/evaluation/<uuid:bid_id>/price", methods=["GET", "POST"])
@requires(Permission.SCORE_BIDS)
def explain(lot_id: uuid.UUID, bid_id: uuid.UUID) -> Page:
    """Deal with a price far under the others."""
    lot = _opened_lot(lot_id)
    bid: Bid = bids.opened_bid(db.session, lot, bid_id)
    flag = Evaluation.of(db.session, lot).flags.get(bid.id)
    form = ExplanationForm()
    if form.validate_on_submit():
        services.explain_price(
            db.session,
            lot,
            bid,
            explanation=form.explanation.data,
            accepted=form.accepted.data == "yes",
            by=current_person(),
            at=clock.now(),
        )
        flash("The explanation is recorded.")
        return redirect(url_for("awards.evaluate", lot_id=lot.id), code=303)
    return render_template(
        "awards/explain.html", lot=lot, bid=bid, flag=flag, form=form
    ), form.status


@blueprint.get("/lots/<uuid:lot_id>/result")
@requires(Permission.SUBMIT_BIDS)
def result(lot_id: uuid.UUID) -> Page:
    """What became of a bidder's own bid, beside the winner's."""
    person = current_person()
    lot = lots.visible_lot(db.session, lot_id, person)
    own = bids.own_bid(db.session, lot, person)
    award = queries.award_of(db.session, lot)
    if own is None:
        raise NotFound()
    places = {place.bid_id: place for place in award.ranking}
    return render_template(
        "awards/result.html",
        lot=lot,
        award=award,
        own=own,
        mine=places.get(own.id),
        winner=places[award.bid_id],
        bidders=len(places),
        agreed=queries.agreed(db.session, lot),
    )


@blueprint.get("/lots/<uuid:lot_id>/award")
@requires(Permission.ANSWER_JOINING)
def outcome(lot_id: uuid.UUID) -> Page:
    """What the award brings the commissioner's own authority."""
    person = current_person()
    lot = lots.visible_lot(db.session, lot_id, person)
    members = [m for m in lots.own_members(db.session, lot, person) if m.active]
    if not members:
        raise NotFound()
    award = queries.award_of(db.session, lot)
    price = next(p for p in award.bid.prices if p.authority_id == person.organisation_id)
    return render_template(
        "awards/outcome.html", lot=lot, award=award, price=price, members=members
    )


def _opened_lot(lot_id: uuid.UUID) -> Lot:
    lot = lots.visible_lot(db.session, lot_id, current_person())
    if lot.status not in bids.READABLE:
        raise NotFound()
    return lot

"""Pages of the joining window: approving, answering, closing, cancelling."""

import uuid
from datetime import timedelta
from decimal import Decimal

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.db import db
from marketplace.errors import MarketplaceError, NotFound, Unacceptable
from marketplace.grouping.models import Barrier, Proposal
from marketplace.grouping.queries import proposal as find_proposal
from marketplace.intake.taking_away import as_csv
from marketplace.lots import closing, joining, queries
from marketplace.lots.forms import ApproveForm, ConditionForm, DeclineForm, ReasonForm
from marketplace.lots.models import Answer, Lot, LotStatus
from marketplace.lots.own_part import given_up
from marketplace.lots.sight import Gain, own_view
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.charts import SpanChart, span_chart
from marketplace.web.downloads import download
from marketplace.web.fields import at_london_time
from marketplace.web.formatting import rough_pounds, words
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page
from marketplace.web.pictures import picture

blueprint = Blueprint("joining", __name__)

USUAL_WINDOW = timedelta(days=21)


@blueprint.route("/proposals/<uuid:proposal_id>/approve", methods=["GET", "POST"])
@requires(Permission.DECIDE_PROPOSALS)
def approve(proposal_id: uuid.UUID) -> Page:
    """Approve a proposal and open its joining window."""
    proposal: Proposal = find_proposal(db.session, proposal_id)
    form = ApproveForm()
    if form.validate_on_submit():
        closes_at = at_london_time(form.closes_on.data + timedelta(days=1), 0)
        try:
            lot = joining.open_joining(
                db.session,
                proposal,
                closes_at=closes_at,
                reason=form.reason.data,
                barrier=Barrier(form.barrier.data) if form.barrier.data else None,
                by=current_person(),
                at=clock.now(),
            )
        except MarketplaceError as fault:
            db.session.rollback()
            proposal = find_proposal(db.session, proposal_id)
            form.refuse(form.closes_on, str(fault))
        else:
            flash(f"{lot.reference}: the authorities are asked to commit or decline.")
            return redirect(url_for("lots.show", lot_id=lot.id), code=303)
    elif not form.is_submitted():
        form.closes_on.data = clock.london_day(clock.now() + USUAL_WINDOW)
    return render_template("joining/approve.html", form=form, proposal=proposal), form.status


@blueprint.get("/joining")
@requires(Permission.ANSWER_JOINING)
def index() -> Page:
    """The windows that concern the commissioner's authority."""
    authority_id, asked = current_person().organisation_id, narrowing(each.value for each in Answer)
    answer = Answer(asked.choice) if asked.choice else None
    listing = page_of(
        db.session,
        queries.windows_of(authority_id, asked.words, answer),
        shown=queries.shown_to(authority_id),
        sorts={"closes": Lot.joining_closes_at, "title": Lot.title},
        default="closes",
        descending=True,
        tie=Lot.id,
    )
    return render_template(
        "joining/index.html",
        listing=listing,
        asked=asked,
        answers=[(each.value, words(each)) for each in Answer],
        now=clock.now(),
    )


@blueprint.get("/joining/<uuid:lot_id>")
@requires(Permission.ANSWER_JOINING)
def show(lot_id: uuid.UUID) -> Page:
    """What joining brings the commissioner's own authority."""
    return _answer_page(_own_lot(lot_id), DeclineForm())


@blueprint.post("/joining/<uuid:lot_id>/commit")
@requires(Permission.ANSWER_JOINING)
def commit(lot_id: uuid.UUID) -> Page:
    """The authority joins."""
    Button().must_be_valid()
    person, lot = current_person(), _own_lot(lot_id)
    joining.commit_to_lot(db.session, lot, person.organisation, by=person, at=clock.now())
    flash(f"{person.organisation.name} has committed to {lot.reference}.")
    return redirect(url_for("joining.show", lot_id=lot.id), code=303)


@blueprint.route("/joining/<uuid:lot_id>/commit-if", methods=["GET", "POST"])
@requires(Permission.ANSWER_JOINING)
def commit_if(lot_id: uuid.UUID) -> Page:
    """The authority joins under a condition."""
    person, lot = current_person(), _own_lot(lot_id)
    parties = queries.parties(db.session, lot)
    form = ConditionForm()
    form.offer(
        [member.authority for member in queries.members(db.session, lot)],
        person.organisation,
        sees_volume=own_view(db.session, lot, person.organisation).gain is not None,
    )
    if form.validate_on_submit():
        try:
            joining.commit_if(
                db.session, lot, person.organisation, form.condition(), by=person, at=clock.now()
            )
        except Unacceptable as fault:
            form.refuse(form.at_least_members, str(fault))
        else:
            flash(f"{person.organisation.name} commits to {lot.reference} under its condition.")
            return redirect(url_for("joining.show", lot_id=lot.id), code=303)
    elif not form.is_submitted():
        form.show(queries.party(db.session, lot, person.organisation).condition)
    page = render_template("joining/commit_if.html", lot=lot, form=form, asked=len(parties))
    return page, form.status


@blueprint.post("/joining/<uuid:lot_id>/agree-to-show")
@requires(Permission.ANSWER_JOINING)
def agree_to_show(lot_id: uuid.UUID) -> Page:
    """In a lot of two: let the other see what gives one's own value away."""
    Button().must_be_valid()
    person, lot = current_person(), _own_lot(lot_id)
    joining.agree_to_show(db.session, lot, person.organisation, by=person, at=clock.now())
    flash("Your agreement is kept. The figures show once both have agreed.")
    return redirect(url_for("joining.show", lot_id=lot.id), code=303)


@blueprint.post("/joining/<uuid:lot_id>/decline")
@requires(Permission.ANSWER_JOINING)
def decline(lot_id: uuid.UUID) -> Page:
    """The authority stays out."""
    person, lot = current_person(), _own_lot(lot_id)
    form = DeclineForm()
    if not form.validate_on_submit():
        return _answer_page(lot, form)
    joining.decline_lot(
        db.session,
        lot,
        person.organisation,
        reason=form.reason.data,
        barrier=Barrier(form.barrier.data),
        by=person,
        at=clock.now(),
    )
    flash(f"{person.organisation.name} has declined {lot.reference}.")
    return redirect(url_for("joining.show", lot_id=lot.id), code=303)


@blueprint.post("/lots/<uuid:lot_id>/close-window")
@requires(Permission.PUBLISH_LOTS)
def close(lot_id: uuid.UUID) -> Page:
    """Close a window and work the lot out from those who committed."""
    Button().must_be_valid()
    person = current_person()
    lot = queries.visible_lot(db.session, lot_id, person)
    result = closing.close_joining(db.session, lot, by=person, at=clock.now())
    flash(
        f"{lot.reference} goes on with those who committed."
        if result.goes_on
        else f"{lot.reference} is cancelled. {result.reason}"
    )
    return redirect(url_for("lots.show", lot_id=lot.id), code=303)


@blueprint.route("/lots/<uuid:lot_id>/cancel", methods=["GET", "POST"])
@requires(Permission.PUBLISH_LOTS)
def cancel(lot_id: uuid.UUID) -> Page:
    """Abandon a lot."""
    person = current_person()
    lot = queries.visible_lot(db.session, lot_id, person)
    form = ReasonForm()
    if form.validate_on_submit():
        closing.cancel_lot(
            db.session,
            lot,
            reason=form.reason.data,
            barrier=Barrier(form.barrier.data),
            by=person,
            at=clock.now(),
        )
        flash(f"{lot.reference} is cancelled.")
        return redirect(url_for("lots.show", lot_id=lot.id), code=303)
    return render_template("lots/cancel.html", form=form, lot=lot), form.status


@blueprint.get("/joining/<uuid:lot_id>/division.<any(csv,svg):kind>")
@requires(Permission.ANSWER_JOINING)
def division(lot_id: uuid.UUID, kind: str) -> Response:
    """The authority's own part of the gain, to take away as it stands on the page."""
    lot = _own_lot(lot_id)
    gain = own_view(db.session, lot, current_person().organisation).gain
    if gain is None:
        raise NotFound()
    name = f"{lot.reference}-division.{kind}"
    if kind == "svg":
        return picture(_divided(gain), "Your part of the gain, measured in three ways", name)
    # No finer than the page: to the pound, the figures would say more of the others.
    lines = [(each, rough_pounds(low), rough_pounds(high)) for each, low, high, _ in _parts(gain)]
    return download(as_csv(("Measure", "At least", "At most"), lines), name)


def _own_lot(lot_id: uuid.UUID) -> Lot:
    """A lot whose window asks the person's own authority; raises NotFound."""
    person = current_person()
    lot = queries.visible_lot(db.session, lot_id, person)
    if not queries.own_members(db.session, lot, person):
        raise NotFound()
    return lot


def _answer_page(lot: Lot, form: DeclineForm) -> tuple[str, int]:
    person, now = current_person(), clock.now()
    authority = person.organisation
    members = queries.own_members(db.session, lot, person)
    is_open = joining.window_is_open(lot, now)
    committed = members[0].answer in (Answer.COMMITTED, Answer.CONDITIONAL)
    worth = closing.joint_worth(db.session, queries.asked_requirements(db.session, lot, authority))
    view = own_view(db.session, lot, authority)
    page = render_template(
        "joining/show.html",
        lot=lot,
        members=members,
        answer=members[0],
        party=queries.party(db.session, lot, authority),
        view=view,
        divided=_divided(view.gain) if view.gain else None,
        worth=worth,
        given_up=given_up([each.requirement for each in members], worth.specification),
        is_open=is_open,
        left=closing.outlook(db.session, lot, without=authority.id)
        if is_open and committed
        else None,
        cancelled=lot.status == LotStatus.CANCELLED,
        form=form,
        button=Button(),
    )
    return page, form.status


def _divided(gain: Gain) -> SpanChart:
    return span_chart(_parts(gain))


def _parts(gain: Gain) -> list[tuple[str, Decimal, Decimal, Decimal | None]]:
    """What the authority keeps beside what would be fair and what would be stable."""
    low, likely, high = gain.kept
    rows: list[tuple[str, Decimal, Decimal, Decimal | None]] = [
        ("You keep", low, high, likely),
        ("What you add to the lot", *gain.part.fair, None),
    ]
    if gain.part.stable:
        rows.append(("Nobody has reason to leave", *gain.part.stable, None))
    return rows

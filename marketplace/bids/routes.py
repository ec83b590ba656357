"""Pages for bidding, for one's receipts, and for the opening."""

import uuid
from io import BytesIO

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    send_file,
    url_for,
)

from marketplace import clock
from marketplace.audit.chain import present_moment
from marketplace.bids import confirming, queries, services
from marketplace.bids import tasks as tasks
from marketplace.bids.forms import BidForm, bid_form
from marketplace.bids.models import Bid, BidStatus
from marketplace.bids.opening_routes import blueprint as opening_blueprint
from marketplace.bids.receipts import place_in_record, receipt_text, signed
from marketplace.db import db
from marketplace.errors import MarketplaceError, NotFound, WrongState
from marketplace.keyring import keys
from marketplace.lots import queries as lots
from marketplace.lots.models import Lot, LotStatus
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.formatting import words
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page
from marketplace.web.uploads import read_uploads

blueprint = Blueprint("bids", __name__)
BLUEPRINTS = (blueprint, opening_blueprint)


@blueprint.app_context_processor
def _own_bid() -> dict[str, object]:
    """For the page of a lot: what its reader has sent for it."""
    return {"own_bid_for": lambda lot: queries.own_bid(db.session, lot, current_person())}


@blueprint.get("/bids")
@requires(Permission.SUBMIT_BIDS)
def index() -> Page:
    """The supplier's own bids."""
    asked = narrowing(status.value for status in BidStatus)
    status = BidStatus(asked.choice) if asked.choice else None
    listing = page_of(
        db.session,
        queries.bids_of(current_person().organisation_id, asked.words, status),
        shown=queries.shown,
        sorts={"deadline": Lot.deadline, "title": Lot.title},
        default="deadline",
        descending=True,
        tie=Bid.id,
    )
    return render_template(
        "bids/index.html",
        listing=listing,
        asked=asked,
        statuses=[(each.value, words(each)) for each in BidStatus],
        now=clock.now(),
    )


@blueprint.route("/lots/<uuid:lot_id>/bid", methods=["GET", "POST"])
@requires(Permission.SUBMIT_BIDS)
def submit(lot_id: uuid.UUID) -> Page:
    """Send a bid, or replace the one sent before."""
    person = current_person()
    lot = lots.visible_lot(db.session, lot_id, person)
    form = bid_form(lot, lots.priced_authorities(db.session, lot))
    if form.validate_on_submit() and not form.sure.data:
        form.refuse(form.sure, "Confirm that this is your offer")
    if form.is_submitted() and not form.errors:
        sent = _send(lot, form)
        if sent is not None:
            return sent
    if lot.status_at(present_moment(db.session)) != LotStatus.OPEN:
        raise WrongState("The deadline of this lot has passed, or it was cancelled.")
    before = queries.own_bid(db.session, lot, person)
    page = render_template("bids/submit.html", form=form, lot=lot, before=before)
    return page, form.status


def _send(lot: Lot, form: BidForm) -> Page | None:
    """Keep the bid and go to its receipt; None where the form says what is wrong."""
    try:
        revision = services.submit_bid(
            db.session,
            lot,
            prices=form.prices(),
            answers=form.answers(),
            documents=read_uploads(form.documents.data),
            by=current_person(),
            clock=present_moment,
            gate=keys().site.gate.public_key(),
        )
    except WrongState:
        raise
    except MarketplaceError as fault:
        form.refuse(form.documents, str(fault))
        return None
    flash("Your bid is received.")
    return redirect(url_for("bids.receipt", lot_id=lot.id, number=revision.number), code=303)


@blueprint.get("/lots/<uuid:lot_id>/bid/receipt/<int:number>")
@requires(Permission.SUBMIT_BIDS)
def receipt(lot_id: uuid.UUID, number: int) -> Page:
    """What shows that a submission was received."""
    person = current_person()
    lot = lots.visible_lot(db.session, lot_id, person)
    revision = queries.own_revision(db.session, lot, person, number)
    bid = queries.own_bid(db.session, lot, person)
    if bid is None:
        raise NotFound()
    place = place_in_record(db.session, bid, revision)
    return render_template("bids/receipt.html", lot=lot, bid=bid, revision=revision, place=place)


@blueprint.get("/lots/<uuid:lot_id>/bid/receipt/<int:number>.txt")
@requires(Permission.SUBMIT_BIDS)
def receipt_file(lot_id: uuid.UUID, number: int) -> Page:
    """The receipt as a text file to keep."""
    person = current_person()
    lot = lots.visible_lot(db.session, lot_id, person)
    revision = queries.own_revision(db.session, lot, person, number)
    bid = queries.own_bid(db.session, lot, person)
    if bid is None:
        raise NotFound()
    place = place_in_record(db.session, bid, revision)
    name = f"receipt-{bid.reference}-{number}.txt"
    return Response(
        signed(receipt_text(lot, bid, revision, person.organisation, place), keys().site.receipts),
        mimetype="text/plain",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@blueprint.post("/lots/<uuid:lot_id>/bid/confirm")
@requires(Permission.SUBMIT_BIDS)
def confirm(lot_id: uuid.UUID) -> Page:
    """Let a bid stand under terms that changed since it was sent."""
    Button().must_be_valid()
    lot = lots.visible_lot(db.session, lot_id, current_person())
    confirming.confirm_bid(db.session, lot, by=current_person(), clock=present_moment)
    flash(f"Your bid stands under version {lot.terms_version} of the terms.")
    return redirect(url_for("lots.show", lot_id=lot.id), code=303)


@blueprint.route("/lots/<uuid:lot_id>/bid/withdraw", methods=["GET", "POST"])
@requires(Permission.SUBMIT_BIDS)
def withdraw(lot_id: uuid.UUID) -> Page:
    """Take a bid back, after asking once more."""
    person = current_person()
    lot = lots.visible_lot(db.session, lot_id, person)
    if queries.own_bid(db.session, lot, person) is None:
        raise NotFound()
    form = Button()
    if form.validate_on_submit():
        services.withdraw_bid(db.session, lot, by=person, clock=present_moment)
        flash("Your bid is withdrawn. You can send another until the deadline.")
        return redirect(url_for("lots.show", lot_id=lot.id), code=303)
    return render_template("bids/withdraw.html", lot=lot, button=form), form.status


@blueprint.get("/lots/<uuid:lot_id>/bids")
@requires(Permission.SCORE_BIDS)
def opened(lot_id: uuid.UUID) -> Page:
    """The opened bids of a lot."""
    lot = lots.visible_lot(db.session, lot_id, current_person())
    if lot.status not in queries.READABLE:
        raise NotFound()
    bids = queries.opened_bids(db.session, lot)
    documents = queries.documents(db.session, lot)
    return render_template("bids/opened.html", lot=lot, bids=bids, documents=documents)


@blueprint.get("/lots/<uuid:lot_id>/bids/documents/<uuid:document_id>")
@requires(Permission.SCORE_BIDS)
def document(lot_id: uuid.UUID, document_id: uuid.UUID) -> Page:
    """Download a document of an opened bid."""
    lot = lots.visible_lot(db.session, lot_id, current_person())
    found = queries.document(db.session, lot, document_id)
    return send_file(
        BytesIO(found.content),
        mimetype=found.content_type,
        as_attachment=True,
        download_name=found.name,
    )

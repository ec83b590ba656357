"""Pages of the opening: the seal root, an opener's keys to unwrap, and the part given back."""

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from marketplace.accounts.models import Role
from marketplace.audit.chain import present_moment
from marketplace.bids import opening
from marketplace.bids.forms import PartForm
from marketplace.bids.playing import play_opening, played_openers
from marketplace.bids.queries import parts_given
from marketplace.db import db
from marketplace.errors import MarketplaceError, NotFound, Unacceptable, WrongState
from marketplace.keyfiles import public_line
from marketplace.keyring import keys
from marketplace.lots import queries as lots
from marketplace.lots.models import Lot, LotOpener, LotStatus
from marketplace.openers.parts import Part
from marketplace.security.guard import current_person, public, requires
from marketplace.security.permissions import Permission
from marketplace.web.forms import Button
from marketplace.web.pages import Page

blueprint = Blueprint("opening", __name__)


@blueprint.get("/keys")
@public
def site_keys() -> Page:
    """The public keys of this site: with one receipts are checked, with the other bids sealed."""
    own = keys().site
    return render_template(
        "bids/site_keys.html", receipts=own.receipts_public, gate=public_line(own.gate.public_key())
    )


@blueprint.route("/lots/<uuid:lot_id>/open", methods=["GET", "POST"])
@requires(Permission.OPEN_BIDS)
def show(lot_id: uuid.UUID) -> Page:
    """How far the opening is; where this site plays the openers, a button that opens."""
    lot = _lot_to_open(lot_id)
    form = Button()
    if form.validate_on_submit():
        at, gate = present_moment(db.session), keys().site.gate
        play_opening(db.session, lot, keys().played, by=current_person(), at=at, gate=gate)
        return _opened(lot)
    return _page(lot, PartForm(formdata=None), form.status)


@blueprint.post("/lots/<uuid:lot_id>/seal")
@requires(Permission.OPEN_BIDS)
def publish_root(lot_id: uuid.UUID) -> Page:
    """Publish the number of bids and the hash of all, if the worker has not yet."""
    Button().must_be_valid()
    lot = _lot_to_open(lot_id)
    opening.publish_root(db.session, lot, by=current_person(), at=present_moment(db.session))
    flash("The seal root is published. The openers can give their parts.")
    return redirect(url_for("opening.show", lot_id=lot.id), code=303)


@blueprint.get("/lots/<uuid:lot_id>/open/keys.json")
@requires(Permission.OPEN_BIDS)
def wrapped_keys(lot_id: uuid.UUID) -> Page:
    """The keys of the lot's bids for the opener who asks, to unwrap on their own machine."""
    lot = _lot_to_open(lot_id)
    own = _own_place(lot)
    if own is None:
        raise NotFound()
    given = opening.keys_for(db.session, lot, own, keys().site.gate)
    name = f"{lot.reference}-keys-{own.position}.json"
    return Response(
        given.text(),
        mimetype="application/json",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@blueprint.post("/lots/<uuid:lot_id>/open/part")
@requires(Permission.OPEN_BIDS)
def give_part(lot_id: uuid.UUID) -> Page:
    """Take an opener's part; the second of two opens all bids."""
    lot = _lot_to_open(lot_id)
    form = PartForm()
    if not form.validate_on_submit():
        return _page(lot, form, form.status)
    try:
        part = opening.give_part(
            db.session,
            lot,
            Part.read(_text(form)),
            by=current_person(),
            at=present_moment(db.session),
            gate=keys().site.gate,
        )
    except WrongState:
        raise
    except MarketplaceError as fault:
        db.session.rollback()
        form.refuse(form.part, str(fault))
        return _page(_lot_to_open(lot_id), form, form.status)
    if lot.status == LotStatus.OPENED:
        return _opened(lot)
    flash(
        f"Your part does not hold for {part.wrong} of the bids, as the record says. Give it anew."
        if part.wrong
        else "Your part is with the lot. The next opener can go on."
    )
    return redirect(url_for("opening.show", lot_id=lot.id), code=303)


def _lot_to_open(lot_id: uuid.UUID) -> Lot:
    """A lot past its deadline, for reviewers and its openers; nobody else learns of this page."""
    person = current_person()
    lot = lots.visible_lot(db.session, lot_id, person)
    if person.role != Role.REVIEWER and _own_place(lot) is None:
        raise NotFound()
    if lot.status_at(present_moment(db.session)) != LotStatus.CLOSED:
        raise WrongState("Bids can be opened once, after the deadline.")
    return lot


def _own_place(lot: Lot) -> LotOpener | None:
    person = current_person()
    openers = lots.openers(db.session, lot)
    return next((each for each in openers if each.key.person_id == person.id), None)


def _page(lot: Lot, form: PartForm, status: int) -> tuple[str, int]:
    openers = lots.openers(db.session, lot)
    given = {part.position: part for part in parts_given(db.session, lot)}
    page = render_template(
        "bids/open.html",
        lot=lot,
        form=form,
        openers=openers,
        given=given,
        own=_own_place(lot),
        plays=len(played_openers(db.session, lot, keys().played)) >= 2,
        button=Button(formdata=None),
    )
    return page, status


def _opened(lot: Lot) -> Page:
    flash(f"The bids for {lot.reference} are opened.")
    reviewer = current_person().role == Role.REVIEWER
    return redirect(url_for("bids.opened" if reviewer else "lots.show", lot_id=lot.id), code=303)


def _text(form: PartForm) -> str:
    try:
        return bytes(form.part.data[0].read()).decode("ascii")
    except UnicodeDecodeError:
        raise Unacceptable("This is not the file that `marketplace keys unwrap` wrote.") from None

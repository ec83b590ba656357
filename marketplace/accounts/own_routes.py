"""Pages of one's own account: where one is signed in, the password, and one-time codes."""

import uuid

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask_login import login_user

from marketplace import clock
from marketplace.accounts import codes as one_time
from marketplace.accounts import queries, services
from marketplace.accounts.forms import ChangePasswordForm, CodeForm, ConfirmForm
from marketplace.accounts.models import OneTimeCodes
from marketplace.accounts.passwords import PoorPassword
from marketplace.accounts.visiting import visitor
from marketplace.db import db
from marketplace.errors import NotFound, Unacceptable
from marketplace.security.guard import (
    LONGEST_SIGN_IN,
    SignedIn,
    confirmed_lately,
    current_person,
    current_sign_in,
    must_set_up_codes,
    requires,
)
from marketplace.security.permissions import Permission
from marketplace.security.watch import notice
from marketplace.web.addresses import wanted_page
from marketplace.web.forms import Button
from marketplace.web.pages import Page
from marketplace.web.unit_of_work import keep_though_refused

blueprint = Blueprint("own_account", __name__, url_prefix="/account")


@blueprint.get("")
@requires(Permission.USE_SITE)
def index() -> Page:
    """Where I am signed in, and how I sign in."""
    person = current_person()
    return render_template(
        "accounts/account.html",
        sign_ins=queries.sign_ins_of(db.session, person, since=clock.now() - LONGEST_SIGN_IN),
        this=current_sign_in(),
        has_codes=one_time.has_codes(db.session, person),
        button=Button(),
    )


@blueprint.route("/confirm", methods=["GET", "POST"])
@requires(Permission.USE_SITE)
def confirm() -> Page:
    """Give the password once more, before what is hard to undo."""
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            services.confirm_again(
                db.session,
                current_sign_in(),
                form.password.data,
                form.code.data or "",
                address=visitor().address,
                key=_key(),
                at=clock.now(),
            )
        except Unacceptable as fault:
            _keep_failure("confirming_failed")
            form.refuse(form.password, str(fault))
        else:
            return redirect(wanted_page("own_account.index"), code=303)
    coded = one_time.has_codes(db.session, current_person())
    return render_template("accounts/confirm.html", form=form, coded=coded), form.status


@blueprint.post("/sign-ins/<uuid:sign_in_id>/end")
@requires(Permission.USE_SITE)
@confirmed_lately
def end_sign_in(sign_in_id: uuid.UUID) -> Page:
    """End one of my sign-ins."""
    Button().must_be_valid()
    person = current_person()
    row = queries.own_sign_in(db.session, person, sign_in_id)
    services.end_sign_in(db.session, row, by=person, at=clock.now())
    flash("That sign-in is ended.")
    return redirect(url_for("own_account.index"), code=303)


@blueprint.route("/password", methods=["GET", "POST"])
@requires(Permission.USE_SITE)
def change_password() -> Page:
    """Set another password, which ends all other sign-ins."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            row = services.change_password(
                db.session,
                current_sign_in(),
                form.current.data,
                form.password.data,
                address=visitor().address,
                at=clock.now(),
            )
        except PoorPassword as fault:
            form.refuse(form.password, str(fault))
        except Unacceptable as fault:
            _keep_failure("changing_password_failed")
            form.refuse(form.current, str(fault))
        else:
            login_user(SignedIn.begun(row))
            db.session.flush()
            flash("Your password is changed, and you are signed out everywhere else.")
            return redirect(url_for("own_account.index"), code=303)
    return render_template("accounts/change_password.html", form=form), form.status


@blueprint.route("/codes", methods=["GET", "POST"])
@requires(Permission.USE_SITE)
def codes() -> Page:
    """Set up one-time codes, in two steps: a secret for the phone, then a code of it."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            one_time.confirm_codes(
                db.session, current_sign_in(), form.code.data, key=_key(), at=clock.now()
            )
        except Unacceptable as fault:
            notice("code_failed")
            form.refuse(form.code, str(fault))
        else:
            flash("From now on, signing in takes a code too.")
            return redirect(url_for("own_account.index"), code=303)
    started = db.session.get(OneTimeCodes, current_person().id)
    page = render_template(
        "accounts/codes.html",
        form=form,
        started=started,
        secret=one_time.secret_of(started, _key()) if started and _waits(started) else "",
        needed=must_set_up_codes(),
    )
    return page, form.status


@blueprint.post("/codes/start")
@requires(Permission.USE_SITE)
@confirmed_lately
def start_codes() -> Page:
    """Make a secret for the phone."""
    Button().must_be_valid()
    one_time.start_codes(db.session, current_person(), key=_key(), at=clock.now())
    return redirect(url_for("own_account.codes"), code=303)


@blueprint.get("/codes/picture.svg")
@requires(Permission.USE_SITE)
def codes_picture() -> Page:
    """The secret as a picture, until it is confirmed."""
    person = current_person()
    started = db.session.get(OneTimeCodes, person.id)
    if started is None or not _waits(started):
        raise NotFound()
    return Response(one_time.picture_of(started, person, _key()), mimetype="image/svg+xml")


def _keep_failure(event: str) -> None:
    """Count the failed attempt though the request is refused, and let operators see it."""
    keep_though_refused()
    notice(event)


def _waits(started: OneTimeCodes) -> bool:
    """Only until it is confirmed is the secret shown."""
    return started.confirmed_at is None


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])

"""Pages for whoever forgot the password."""

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.accounts import resets
from marketplace.accounts.forms import ForgottenPasswordForm, NewPasswordForm
from marketplace.accounts.passwords import PoorPassword
from marketplace.accounts.visiting import visitor
from marketplace.db import db
from marketplace.security.guard import public
from marketplace.web.pages import Page

blueprint = Blueprint("passwords", __name__)


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten() -> Page:
    """Ask for a link; the answer is the same whether or not there is such an account."""
    form = ForgottenPasswordForm()
    if form.validate_on_submit():
        resets.ask_for_reset(db.session, form.email.data, address=visitor().address, at=clock.now())
        flash(
            "If there is an account with this address, a link is on its way to it. "
            "It is good for an hour."
        )
        return redirect(url_for("passwords.forgotten"), code=303)
    return render_template("accounts/forgotten_password.html", form=form), form.status


@blueprint.route("/new-password/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> Page:
    """Choose a new password, by the link from the mail."""
    reset = resets.reset_of(db.session, token, at=clock.now())
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            resets.use_reset(db.session, reset, form.password.data, at=clock.now())
        except PoorPassword as fault:
            form.refuse(form.password, str(fault))
        else:
            flash("Your password is set. Sign in with it.")
            return redirect(url_for("accounts.sign_in"), code=303)
    return render_template("accounts/new_password.html", form=form), form.status

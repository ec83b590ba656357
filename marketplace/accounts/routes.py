"""Pages for signing in and out and for the administrator's people."""

import uuid

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import login_user, logout_user

from marketplace import clock
from marketplace.accounts import codes, queries, resets, services
from marketplace.accounts.forms import AuthorityForm, PersonForm, SignInForm
from marketplace.accounts.models import Organisation, Person, Role, SignIn
from marketplace.accounts.own_routes import blueprint as own_account
from marketplace.accounts.reset_routes import blueprint as passwords
from marketplace.accounts.visiting import know_again, visitor
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.security.guard import (
    SignedIn,
    current_person,
    current_sign_in,
    public,
    requires,
)
from marketplace.security.permissions import Permission
from marketplace.security.watch import account, notice
from marketplace.web.addresses import wanted_page
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page
from marketplace.web.unit_of_work import keep_though_refused

blueprint = Blueprint("accounts", __name__)
BLUEPRINTS = (blueprint, own_account, passwords)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """Ask who it is, and go on to where they were going."""
    form = SignInForm()
    if form.validate_on_submit():
        row = services.sign_in(
            db.session,
            form.email.data,
            form.password.data,
            form.code.data or "",
            visitor=visitor(form.email.data),
            key=current_app.config["SECRET_KEY"],
            at=clock.now(),
        )
        if row is not None:
            return _let_in(row)
        keep_though_refused()
        notice("sign_in_failed", account=account(form.email.data))
        form.refuse(form.email, "Your email address and password do not match. Try again")
    return render_template("accounts/sign_in.html", form=form), form.status


@blueprint.post("/sign-out")
@requires(Permission.USE_SITE)
def sign_out() -> Page:
    """End this sign-in."""
    Button().must_be_valid()
    services.sign_out(db.session, current_sign_in(), at=clock.now())
    logout_user()
    return redirect(url_for("accounts.sign_in"), code=303)


@blueprint.get("/people")
@requires(Permission.MANAGE_PEOPLE)
def people() -> Page:
    """Everybody who can sign in."""
    asked = narrowing(role.value for role in Role)
    listing = page_of(
        db.session,
        queries.people(asked.words, Role(asked.choice) if asked.choice else None),
        shown=queries.shown_person,
        sorts={"name": Person.name, "organisation": Organisation.name, "role": Person.role},
        default="organisation",
        tie=Person.id,
    )
    coded = queries.with_codes(db.session, listing.rows)
    return render_template(
        "accounts/people.html",
        listing=listing,
        asked=asked,
        roles=[(role.value, role.value.capitalize()) for role in Role],
        coded=coded,
        button=Button(),
    )


@blueprint.route("/people/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def add_person() -> Page:
    """Add somebody."""
    form = PersonForm()
    known = {str(o.id): o for o in queries.organisations(db.session)}
    form.organisation.choices = [("", "Choose")] + [(key, o.name) for key, o in known.items()]
    form.role.choices = [("", "Choose")] + [(r.value, r.value.capitalize()) for r in Role]
    if form.validate_on_submit():
        try:
            added = services.add_person(
                db.session,
                email=form.email.data,
                name=form.name.data,
                role=Role(form.role.data),
                organisation=known[form.organisation.data],
                by=current_person(),
                at=clock.now(),
            )
        except Unacceptable as fault:
            form.refuse(form.email, str(fault))
        else:
            address, by = current_app.extensions["settings"].public_url, current_person()
            resets.welcome(db.session, added, public_url=address, by=by, at=clock.now())
            flash(f"{added.name} gets a link by mail to choose a password.")
            return redirect(url_for("accounts.people"), code=303)
    return render_template("accounts/add_person.html", form=form), form.status


@blueprint.post("/people/<uuid:person_id>/remove")
@requires(Permission.MANAGE_PEOPLE)
def remove_person(person_id: uuid.UUID) -> Page:
    """Take somebody's access away."""
    Button().must_be_valid()
    person = queries.person(db.session, person_id)
    services.remove_person(db.session, person, by=current_person(), at=clock.now())
    flash(f"{person.name} can no longer sign in.")
    return redirect(url_for("accounts.people"), code=303)


@blueprint.post("/people/<uuid:person_id>/sign-out")
@requires(Permission.MANAGE_PEOPLE)
def sign_out_everywhere(person_id: uuid.UUID) -> Page:
    """End all sign-ins of somebody who keeps their access."""
    Button().must_be_valid()
    person = queries.person(db.session, person_id)
    services.sign_out_everywhere(db.session, person, by=current_person(), at=clock.now())
    flash(f"{person.name} is signed out everywhere.")
    return redirect(url_for("accounts.people"), code=303)


@blueprint.post("/people/<uuid:person_id>/forget-codes")
@requires(Permission.MANAGE_PEOPLE)
def forget_codes(person_id: uuid.UUID) -> Page:
    """Take away the codes of somebody whose phone is lost."""
    Button().must_be_valid()
    person = queries.person(db.session, person_id)
    codes.forget_codes(db.session, person, by=current_person(), at=clock.now())
    flash(f"{person.name} can sign in without a code, and set up new ones.")
    return redirect(url_for("accounts.people"), code=303)


@blueprint.get("/authorities")
@requires(Permission.MANAGE_PEOPLE)
def authorities() -> Page:
    """The authorities that may buy together."""
    words = request.args.get("q", "").replace("\0", "").strip()[:100]
    listing = page_of(
        db.session,
        queries.authorities_listed(words),
        sorts={
            "name": Organisation.name,
            "code": Organisation.code,
            "subregion": Organisation.subregion,
        },
        default="name",
        tie=Organisation.id,
    )
    return render_template("accounts/authorities.html", listing=listing, words=words)


@blueprint.route("/authorities/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def add_authority() -> Page:
    """Register an authority."""
    form = AuthorityForm()
    if form.validate_on_submit():
        try:
            added = services.add_authority(
                db.session,
                code=form.code.data,
                name=form.name.data,
                subregion=form.subregion.data,
                by=current_person(),
                at=clock.now(),
            )
        except Unacceptable as fault:
            form.refuse(form.code, str(fault))
        else:
            flash(f"{added.name} is registered.")
            return redirect(url_for("accounts.authorities"), code=303)
    return render_template("accounts/add_authority.html", form=form), form.status


def _let_in(row: SignIn) -> Page:
    """Sign the browser in, know it again later, and go on to where its person was going."""
    login_user(SignedIn.begun(row))
    db.session.flush()
    answer = current_app.make_response(redirect(wanted_page("home.index"), code=303))
    know_again(answer, row.person.email)
    return answer

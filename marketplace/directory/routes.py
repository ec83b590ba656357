"""The directory of roles: read by authorities and the Centre, kept by each authority itself."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.categories.models import CALLED
from marketplace.categories.queries import named_policies
from marketplace.db import db
from marketplace.directory import queries, services
from marketplace.directory import tasks as tasks
from marketplace.directory.forms import RoleForm
from marketplace.directory.models import DirectoryRole
from marketplace.errors import StaleEdit, Unacceptable
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page

blueprint = Blueprint("directory", __name__, url_prefix="/knowledge/roles")
blueprint.add_app_template_filter(queries.is_stale, "is_stale")


@blueprint.get("")
@requires(Permission.VIEW_KNOWLEDGE)
def index() -> Page:
    """Who does what for which purchases."""
    person, now = current_person(), clock.now()
    choices = [("stale", "Not confirmed for a year"), *queries.authorities(db.session)]
    asked = narrowing(value for value, _ in choices)
    only_stale = asked.choice == "stale"
    chosen = uuid.UUID(asked.choice) if asked.choice and not only_stale else None
    listing = page_of(
        db.session,
        queries.roles(asked.words, chosen, now if only_stale else None),
        shown=queries.shown,
        sorts={
            "authority": Organisation.name,
            "title": DirectoryRole.title,
            "category": CALLED,
            "confirmed": DirectoryRole.confirmed_at,
        },
        default="authority",
        tie=DirectoryRole.id,
    )
    return render_template(
        "directory/index.html",
        listing=listing,
        asked=asked,
        choices=choices,
        now=now,
        may_keep=may(person.role, Permission.KEEP_ROLES),
        button=Button(),
    )


@blueprint.route("/add", methods=["GET", "POST"])
@requires(Permission.KEEP_ROLES)
def add() -> Page:
    """Add a role of one's own authority."""
    form = RoleForm().offer(named_policies(db.session))
    if form.validate_on_submit():
        try:
            role = services.add_role(db.session, form.told(), by=current_person(), at=clock.now())
        except Unacceptable as fault:
            form.refuse(form.title, str(fault))
        else:
            return _kept(role, "is in the directory")
    return render_template("directory/edit.html", form=form, role=None), form.status


@blueprint.route("/<uuid:role_id>/edit", methods=["GET", "POST"])
@requires(Permission.KEEP_ROLES)
def edit(role_id: uuid.UUID) -> Page:
    """Correct a role."""
    person = current_person()
    role = queries.own_role(db.session, person, role_id)
    form, status = RoleForm(), 0
    if not form.is_submitted():
        form.show(role)
    form.offer(named_policies(db.session))
    if form.validate_on_submit():
        version = form.version.data or 0  # without one it is no version that there is
        try:
            services.change_role(
                db.session, role, form.told(), version=version, by=person, at=clock.now()
            )
        except (StaleEdit, Unacceptable) as fault:
            status = fault.status
            form.refuse(form.title, str(fault))
        else:
            return _kept(role, "is kept and confirmed")
    page = render_template("directory/edit.html", form=form, role=role, stale=status == 409)
    return page, status or form.status


@blueprint.post("/<uuid:role_id>/confirm")
@requires(Permission.KEEP_ROLES)
def confirm(role_id: uuid.UUID) -> Page:
    """Say that a role is still as it stands."""
    Button().must_be_valid()
    person = current_person()
    role = queries.own_role(db.session, person, role_id)
    services.confirm_role(db.session, role, by=person, at=clock.now())
    return _kept(role, "is confirmed")


@blueprint.post("/<uuid:role_id>/remove")
@requires(Permission.KEEP_ROLES)
def remove(role_id: uuid.UUID) -> Page:
    """Take a role off the directory."""
    Button().must_be_valid()
    person = current_person()
    role = queries.own_role(db.session, person, role_id)
    services.remove_role(db.session, role, by=person, at=clock.now())
    return _kept(role, "is taken off the directory")


def _kept(role: DirectoryRole, what: str) -> Page:
    flash(f"{role.title} {what}.")
    return redirect(url_for("directory.index", only=current_person().organisation_id), code=303)

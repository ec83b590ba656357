"""A supplier's own page: what it can supply, and how much."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.accounts.models import SupplierSize
from marketplace.categories.queries import cpv, search_cpv
from marketplace.db import db
from marketplace.errors import StaleEdit
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.suppliers import queries, services
from marketplace.suppliers.forms import SIZES, ProfileForm
from marketplace.web.forms import Button
from marketplace.web.pages import Page

blueprint = Blueprint("suppliers", __name__, url_prefix="/organisation")


@blueprint.get("")
@requires(Permission.DESCRIBE_SUPPLIER)
def show() -> Page:
    """What the supplier says of itself, and a search for categories to add."""
    supplier = current_person().organisation
    words = request.args.get("q", "").strip()[:100]
    chosen = queries.categories_of(db.session, supplier)
    known = {code.code for code in chosen}
    return render_template(
        "suppliers/show.html",
        supplier=supplier,
        size=SIZES.get(supplier.size) if supplier.size else None,
        profile=queries.profile(db.session, supplier),
        chosen=chosen,
        words=words,
        found=[code for code in search_cpv(db.session, words) if code.code not in known],
        button=Button(),
    )


@blueprint.route("/edit", methods=["GET", "POST"])
@requires(Permission.DESCRIBE_SUPPLIER)
def edit() -> Page:
    """Change the supplier's size, place and largest contract."""
    person = current_person()
    form = ProfileForm()
    status = 0
    if form.validate_on_submit():
        try:
            services.describe_supplier(
                db.session,
                person.organisation,
                size=SupplierSize(form.size.data),
                location=form.location.data or "",
                largest_contract=form.largest_contract.data,
                by=person,
                at=clock.now(),
                version=form.version.data or 0,  # without one it is no version that there is
            )
        except StaleEdit as fault:
            status = 409
            form.refuse(form.size, str(fault))
        else:
            flash("Saved.")
            return redirect(url_for("suppliers.show"), code=303)
    profile = queries.profile(db.session, person.organisation)
    if not form.is_submitted():
        form.size.data, form.location.data = person.organisation.size, person.organisation.location
        form.largest_contract.data = profile.largest_contract if profile else None
    page = render_template("suppliers/edit.html", form=form, profile=profile, stale=status == 409)
    return page, status or form.status


@blueprint.post("/categories/<code>")
@requires(Permission.DESCRIBE_SUPPLIER)
def add_category(code: str) -> Page:
    """Look for a category from now on."""
    Button().must_be_valid()
    person = current_person()
    wanted = cpv(db.session, code)
    services.look_for_category(db.session, person.organisation, wanted, by=person, at=clock.now())
    flash(f"{wanted.name} is among your categories.")
    return redirect(url_for("suppliers.show"), code=303)


@blueprint.post("/categories/<code>/remove")
@requires(Permission.DESCRIBE_SUPPLIER)
def remove_category(code: str) -> Page:
    """Look for a category no longer."""
    Button().must_be_valid()
    person = current_person()
    wanted = cpv(db.session, code)
    services.stop_looking_for(db.session, person.organisation, wanted, by=person, at=clock.now())
    flash(f"{wanted.name} is no longer among your categories.")
    return redirect(url_for("suppliers.show"), code=303)

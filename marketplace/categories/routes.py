"""Pages of categories and their policies."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.categories import queries, services
from marketplace.categories.forms import FIRST_DEFAULT, PolicyForm, shown
from marketplace.categories.models import CategoryPolicy, Tier
from marketplace.db import db
from marketplace.errors import MarketplaceError, StaleEdit
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.web.listing import page_of
from marketplace.web.pages import Page

blueprint = Blueprint("categories", __name__)


@blueprint.get("/categories")
@requires(Permission.VIEW_CATEGORIES)
def index() -> Page:
    """The centre's policies, by words and tier."""
    words, tier = request.args.get("q", "").strip()[:100], request.args.get("tier", "")
    listing = page_of(
        db.session,
        queries.policies(words, Tier(tier) if tier in set(Tier) else None),
        shown=queries.shown,
        sorts={
            "title": CategoryPolicy.title,
            "tier": CategoryPolicy.tier,
            "code": CategoryPolicy.cpv_code,
        },
        default="title",
        tie=CategoryPolicy.id,
    )
    return render_template(
        "categories/index.html",
        listing=listing,
        words=words,
        tier=tier,
        may_edit=may(current_person().role, Permission.EDIT_CATEGORIES),
        has_default=queries.default_if_set(db.session) is not None,
    )


@blueprint.get("/categories/<uuid:policy_id>")
@requires(Permission.VIEW_CATEGORIES)
def show(policy_id: uuid.UUID) -> Page:
    """One policy."""
    return render_template(
        "categories/show.html",
        policy=queries.policy(db.session, policy_id),
        may_edit=may(current_person().role, Permission.EDIT_CATEGORIES),
    )


@blueprint.get("/categories/search")
@requires(Permission.EDIT_REQUIREMENTS)
def search() -> Page:
    """CPV codes by words, for choosing one; also as a fragment while somebody types."""
    words = request.args.get("q", "").strip()[:100]
    found = queries.search_cpv(db.session, words)
    return render_template("categories/_found.html", found=found, words=words)


@blueprint.route("/categories/<uuid:policy_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_CATEGORIES)
def edit(policy_id: uuid.UUID) -> Page:
    """Change a policy."""
    policy = queries.policy(db.session, policy_id)
    form = PolicyForm(data=None if request.method == "POST" else shown(policy))
    return _save(form, policy, policy.cpv_code, f"Policy for {policy.title}")


@blueprint.route("/categories/add", methods=["GET", "POST"])
@requires(Permission.EDIT_CATEGORIES)
def add() -> Page:
    """Give a CPV code a policy of its own, beginning from the one it inherits."""
    code = request.args.get("code", "")
    if not code:
        words = request.args.get("q", "").strip()[:100]
        found = queries.search_cpv(db.session, words)
        return render_template("categories/choose.html", words=words, found=found)
    cpv = queries.cpv(db.session, code)
    inherited = queries.policy_for(db.session, code)
    begun = {**shown(inherited), "title": cpv.name}
    form = PolicyForm(data=None if request.method == "POST" else begun)
    return _save(form, None, code, f"Policy for {cpv.name}")


@blueprint.route("/categories/default", methods=["GET", "POST"])
@requires(Permission.EDIT_CATEGORIES)
def default() -> Page:
    """Set or change the policy of every code that has none nearer."""
    found = queries.default_if_set(db.session)
    begun = shown(found) if found else FIRST_DEFAULT
    form = PolicyForm(data=None if request.method == "POST" else begun)
    return _save(form, found, None, "Policy for everything that has none nearer")


def _save(form: PolicyForm, policy: CategoryPolicy | None, code: str | None, title: str) -> Page:
    status = 0
    if form.validate_on_submit():
        try:
            saved = services.set_policy(
                db.session,
                policy,
                form.terms(),
                cpv_code=code,
                by=current_person(),
                at=clock.now(),
                version=form.version.data or 0,  # without one it is no version that there is
            )
        except StaleEdit as fault:
            status = 409
            form.refuse(form.title, f"{fault} Compare with what is there now, and save again.")
        except (MarketplaceError, ValueError) as fault:
            form.refuse(
                form.attributes if isinstance(fault, ValueError) else form.title, str(fault)
            )
        else:
            flash(f"The policy for {saved.title} is saved.")
            return redirect(url_for("categories.show", policy_id=saved.id), code=303)
    page = render_template(
        "categories/edit.html", form=form, policy=policy, title=title, stale=status == 409
    )
    return page, status or form.status

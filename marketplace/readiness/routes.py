"""Pages on which an authority says how ready it is to share."""

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.categories.models import CALLED, CpvCode
from marketplace.db import db
from marketplace.readiness import queries
from marketplace.readiness.forms import ReadinessForm
from marketplace.readiness.models import Factor
from marketplace.readiness.services import say_how_ready
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page

blueprint = Blueprint("readiness", __name__, url_prefix="/readiness")


@blueprint.get("")
@requires(Permission.SAY_READINESS)
def index() -> Page:
    """The categories in which the authority has something posted."""
    authority, asked = current_person().organisation, narrowing()
    listing = page_of(
        db.session,
        queries.categories_asked_about(authority, asked.words),
        sorts={"category": CALLED},
        default="category",
        tie=CpvCode.code,
    )
    answered = queries.answered(db.session, authority, [each.code for each in listing.rows])
    return render_template(
        "readiness/index.html",
        listing=listing,
        asked=asked,
        answered=answered,
        factors=len(Factor),
    )


@blueprint.route("/<code>", methods=["GET", "POST"])
@requires(Permission.SAY_READINESS)
def answer(code: str) -> Page:
    """Answer the five factors of one category."""
    person = current_person()
    category = queries.category_asked_about(db.session, person.organisation, code)
    form = ReadinessForm()
    if form.validate_on_submit():
        say_how_ready(
            db.session, person.organisation, category, form.said(), by=person, at=clock.now()
        )
        flash(f"Your answers for {category.called} are kept. The Centre’s reviewers see them.")
        return redirect(url_for("readiness.index"), code=303)
    if not form.is_submitted():
        form.show(queries.own_answers(db.session, person.organisation_id, code))
    page = render_template(
        "readiness/answer.html", form=form, category=category, factors=list(Factor)
    )
    return page, form.status

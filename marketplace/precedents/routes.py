"""Pages of what is known of sharing: the ways, the library, one precedent."""

import uuid
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.categories.models import CALLED
from marketplace.categories.queries import named_policies
from marketplace.db import db
from marketplace.errors import StaleEdit
from marketplace.precedents import queries, services
from marketplace.precedents.forms import FoundForm, PrecedentForm
from marketplace.precedents.models import Evidence, Outcome, Precedent
from marketplace.precedents.ways import WAYS, Way
from marketplace.precedents.wording import (
    EVIDENCE_SHORT,
    EVIDENCE_WORDS,
    OUTCOME_WORDS,
    way_words,
)
from marketplace.readiness.forms import ASKED, FACTOR_WORDS
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page

blueprint = Blueprint("precedents", __name__, url_prefix="/knowledge")
blueprint.add_app_template_filter(way_words)
blueprint.add_app_template_filter(OUTCOME_WORDS.get, "outcome_words")
blueprint.add_app_template_filter(EVIDENCE_SHORT.get, "evidence_words")

Choice = TypeVar("Choice", bound=StrEnum)


@blueprint.get("")
@requires(Permission.VIEW_KNOWLEDGE)
def ways() -> Page:
    """The six ways to share and the five things on which sharing rests."""
    return render_template(
        "precedents/ways.html", ways=WAYS, factors=[(FACTOR_WORDS[f], ASKED[f]) for f in ASKED]
    )


@blueprint.get("/precedents")
@requires(Permission.VIEW_KNOWLEDGE)
def index() -> Page:
    """The library."""
    asked = queries.PrecedentFilter(
        words=narrowing().words,
        way=_one_of(Way, "way"),
        outcome=_one_of(Outcome, "outcome"),
        evidence=_one_of(Evidence, "evidence"),
    )
    listing = page_of(
        db.session,
        queries.precedents(asked),
        shown=queries.shown,
        sorts={
            "title": Precedent.title,
            "category": CALLED,
            "year": Precedent.year,
            "saving": Precedent.saving_share,
        },
        default="year",
        descending=True,
        tie=Precedent.id,
    )
    return render_template(
        "precedents/index.html",
        listing=listing,
        asked=asked,
        choices=[
            ("way", "Way of sharing", [(each.value, WAYS[each].name) for each in Way]),
            ("outcome", "What came of it", list(OUTCOME_WORDS.items())),
            ("evidence", "Evidence", list(EVIDENCE_SHORT.items())),
        ],
        may_edit=may(current_person().role, Permission.EDIT_KNOWLEDGE),
        button=Button(),
    )


@blueprint.post("/precedents/load")
@requires(Permission.EDIT_KNOWLEDGE)
def load() -> Page:
    """Add the report's facts."""
    Button().must_be_valid()
    added = services.load_report(db.session, by=current_person(), at=clock.now())
    flash(f"{added} precedents of the 2006 report are added." if added else "They are all there.")
    return redirect(url_for("precedents.index"), code=303)


@blueprint.route("/precedents/add", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def add() -> Page:
    """Add a case of elsewhere."""
    form = FoundForm().offer(named_policies(db.session))
    if form.validate_on_submit():
        found = services.add_precedent(
            db.session, form.told(), form.facts(), by=current_person(), at=clock.now()
        )
        flash(f"{found.reference} is in the library.")
        return redirect(url_for("precedents.show", precedent_id=found.id), code=303)
    return render_template("precedents/add.html", form=form), form.status


@blueprint.get("/precedents/<uuid:precedent_id>")
@requires(Permission.VIEW_KNOWLEDGE)
def show(precedent_id: uuid.UUID) -> Page:
    """One precedent."""
    return render_template(
        "precedents/show.html",
        precedent=queries.precedent(db.session, precedent_id),
        evidence_words=EVIDENCE_WORDS,
        may_edit=may(current_person().role, Permission.EDIT_KNOWLEDGE),
    )


@blueprint.route("/precedents/<uuid:precedent_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def edit(precedent_id: uuid.UUID) -> Page:
    """Correct what is told of a case."""
    found = queries.precedent(db.session, precedent_id)
    form, status = (FoundForm() if found.is_written else PrecedentForm()), 0
    if not form.is_submitted():
        form.show(found)
    form.offer(named_policies(db.session))
    if form.validate_on_submit():
        try:
            services.change_precedent(
                db.session,
                found,
                form.told(),
                form.facts(),
                version=form.version.data or 0,
                by=current_person(),
                at=clock.now(),
            )
        except StaleEdit as fault:
            status = 409
            form.refuse(form.title, str(fault))
        else:
            flash(f"{found.reference} is changed.")
            return redirect(url_for("precedents.show", precedent_id=found.id), code=303)
    page = render_template("precedents/edit.html", form=form, precedent=found, stale=status == 409)
    return page, status or form.status


def _one_of(kind: type[Choice], name: str) -> Choice | None:
    """What the address chooses; anything odd chooses nothing."""
    asked = request.args.get(name, "")
    return kind(asked) if asked in {each.value for each in kind} else None

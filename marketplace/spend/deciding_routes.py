"""Pages on which people decide: which suppliers are one, and which category a label is."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.categories.queries import cpv, search_cpv
from marketplace.db import db
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.spend import deciding
from marketplace.spend import deciding_queries as queries
from marketplace.spend.models import MatchStatus, SpendLabel, SpendMatch
from marketplace.web.formatting import counted
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.pages import Page

NO_PURCHASE = "none"

blueprint = Blueprint("spend_decisions", __name__, url_prefix="/spend")


@blueprint.get("/matches")
@requires(Permission.DECIDE_SPENDING)
def matches() -> str:
    """Suppliers whose names are nearly the same, for a person to decide."""
    asked = request.args.get("status", "")
    status = MatchStatus(asked) if asked in set(MatchStatus) else MatchStatus.DOUBTFUL
    listing = page_of(
        db.session,
        queries.matches(status),
        sorts={"likeness": SpendMatch.likeness},
        default="likeness",
        descending=True,
        tie=SpendMatch.id,
    )
    return render_template(
        "spend/matches.html",
        listing=listing,
        status=status,
        statuses=MatchStatus,
        paid=queries.paid(db.session, listing.rows),
        button=Button(),
    )


@blueprint.post("/matches/<uuid:match_id>/<any(same, different, again):decision>")
@requires(Permission.DECIDE_SPENDING)
def decide(match_id: uuid.UUID, decision: str) -> Page:
    """They are one supplier, they are two, or nobody has decided after all."""
    Button().must_be_valid()
    match = queries.match(db.session, match_id)
    verbs = {
        "same": deciding.join_suppliers,
        "different": deciding.keep_apart,
        "again": deciding.doubt_again,
    }
    verbs[decision](db.session, match, by=current_person(), at=clock.now())
    said = {"same": "They are one supplier.", "different": "They stay two suppliers."}
    flash(said.get(decision, "The decision is taken back."))
    return redirect(url_for("spend_decisions.matches"), code=303)


@blueprint.get("/labels")
@requires(Permission.VIEW_SPENDING)
def labels() -> str:
    """What files call kinds of spending, and the category that each is taken for."""
    words, only = request.args.get("q", "").replace("\0", "")[:100], request.args.get("only", "")
    listing = page_of(
        db.session,
        queries.labels(words, only),
        sorts={"words": SpendLabel.words},
        default="words",
        tie=SpendLabel.id,
    )
    return render_template(
        "spend/labels.html",
        listing=listing,
        words=words,
        only=only,
        may_decide=may(current_person().role, Permission.DECIDE_SPENDING),
    )


@blueprint.get("/labels/<int:label_id>")
@requires(Permission.DECIDE_SPENDING)
def label(label_id: int) -> str:
    """One label: what it is taken for and why, and a search for another category."""
    found = queries.label(db.session, label_id)
    words = request.args.get("q", "").strip()[:100]
    return render_template(
        "spend/label.html",
        label=found,
        words=words,
        offered=search_cpv(db.session, words),
        amount=queries.amount_of(db.session, found),
        button=Button(),
    )


@blueprint.post("/labels/<int:label_id>/category")
@requires(Permission.DECIDE_SPENDING)
def categorise(label_id: int) -> Page:
    """Say what a label stands for: a code, or that it is no purchase."""
    Button().must_be_valid()
    found = queries.label(db.session, label_id, to_decide=True)
    code = request.form.get("code", "")
    category = None if code == NO_PURCHASE else cpv(db.session, code)
    count = deciding.categorise_label(
        db.session, found, category, by=current_person(), at=clock.now()
    )
    flash(f"{counted(count, 'line')} put into {category.called if category else 'no category'}.")
    return redirect(url_for("spend_decisions.label", label_id=label_id), code=303)


@blueprint.post("/labels/<int:label_id>/forget")
@requires(Permission.DECIDE_SPENDING)
def forget(label_id: int) -> Page:
    """Let the label's words decide again."""
    Button().must_be_valid()
    found = queries.label(db.session, label_id, to_decide=True)
    count = deciding.forget_category(db.session, found, by=current_person(), at=clock.now())
    flash(f"The decision is taken back; {counted(count, 'line')} follow the words again.")
    return redirect(url_for("spend_decisions.label", label_id=label_id), code=303)

"""Choosing the way of sharing that a proposal takes."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.categories.queries import policy_for
from marketplace.db import db
from marketplace.grouping import queries
from marketplace.grouping.forms import WayForm
from marketplace.grouping.sharing_ways import choose_way, sharing
from marketplace.precedents.ways import WAYS, Way
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.pages import Page

blueprint = Blueprint("ways", __name__)


@blueprint.route("/proposals/<uuid:proposal_id>/way", methods=["GET", "POST"])
@requires(Permission.DECIDE_PROPOSALS)
def choose(proposal_id: uuid.UUID) -> Page:
    """Say which of the six ways the proposal takes, and why."""
    proposal = queries.proposal(db.session, proposal_id)
    form = WayForm()
    if form.validate_on_submit():
        choose_way(
            db.session,
            proposal,
            Way(form.way.data),
            reason=form.reason.data,
            by=current_person(),
            at=clock.now(),
        )
        flash("The way of sharing is kept, and the precedents are found by it.")
        return redirect(url_for("proposals.show", proposal_id=proposal.id, _anchor="way"), code=303)
    if not form.is_submitted():
        now = sharing(db.session, proposal, policy_for(db.session, proposal.category_code))
        form.way.data, form.reason.data = now.way, now.reason
    page = render_template("proposals/way.html", form=form, proposal=proposal, ways=WAYS)
    return page, form.status

"""Pages of proposals: the list, one in full, and turning it down."""

import uuid

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.db import db
from marketplace.directory.queries import for_purchase
from marketplace.grouping import filters, queries, services
from marketplace.grouping.conflicts import conflicts, declare_conflict
from marketplace.grouping.forms import BARRIER_WORDS, ConflictForm, RejectForm
from marketplace.grouping.judging import judgement
from marketplace.grouping.models import Barrier, Proposal, ProposalStatus
from marketplace.grouping.sharing_ways import sharing
from marketplace.grouping.surroundings import surroundings
from marketplace.readiness.forms import DEGREE_WORDS, FACTOR_WORDS
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.web.charts import bar_chart, range_chart
from marketplace.web.forms import Button
from marketplace.web.listing import COUNT_CEILING, WORDS_CEILING, page_of
from marketplace.web.pages import Page

blueprint = Blueprint("proposals", __name__)

APPROVE = "joining.approve"
"""Approving opens a joining window, which belongs to lots."""


@blueprint.get("/proposals")
@requires(Permission.VIEW_GROUPING)
def index() -> Page:
    """Proposals of all runs."""
    wanted = filters.ProposalFilters.from_request(request.args)
    listing = page_of(
        db.session,
        queries.proposals(status=wanted.status, category=wanted.category, words=wanted.words),
        shown=queries.shown_proposal,
        sorts=filters.PROPOSAL_SORTS,
        default="benefit",
        descending=True,
        tie=Proposal.id,
        ceiling=WORDS_CEILING if wanted.words else COUNT_CEILING,
    )
    known = queries.categories_of_proposals(db.session)
    return render_template("proposals/index.html", listing=listing, wanted=wanted, categories=known)


@blueprint.get("/proposals/<uuid:proposal_id>")
@requires(Permission.VIEW_GROUPING)
def show(proposal_id: uuid.UUID) -> Page:
    """One proposal, as a reviewer would defend it."""
    proposal = queries.proposal(db.session, proposal_id)
    person, undecided = current_person(), proposal.status == ProposalStatus.PROPOSED
    declared = conflicts(db.session, proposal)
    judged = judgement(db.session, proposal)
    barred = any(each.person_id == person.id for each in declared)
    return render_template(
        "proposals/show.html",
        proposal=proposal,
        judged=judged,
        roles=for_purchase(
            db.session,
            proposal.category_code,
            {member.requirement.authority_id for member in proposal.members},
        ),
        now=clock.now(),
        sharing=sharing(db.session, proposal, judged.around.policy),
        shares=bar_chart([(part.authority, part.fair) for part in judged.division.parts])
        if judged.division
        else None,
        owners={m.requirement.reference: m.requirement.authority.name for m in proposal.members},
        members=sorted(proposal.members, key=lambda m: (-m.value, m.requirement.reference)),
        chart=range_chart(
            proposal.net_benefit_low, proposal.net_benefit_likely, proposal.net_benefit_high
        ),
        taken=queries.taken_members(db.session, proposal) if undecided else [],
        barrier=BARRIER_WORDS.get(proposal.barrier) if proposal.barrier else None,
        may_decide=undecided and may(person.role, Permission.DECIDE_PROPOSALS),
        may_study=may(person.role, Permission.DECIDE_PROPOSALS),
        button=Button(),
        conflicts=declared,
        barred=barred,
        barriers=BARRIER_WORDS,
        factor_words=FACTOR_WORDS,
        degree_words=DEGREE_WORDS,
        approve_endpoint=APPROVE if APPROVE in current_app.view_functions else None,
    )


@blueprint.get("/proposals/<uuid:proposal_id>/digest")
@requires(Permission.VIEW_GROUPING)
def digest(proposal_id: uuid.UUID) -> Page:
    """The proposal and its decision on one page for members, to print."""
    proposal = queries.proposal(db.session, proposal_id)
    around = surroundings(db.session, proposal)
    return render_template(
        "proposals/digest.html",
        proposal=proposal,
        around=around,
        doubling=around.fall_when_doubled,
        sharing=sharing(db.session, proposal, around.policy),
        names=sorted({member.requirement.authority.name for member in proposal.members}),
        barrier=BARRIER_WORDS.get(proposal.barrier) if proposal.barrier else None,
    )


@blueprint.route("/proposals/<uuid:proposal_id>/conflict", methods=["GET", "POST"])
@requires(Permission.DECIDE_PROPOSALS)
def conflict(proposal_id: uuid.UUID) -> Page:
    """Declare a conflict of interest."""
    proposal = queries.proposal(db.session, proposal_id)
    form = ConflictForm()
    if form.validate_on_submit():
        declare_conflict(
            db.session, proposal, reason=form.reason.data, by=current_person(), at=clock.now()
        )
        flash("Your conflict of interest is declared. Another reviewer decides on this proposal.")
        return redirect(url_for("proposals.show", proposal_id=proposal.id), code=303)
    return render_template("proposals/conflict.html", form=form, proposal=proposal), form.status


@blueprint.route("/proposals/<uuid:proposal_id>/reject", methods=["GET", "POST"])
@requires(Permission.DECIDE_PROPOSALS)
def reject(proposal_id: uuid.UUID) -> Page:
    """Turn a proposal down, with a reason."""
    proposal = queries.proposal(db.session, proposal_id)
    form = RejectForm()
    if form.validate_on_submit():
        services.reject_proposal(
            db.session,
            proposal,
            reason=form.reason.data or "",
            barrier=Barrier(form.barrier.data),
            by=current_person(),
            at=clock.now(),
        )
        flash(f"{proposal.reference} is rejected. Its requirements stay posted.")
        return redirect(url_for("proposals.index", status="proposed"), code=303)
    return render_template("proposals/reject.html", form=form, proposal=proposal), form.status

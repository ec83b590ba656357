"""Pages of grouping runs: the list, a new one, its progress and its result."""

import uuid
from collections.abc import Sequence
from functools import partial

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from marketplace import clock, jobs
from marketplace.categories.models import CALLED
from marketplace.db import AnyRow, db
from marketplace.errors import Unacceptable
from marketplace.grouping import filters, queries, reports, services, watching
from marketplace.grouping import tasks as tasks
from marketplace.grouping.expectations import joining_so_far
from marketplace.grouping.forms import StartForm
from marketplace.grouping.models import (
    GroupingRun,
    LeftAlone,
    Proposal,
    ProposalStatus,
    RunCategory,
    RunSample,
)
from marketplace.grouping.picture_routes import blueprint as pictures_blueprint
from marketplace.grouping.proposal_routes import blueprint as proposals_blueprint
from marketplace.grouping.question_routes import blueprint as questions_blueprint
from marketplace.grouping.report_routes import blueprint as reports_blueprint
from marketplace.grouping.study_routes import blueprint as studies_blueprint
from marketplace.grouping.way_routes import blueprint as ways_blueprint
from marketplace.requirements.models import Requirement
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.web.charts import ClosingChart, closing_chart, range_chart
from marketplace.web.formatting import words
from marketplace.web.forms import Button
from marketplace.web.listing import Listing, page_of
from marketplace.web.narrowing import Narrowing, narrowing
from marketplace.web.pages import Page
from marketplace.web.unit_of_work import after_commit

blueprint = Blueprint("grouping", __name__)
BLUEPRINTS = (
    blueprint,
    proposals_blueprint,
    reports_blueprint,
    studies_blueprint,
    questions_blueprint,
    pictures_blueprint,
    ways_blueprint,
)


@blueprint.get("/grouping")
@requires(Permission.VIEW_GROUPING)
def index() -> Page:
    """Every run."""
    status = filters.run_status(request.args)
    listing = page_of(
        db.session,
        queries.runs(status),
        shown=queries.shown_run,
        sorts={
            "started": GroupingRun.created_at,
            "requirements": GroupingRun.requirement_count,
            "benefit": GroupingRun.net_benefit,
        },
        default="started",
        descending=True,
        tie=GroupingRun.id,
    )
    return render_template(
        "grouping/index.html", listing=listing, status=status, may_start=_may_start()
    )


@blueprint.route("/grouping/start", methods=["GET", "POST"])
@requires(Permission.RUN_GROUPING)
def start() -> Page:
    """Choose what to group and start."""
    choices = queries.choices(db.session)
    joining = joining_so_far(db.session, [each.code for each in choices])
    form = StartForm().offer(choices, joining)
    if form.validate_on_submit():
        try:
            run = services.start_run(
                db.session, form.codes, form.seconds.data, by=current_person(), at=clock.now()
            )
        except Unacceptable as fault:
            form.refuse(form.which, str(fault))
        else:
            after_commit(partial(jobs.enqueue_run, run.id, current_app.extensions["settings"]))
            return redirect(url_for("grouping.show", run_id=run.id), code=303)
    return render_template("grouping/start.html", form=form), form.status


@blueprint.get("/grouping/<uuid:run_id>")
@requires(Permission.VIEW_GROUPING)
def show(run_id: uuid.UUID) -> Page:
    """How far a run is, or what it found."""
    run = queries.run(db.session, run_id)
    found = queries.progress(db.session, run)
    if not run.is_over:
        return render_template(
            "grouping/running.html",
            run=run,
            progress=found,
            samples=(samples := watching.samples(db.session, run)),
            chart=_closing(samples),
            takeovers=watching.takeovers(db.session, run),
            left=_seconds_left(run),
            button=Button(),
            may_start=_may_start(),
        )
    samples = watching.samples(db.session, run)
    totals = queries.totals(db.session, run)
    asked = narrowing(each.value for each in ProposalStatus)
    return render_template(
        "grouping/result.html",
        run=run,
        progress=found,
        totals=totals,
        chart=range_chart(totals.low, totals.likely, totals.high),
        closed=_closing(samples),
        takeovers=watching.takeovers(db.session, run),
        samples=samples,
        tiers=reports.lots_by_tier(db.session, run),
        listing=_proposals_of(run, asked),
        asked=asked,
        statuses=[(each.value, words(each)) for each in ProposalStatus],
        may_start=_may_start(),
    )


@blueprint.get("/grouping/<uuid:run_id>/progress")
@requires(Permission.VIEW_GROUPING)
def progress(run_id: uuid.UUID) -> Page:
    """The part of the page that moves; once the run is over, the browser loads the result."""
    run = queries.run(db.session, run_id)
    found = queries.progress(db.session, run)
    answer = make_response(
        render_template(
            "grouping/_progress.html",
            run=run,
            progress=found,
            samples=(samples := watching.samples(db.session, run)),
            chart=_closing(samples),
            takeovers=watching.takeovers(db.session, run),
            left=_seconds_left(run),
        )
    )
    if run.is_over:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/grouping/<uuid:run_id>/cancel")
@requires(Permission.RUN_GROUPING)
def cancel(run_id: uuid.UUID) -> Page:
    """Ask the run to stop."""
    Button().must_be_valid()
    run = queries.run(db.session, run_id)
    services.request_cancel(db.session, run, by=current_person(), at=clock.now())
    flash(f"{run.reference} is cancelled." if run.is_over else f"{run.reference} will stop soon.")
    return redirect(url_for("grouping.show", run_id=run.id), code=303)


@blueprint.post("/grouping/<uuid:run_id>/keep")
@requires(Permission.RUN_GROUPING)
def keep(run_id: uuid.UUID) -> Page:
    """Ask the run to stop here and keep what is found."""
    Button().must_be_valid()
    run = queries.run(db.session, run_id)
    watching.request_keep(db.session, run, by=current_person(), at=clock.now())
    flash(f"{run.reference} will stop soon and propose the best that it has found.")
    return redirect(url_for("grouping.show", run_id=run.id), code=303)


@blueprint.get("/grouping/<uuid:run_id>/categories")
@requires(Permission.VIEW_GROUPING)
def categories(run_id: uuid.UUID) -> Page:
    """What the run found in each category, with the proof."""
    run, asked = queries.run(db.session, run_id), narrowing()
    listing = page_of(
        db.session,
        queries.run_categories(run, asked.words),
        sorts={
            "category": CALLED,
            "requirements": RunCategory.requirement_count,
            "benefit": RunCategory.net_benefit,
            "seconds": RunCategory.seconds,
        },
        default="benefit",
        descending=True,
        tie=RunCategory.category_code,
    )
    may_try = may(current_person().role, Permission.DECIDE_PROPOSALS)
    return render_template(
        "grouping/categories.html", run=run, listing=listing, asked=asked, may_try=may_try
    )


@blueprint.get("/grouping/<uuid:run_id>/left-alone")
@requires(Permission.VIEW_GROUPING)
def left_alone(run_id: uuid.UUID) -> Page:
    """The requirements that are better bought alone, and why."""
    run = queries.run(db.session, run_id)
    wanted = filters.ProposalFilters.from_request(request.args)
    listing = page_of(
        db.session,
        queries.left_alone(run, category=wanted.category, words=wanted.words),
        sorts={
            "requirement": Requirement.title,
            "category": CALLED,
            "value": Requirement.value,
            "change": LeftAlone.change,
        },
        default="category",
        tie=LeftAlone.requirement_id,
    )
    known = queries.categories_of_run(db.session, run)
    return render_template(
        "grouping/left_alone.html", run=run, listing=listing, wanted=wanted, categories=known
    )


@blueprint.get("/grouping/<uuid:run_id>/snapshot")
@requires(Permission.VIEW_GROUPING)
def snapshot(run_id: uuid.UUID) -> Page:
    """The exact input of the run, for whoever wants to check it."""
    run = queries.run(db.session, run_id)
    answer = make_response(queries.snapshot_text(db.session, run))
    answer.headers["Content-Type"] = "application/json"
    answer.headers["Content-Disposition"] = f"attachment; filename={run.reference}.json"
    return answer


def _closing(taken: Sequence[RunSample]) -> ClosingChart | None:
    return closing_chart([(each.seconds, each.net_benefit, each.upper_bound) for each in taken])


def _seconds_left(run: GroupingRun) -> int | None:
    """At most so many seconds more; None before it has begun."""
    if run.started_at is None:
        return None
    gone = (clock.now() - run.started_at).total_seconds()
    return max(0, round(run.time_limit_seconds - gone))


def _may_start() -> bool:
    return may(current_person().role, Permission.RUN_GROUPING)


def _proposals_of(run: GroupingRun, asked: Narrowing) -> Listing[AnyRow]:
    status = ProposalStatus(asked.choice) if asked.choice else None
    return page_of(
        db.session,
        queries.proposals(run_id=run.id, status=status, words=asked.words),
        shown=queries.shown_proposal,
        sorts=filters.PROPOSAL_SORTS,
        default="benefit",
        descending=True,
        tie=Proposal.id,
    )

"""The study of what insisting costs: asking for it, and how far it is."""

import uuid
from functools import partial

from flask import Blueprint, current_app, make_response, redirect, render_template, url_for

from marketplace import clock, jobs
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.grouping import queries, studies
from marketplace.grouping.models import InsistenceStudy
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.forms import Button
from marketplace.web.pages import Page
from marketplace.web.unit_of_work import after_commit

blueprint = Blueprint("studies", __name__)


@blueprint.post("/proposals/<uuid:proposal_id>/study")
@requires(Permission.DECIDE_PROPOSALS)
def ask(proposal_id: uuid.UUID) -> Page:
    """Have a job find out what the members' limits cost."""
    Button().must_be_valid()
    proposal = queries.proposal(db.session, proposal_id)
    study = studies.ask_for_study(db.session, proposal, by=current_person(), at=clock.now())
    settings = current_app.extensions["settings"]
    after_commit(partial(jobs.enqueue_study, proposal.id, study.workflow_id, settings))
    address = url_for("proposals.show", proposal_id=proposal.id)
    return redirect(f"{address}#insisting", code=303)


@blueprint.get("/proposals/<uuid:proposal_id>/study")
@requires(Permission.VIEW_GROUPING)
def progress(proposal_id: uuid.UUID) -> Page:
    """The part of the page that moves; once the study is over, the browser loads the page anew."""
    proposal = queries.proposal(db.session, proposal_id)
    study = db.session.get(InsistenceStudy, proposal.id)
    if study is None:
        raise NotFound()
    answer = make_response(
        render_template("proposals/_studying.html", proposal=proposal, study=study)
    )
    if study.finished_at is not None:
        answer.headers["HX-Refresh"] = "true"
    return answer

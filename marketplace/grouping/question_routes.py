"""Pages on which a proposal goes back with a question, and a member answers it."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.db import db
from marketplace.errors import MarketplaceError
from marketplace.grouping import queries, questions
from marketplace.grouping.forms import BARRIER_WORDS, AnswerForm, AskForm
from marketplace.grouping.models import Barrier, ProposalQuestion, ProposalStatus
from marketplace.grouping.telling import ask_how_ready
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.formatting import counted
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page

blueprint = Blueprint("questions", __name__)

ANSWERED_OR_NOT = [("open", "Not answered"), ("answered", "Answered")]


@blueprint.route("/proposals/<uuid:proposal_id>/ask", methods=["GET", "POST"])
@requires(Permission.DECIDE_PROPOSALS)
def ask(proposal_id: uuid.UUID) -> Page:
    """Send a proposal back with a question to one of its authorities."""
    proposal = queries.proposal(db.session, proposal_id)
    form = AskForm().offer([member.requirement.authority for member in proposal.members])
    if form.validate_on_submit():
        questions.ask_authority(
            db.session,
            proposal,
            uuid.UUID(form.authority.data),
            question=form.question.data,
            barrier=Barrier(form.barrier.data),
            by=current_person(),
            at=clock.now(),
        )
        flash(f"{proposal.reference} is sent back. Its answer brings it to you again.")
        return redirect(url_for("proposals.show", proposal_id=proposal.id), code=303)
    return render_template("proposals/ask.html", form=form, proposal=proposal), form.status


@blueprint.post("/proposals/<uuid:proposal_id>/questions/<uuid:question_id>/take-back")
@requires(Permission.DECIDE_PROPOSALS)
def take_back(proposal_id: uuid.UUID, question_id: uuid.UUID) -> Page:
    """Go on without an answer."""
    Button().must_be_valid()
    proposal = queries.proposal(db.session, proposal_id)
    asked = questions.question_about(proposal, question_id)
    questions.take_back(db.session, asked, by=current_person(), at=clock.now())
    flash("The question is taken back.")
    return redirect(url_for("proposals.show", proposal_id=proposal.id), code=303)


@blueprint.post("/proposals/<uuid:proposal_id>/ask-how-ready")
@requires(Permission.DECIDE_PROPOSALS)
def ask_readiness(proposal_id: uuid.UUID) -> Page:
    """Ask the members for the answers on their readiness that are missing."""
    Button().must_be_valid()
    proposal = queries.proposal(db.session, proposal_id)
    asked = ask_how_ready(db.session, proposal, by=current_person(), at=clock.now())
    flash(f"{counted(asked, 'authority', 'authorities')} asked. Nobody is asked twice.")
    return redirect(f"{url_for('proposals.show', proposal_id=proposal.id)}#readiness", code=303)


@blueprint.get("/questions")
@requires(Permission.ANSWER_PROPOSAL_QUESTIONS)
def index() -> Page:
    """What the commissioner's authority was asked about proposals."""
    asked = narrowing(dict(ANSWERED_OR_NOT))
    is_answered = asked.choice == "answered" if asked.choice else None
    listing = page_of(
        db.session,
        questions.questions_to(current_person().organisation, asked.words, is_answered=is_answered),
        sorts={"asked": ProposalQuestion.asked_at, "answered": ProposalQuestion.answered_at},
        default="asked",
        descending=True,
        tie=ProposalQuestion.id,
    )
    return render_template(
        "questions/index.html", listing=listing, asked=asked, choices=ANSWERED_OR_NOT
    )


@blueprint.route("/questions/<uuid:question_id>", methods=["GET", "POST"])
@requires(Permission.ANSWER_PROPOSAL_QUESTIONS)
def answer(question_id: uuid.UUID) -> Page:
    """One question, and its answer."""
    person = current_person()
    asked = questions.question_to(db.session, person.organisation, question_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            questions.answer_question(
                db.session, asked, answer=form.answer.data, by=person, at=clock.now()
            )
        except MarketplaceError as fault:
            form.refuse(form.answer, str(fault))
        else:
            flash("The Centre’s reviewers have your answer.")
            return redirect(url_for("questions.index"), code=303)
    page = render_template(
        "questions/answer.html",
        form=form,
        asked=asked,
        open=asked.is_open and asked.proposal.status == ProposalStatus.PROPOSED,
        barrier=BARRIER_WORDS[asked.barrier],
        requirements=questions.own_requirements(db.session, asked),
    )
    return page, form.status

"""Pages of the market: the list of lots, one lot, documents and questions."""

import uuid
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for

from marketplace import clock
from marketplace.db import db
from marketplace.errors import MarketplaceError
from marketplace.lots import closing, filters, queries, services
from marketplace.lots import deadlines as deadlines
from marketplace.lots import tasks as tasks
from marketplace.lots.extend_routes import blueprint as deadlines_blueprint
from marketplace.lots.forms import (
    TIE_WORDS,
    AnswerForm,
    DocumentsForm,
    QuestionForm,
)
from marketplace.lots.joining_routes import blueprint as joining_blueprint
from marketplace.lots.models import Lot, LotStatus, status_at
from marketplace.lots.publish_routes import blueprint as publishing_blueprint
from marketplace.lots.volumes import coarse
from marketplace.pulse import outages_before
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.security.two_people import all_waiting, who_can_confirm
from marketplace.web.forms import Button
from marketplace.web.listing import NOTHING, page_of
from marketplace.web.pages import Page
from marketplace.web.uploads import read_uploads

blueprint = Blueprint("lots", __name__)
blueprint.add_app_template_filter(coarse)
blueprint.add_app_template_filter(status_at)
BLUEPRINTS = (blueprint, joining_blueprint, publishing_blueprint, deadlines_blueprint)


@blueprint.get("/lots")
@requires(Permission.VIEW_LOTS)
def index() -> Page:
    """Lots, found by words, category, value, closing date and status."""
    now, person = clock.now(), current_person()
    wanted = filters.LotFilters.from_request(request.args)
    listing = page_of(
        db.session,
        filters.listed(person.role, person.organisation_id, wanted),
        asked={"now": now} if wanted.status else NOTHING,
        shown=queries.shown,
        sorts={
            "deadline": Lot.deadline,
            "value": queries.value_seen_by(person.role),
            "title": Lot.title,
            "created": Lot.created_at,
        },
        default="created",
        descending=True,
        tie=Lot.id,
        words=wanted.words,
    )
    return render_template(
        "lots/index.html",
        listing=listing,
        wanted=wanted,
        now=now,
        may_bid=may(person.role, Permission.SUBMIT_BIDS),
        staff=person.role in queries.STAFF,
    )


@blueprint.get("/lots/<uuid:lot_id>")
@requires(Permission.VIEW_LOTS)
def show(lot_id: uuid.UUID) -> Page:
    """One lot, with what the person can do now."""
    return _lot_page(queries.visible_lot(db.session, lot_id, current_person()))


def _lot_page(
    lot: Lot, question: QuestionForm | None = None, documents: DocumentsForm | None = None
) -> tuple[str, int]:
    person, now = current_person(), clock.now()
    status, staff = lot.status_at(now), person.role in queries.STAFF
    form = question if question and question.errors else documents
    page = render_template(
        "lots/show.html",
        lot=lot,
        status=status,
        now=now,
        members=queries.members(db.session, lot),
        documents=queries.documents(db.session, lot),
        outages=outages_before(db.session, lot.deadline),
        openers=queries.openers(db.session, lot),
        deadline_moves=queries.deadline_moves(db.session, lot),
        clarifications=queries.clarifications(db.session, lot, person),
        can_close_window=closing.window_can_close(db.session, lot, now),
        tie_words=TIE_WORDS[lot.tie_rule],
        may_publish=may(person.role, Permission.PUBLISH_LOTS),
        staff=staff,
        waiting=[
            (asked, who_can_confirm(db.session, asked)) for asked in all_waiting(db.session, lot)
        ]
        if staff
        else [],
        parties={each.authority_id: each for each in queries.parties(db.session, lot)}
        if staff
        else {},
        bidder=may(person.role, Permission.SUBMIT_BIDS),
        may_ask=may(person.role, Permission.ASK_QUESTIONS) and status == LotStatus.OPEN,
        may_answer=may(person.role, Permission.ANSWER_QUESTIONS) and status == LotStatus.OPEN,
        question_form=question or QuestionForm(formdata=None),
        documents_form=documents or DocumentsForm(formdata=None),
        form=form,
        button=Button(formdata=None),
    )
    return page, form.status if form else 200


@blueprint.post("/lots/<uuid:lot_id>/documents")
@requires(Permission.PUBLISH_LOTS)
def add_documents(lot_id: uuid.UUID) -> Page:
    """Attach documents."""
    person = current_person()
    lot = queries.visible_lot(db.session, lot_id, person)
    form = DocumentsForm()
    if form.validate_on_submit() and not form.documents.data:
        form.refuse(form.documents, "Choose at least one file")
    if form.errors:
        return _lot_page(lot, documents=form)
    try:
        for upload in read_uploads(form.documents.data):
            services.add_document(db.session, lot, upload, by=person, at=clock.now())
    except MarketplaceError as fault:
        db.session.rollback()
        form.refuse(form.documents, str(fault))
        return _lot_page(queries.visible_lot(db.session, lot_id, person), documents=form)
    flash("The documents are with the lot.")
    return redirect(url_for("lots.show", lot_id=lot.id), code=303)


@blueprint.get("/lots/<uuid:lot_id>/documents/<uuid:document_id>")
@requires(Permission.VIEW_LOTS)
def document(lot_id: uuid.UUID, document_id: uuid.UUID) -> Page:
    """Download a document of a lot that the person may see."""
    lot = queries.visible_lot(db.session, lot_id, current_person())
    found = queries.document(db.session, lot, document_id)
    return send_file(
        BytesIO(found.content),
        mimetype=found.content_type,
        as_attachment=True,
        download_name=found.name,
    )


@blueprint.post("/lots/<uuid:lot_id>/documents/<uuid:document_id>/remove")
@requires(Permission.PUBLISH_LOTS)
def remove_document(lot_id: uuid.UUID, document_id: uuid.UUID) -> Page:
    """Take a document away before publication."""
    Button().must_be_valid()
    person = current_person()
    lot = queries.visible_lot(db.session, lot_id, person)
    found = queries.document(db.session, lot, document_id)
    services.remove_document(db.session, lot, found, by=person, at=clock.now())
    flash(f"{found.name} is taken away.")
    return redirect(url_for("lots.show", lot_id=lot.id), code=303)


@blueprint.post("/lots/<uuid:lot_id>/questions")
@requires(Permission.ASK_QUESTIONS)
def ask(lot_id: uuid.UUID) -> Page:
    """Ask about an open lot."""
    person = current_person()
    lot = queries.visible_lot(db.session, lot_id, person)
    form = QuestionForm()
    if not form.validate_on_submit():
        return _lot_page(lot, question=form)
    services.ask_question(db.session, lot, text=form.question.data, by=person, at=clock.now())
    flash("Your question is sent. The answer will stand here for all to see.")
    return redirect(url_for("lots.show", lot_id=lot.id), code=303)


@blueprint.route("/lots/<uuid:lot_id>/questions/<uuid:question_id>", methods=["GET", "POST"])
@requires(Permission.ANSWER_QUESTIONS)
def answer(lot_id: uuid.UUID, question_id: uuid.UUID) -> Page:
    """Answer a question for all to see."""
    person = current_person()
    lot = queries.visible_lot(db.session, lot_id, person)
    asked = queries.clarification(db.session, lot, question_id)
    form = AnswerForm()
    if form.validate_on_submit():
        services.answer_question(
            db.session, asked, answer=form.answer.data, by=person, at=clock.now()
        )
        flash("Everybody can see the answer.")
        return redirect(url_for("lots.show", lot_id=lot.id), code=303)
    return render_template("lots/answer.html", form=form, lot=lot, asked=asked), form.status

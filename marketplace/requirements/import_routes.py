"""Pages of requirements by file: give it, see what it would add, accept or leave it."""

import uuid

from flask import Response, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.intake.limits import MOST_BYTES
from marketplace.intake.models import ImportStatus
from marketplace.intake.tables import read_table
from marketplace.intake.taking_away import as_csv, as_xlsx, faults_as_csv
from marketplace.requirements import import_queries as queries
from marketplace.requirements.blueprint import blueprint
from marketplace.requirements.file_format import COLUMNS, LAYOUT, example
from marketplace.requirements.import_forms import RequirementFileForm
from marketplace.requirements.importing import (
    Accepted,
    accept_requirements,
    leave_requirements,
    preview_requirements,
)
from marketplace.requirements.models import RequirementImport, RequirementImportRow
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.downloads import download
from marketplace.web.formatting import counted, words
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page
from marketplace.web.unit_of_work import outside_the_transaction


@blueprint.get("/imports")
@requires(Permission.EDIT_REQUIREMENTS)
def imports() -> Page:
    """The files that were given, and what became of each."""
    asked = narrowing(each.value for each in ImportStatus)
    status = ImportStatus(asked.choice) if asked.choice else None
    listing = page_of(
        db.session,
        queries.imports_of(current_person(), asked.words, status),
        sorts={"given": RequirementImport.created_at, "file": RequirementImport.file_name},
        default="given",
        descending=True,
        tie=RequirementImport.id,
    )
    return render_template(
        "requirements/imports.html",
        listing=listing,
        asked=asked,
        statuses=[(each.value, words(each)) for each in ImportStatus],
    )


@blueprint.route("/imports/new", methods=["GET", "POST"])
@requires(Permission.EDIT_REQUIREMENTS)
def give_file() -> Page:
    """Give a file, and go on to its preview."""
    form, person = RequirementFileForm(), current_person()
    if form.validate_on_submit():
        upload = form.file.data[0]
        name, content = upload.filename or "file", upload.stream.read(MOST_BYTES + 1)
        try:
            # A file may take seconds to read, in which others must be able to write.
            table = outside_the_transaction(lambda: read_table(name, content, LAYOUT))
            preview = preview_requirements(
                db.session,
                table,
                content,
                authority=person.organisation,
                by=person,
                at=clock.now(),
            )
        except Unacceptable as fault:
            form.refuse(form.file, str(fault))
        else:
            return redirect(url_for("requirements.import_", import_id=preview.id), code=303)
    return render_template(
        "requirements/give_file.html", form=form, columns=COLUMNS.values()
    ), form.status


@blueprint.get("/imports/<uuid:import_id>")
@requires(Permission.EDIT_REQUIREMENTS)
def import_(import_id: uuid.UUID) -> Page:
    """What was understood of a file, what was refused and why, and what is known."""
    preview = queries.requirement_import(db.session, current_person(), import_id)
    asked = request.args.get("rows", "")
    shown = asked if asked in queries.SHOWN else _most_telling(preview)
    listing = page_of(
        db.session,
        queries.rows_of(preview, shown),
        sorts={"row": RequirementImportRow.position},
        default="row",
    )
    return render_template(
        "requirements/import.html",
        preview=preview,
        listing=listing,
        shown=shown,
        button=Button(),
    )


@blueprint.post("/imports/<uuid:import_id>/accept")
@requires(Permission.EDIT_REQUIREMENTS)
def accept_import(import_id: uuid.UUID) -> Page:
    """Draft what was understood."""
    accepted = _accept(import_id, post=False)
    flash(f"{counted(len(accepted.drafts), 'draft')} made from the file. Check and post.")
    return redirect(url_for("requirements.drafts"), code=303)


@blueprint.post("/imports/<uuid:import_id>/accept-and-post")
@requires(Permission.EDIT_REQUIREMENTS)
def post_import(import_id: uuid.UUID) -> Page:
    """Draft what was understood and post it at once."""
    accepted = _accept(import_id, post=True)
    flash(_posted(accepted))
    goal = "requirements.drafts" if accepted.refused else "requirements.index"
    return redirect(url_for(goal), code=303)


def _accept(import_id: uuid.UUID, *, post: bool) -> Accepted:
    Button().must_be_valid()
    person = current_person()
    preview = queries.requirement_import(db.session, person, import_id, to_decide=True)
    return accept_requirements(
        db.session, preview, person.organisation, post=post, by=person, at=clock.now()
    )


@blueprint.post("/imports/<uuid:import_id>/leave")
@requires(Permission.EDIT_REQUIREMENTS)
def leave_import(import_id: uuid.UUID) -> Page:
    """Add nothing of it."""
    Button().must_be_valid()
    person = current_person()
    preview = queries.requirement_import(db.session, person, import_id, to_decide=True)
    leave_requirements(db.session, preview, by=person, at=clock.now())
    flash(f"You left {preview.file_name}. Nothing was added.")
    return redirect(url_for("requirements.imports"), code=303)


@blueprint.get("/imports/<uuid:import_id>/refused.csv")
@requires(Permission.EDIT_REQUIREMENTS)
def refused_rows(import_id: uuid.UUID) -> Response:
    """The refused rows, one fault a line, to mend the file by."""
    preview = queries.requirement_import(db.session, current_person(), import_id)
    return download(faults_as_csv(queries.refused_faults(db.session, preview)), "refused-rows.csv")


@blueprint.get("/imports/template.<any(csv, xlsx):kind>")
@requires(Permission.EDIT_REQUIREMENTS)
def file_template(kind: str) -> Response:
    """An empty file in our format, with a row that shows how it is filled in."""
    columns, rows = list(COLUMNS.values()), [example(clock.london_day(clock.now()))]
    content = as_csv(columns, rows) if kind == "csv" else as_xlsx("Requirements", columns, rows)
    return download(content, f"requirements.{kind}")


def _posted(accepted: Accepted) -> str:
    posted = counted(len(accepted.postings) - len(accepted.refused), "requirement")
    if not accepted.refused:
        return f"{posted} posted from the file."
    left = counted(len(accepted.refused), "draft")
    return f"{posted} posted from the file. {left} could not be: the reason stands beside each."


def _most_telling(preview: RequirementImport) -> str:
    if preview.rows_new:
        return "new"
    return "refused" if preview.rows_refused else "known"

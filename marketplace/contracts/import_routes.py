"""Pages of imports: give a file, see what it would add, accept or leave it."""

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.queries import authorities
from marketplace.contracts import import_queries as queries
from marketplace.contracts import tasks as tasks
from marketplace.contracts.formats import FORMATS, RegisterFormat, own
from marketplace.contracts.import_forms import EACH_ROW, ImportForm
from marketplace.contracts.importing import (
    GivenFile,
    accept_import,
    leave_import,
    preview_contracts,
)
from marketplace.contracts.models import ContractImport, ImportRow
from marketplace.contracts.register_filter import read_import_filter
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.intake.limits import MOST_BYTES
from marketplace.intake.models import ImportStatus
from marketplace.intake.taking_away import as_csv, as_xlsx, faults_as_csv
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.web.downloads import download
from marketplace.web.formatting import counted
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.pages import Page
from marketplace.web.unit_of_work import outside_the_transaction

blueprint = Blueprint("imports", __name__, url_prefix="/contracts/imports")


@blueprint.get("")
@requires(Permission.IMPORT_CONTRACTS)
def index() -> Page:
    """The files that were given, and what became of each."""
    person, asked = current_person(), read_import_filter(request.args)
    listing = page_of(
        db.session,
        asked.apply(queries.imports_of(person)),
        sorts={"given": ContractImport.created_at, "file": ContractImport.file_name},
        default="given",
        descending=True,
        tie=ContractImport.id,
    )
    return render_template(
        "imports/index.html",
        listing=listing,
        asked=asked,
        formats=FORMATS,
        statuses=ImportStatus,
        authorities=authorities(db.session) if person.role == Role.ADMINISTRATOR else [],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.IMPORT_CONTRACTS)
def new() -> Page:
    """Give a register, and go on to its preview."""
    form, owners = _form()
    if form.validate_on_submit():
        file = _given(form)
        try:
            # A file may take seconds to read, in which others must be able to write.
            outside_the_transaction(file.read)
            preview = preview_contracts(
                db.session,
                file,
                authority=_owner(form, owners),
                term_months=form.term_months.data,
                by=current_person(),
                at=clock.now(),
            )
        except Unacceptable as fault:
            form.refuse(_at_fault(form), str(fault))
        else:
            return redirect(url_for("imports.show", import_id=preview.id), code=303)
    return render_template(
        "imports/new.html",
        form=form,
        formats=FORMATS,
        may_add=may(current_person().role, Permission.MANAGE_PEOPLE),
    ), form.status


@blueprint.get("/<uuid:import_id>")
@requires(Permission.IMPORT_CONTRACTS)
def show(import_id: uuid.UUID) -> Page:
    """What was understood of a file, what was refused and why, and what is known."""
    preview = queries.contract_import(db.session, current_person(), import_id)
    asked = request.args.get("rows", "")
    shown = asked if asked in queries.SHOWN else _most_telling(preview)
    listing = page_of(
        db.session,
        queries.rows_of(preview, shown),
        sorts={"row": ImportRow.position},
        default="row",
    )
    return render_template(
        "imports/show.html",
        preview=preview,
        listing=listing,
        shown=shown,
        format=FORMATS[RegisterFormat(preview.file_format)],
        button=Button(),
    )


@blueprint.post("/<uuid:import_id>/accept")
@requires(Permission.IMPORT_CONTRACTS)
def accept(import_id: uuid.UUID) -> Page:
    """Add what was understood."""
    Button().must_be_valid()
    person = current_person()
    preview = queries.contract_import(db.session, person, import_id, to_decide=True)
    added = accept_import(db.session, preview, by=person, at=clock.now())
    flash(f"{counted(added, 'contract')} added to the register.{said_of_filling(preview)}")
    return redirect(url_for("imports.show", import_id=import_id), code=303)


@blueprint.post("/<uuid:import_id>/leave")
@requires(Permission.IMPORT_CONTRACTS)
def leave(import_id: uuid.UUID) -> Page:
    """Add nothing of it."""
    Button().must_be_valid()
    person = current_person()
    preview = queries.contract_import(db.session, person, import_id, to_decide=True)
    leave_import(db.session, preview, by=person, at=clock.now())
    flash(f"You left {preview.file_name}. Nothing was added.")
    return redirect(url_for("imports.index"), code=303)


@blueprint.get("/<uuid:import_id>/refused.csv")
@requires(Permission.IMPORT_CONTRACTS)
def refused(import_id: uuid.UUID) -> Response:
    """The refused rows, one fault a line, to mend the source by."""
    preview = queries.contract_import(db.session, current_person(), import_id)
    content = faults_as_csv(queries.refused_faults(db.session, preview))
    return download(content, "refused-rows.csv")


@blueprint.get("/template.<any(csv, xlsx):kind>")
@requires(Permission.IMPORT_CONTRACTS)
def template(kind: str) -> Response:
    """An empty register in our own format."""
    columns = list(own.COLUMNS.values())
    content = as_csv(columns, []) if kind == "csv" else as_xlsx("Contracts", columns, [])
    return download(content, f"contracts.{kind}")


def _form() -> tuple[ImportForm, dict[str, Organisation]]:
    """The form, and the authorities that this person may name: a commissioner names none."""
    form = ImportForm()
    if current_person().role != Role.ADMINISTRATOR:
        del form.authority
        return form, {}
    owners = {str(authority.id): authority for authority in authorities(db.session)}
    form.authority.choices = [EACH_ROW, *((key, owner.name) for key, owner in owners.items())]
    return form, owners


def _owner(form: ImportForm, owners: dict[str, Organisation]) -> Organisation | None:
    """Whose register the file is said to be; None where each row names its own."""
    if "authority" not in form:
        return current_person().organisation
    return owners.get(form.authority.data)


def _given(form: ImportForm) -> GivenFile:
    upload = form.file.data[0]
    return GivenFile(
        upload.filename or "file",
        upload.stream.read(MOST_BYTES + 1),
        RegisterFormat(form.format.data),
    )


def _at_fault(form: ImportForm) -> object:
    """The field to which what is wrong with the file belongs."""
    chosen = FORMATS[RegisterFormat(form.format.data)]
    missing = chosen.needs_term and form.term_months.data is None
    return form.term_months if missing else form.file


def said_of_filling(preview: ContractImport) -> str:
    """How many contracts had something filled in, as a further sentence."""
    many = preview.rows_filling
    return f" Missing facts of {counted(many, 'contract')} filled in." if many else ""


def _most_telling(preview: ContractImport) -> str:
    if preview.rows_new:
        return "new"
    return "refused" if preview.rows_refused else "known"

"""Pages of imports of spending: give files, see what they would add, accept, leave, take back."""

import uuid
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.queries import authorities
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.intake.models import ImportStatus
from marketplace.intake.taking_away import faults_as_csv
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.spend import import_queries as queries
from marketplace.spend.fields import folded
from marketplace.spend.filters import read_import_filter
from marketplace.spend.forms import COLUMN_CHOICES, AcceptForm, SpendForm
from marketplace.spend.importing import (
    accept_spend,
    given_again,
    leave_spend,
    preview_spend,
    remembered_columns,
    take_back,
)
from marketplace.spend.limits import MOST_UPLOADED_BYTES
from marketplace.spend.models import SpendImport, SpendImportRow
from marketplace.spend.months import read_month
from marketplace.spend.reading import GivenSpend
from marketplace.web.downloads import download
from marketplace.web.formatting import counted, words
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.pages import Page
from marketplace.web.unit_of_work import outside_the_transaction

STATUSES = [(each.value, words(each)) for each in ImportStatus]
NO_FAULTS: Mapping[str, str] = {}

blueprint = Blueprint("spend_imports", __name__, url_prefix="/spend/imports")


@blueprint.get("")
@requires(Permission.IMPORT_SPENDING)
def index() -> Page:
    """The files that were given, and what became of each."""
    person, asked = current_person(), read_import_filter(request.args)
    sees_all = person.role == Role.ADMINISTRATOR
    listing = page_of(
        db.session,
        queries.listed(person, asked),
        shown=queries.shown,
        sorts={"given": SpendImport.created_at, "file": SpendImport.file_name},
        default="given",
        descending=True,
        tie=SpendImport.id,
    )
    return render_template(
        "spend_imports/index.html",
        listing=listing,
        asked=asked,
        statuses=STATUSES,
        authorities=queries.authority_names(db.session) if sees_all else [],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.IMPORT_SPENDING)
def new() -> Page:
    """Give files of spending, and go on to what they would add."""
    form, owners = _form()
    if form.validate_on_submit():
        try:
            previews = _previewed(form, owners)
        except Unacceptable as fault:
            form.refuse(form.files, str(fault))
        else:
            return redirect(_where(previews), code=303)
    return render_template("spend_imports/new.html", form=form), form.status


@blueprint.get("/<uuid:import_id>")
@requires(Permission.IMPORT_SPENDING)
def show(import_id: uuid.UUID) -> Page:
    """What was understood of a file: its columns, its total, its months, what was refused."""
    return _shown(queries.spend_import(db.session, current_person(), import_id))


def _shown(preview: SpendImport, faults: Mapping[str, str] = NO_FAULTS) -> Page:
    """A preview; `faults` are what is wrong with its columns, by the name of the field."""
    listing = page_of(
        db.session,
        queries.refused_rows(preview),
        sorts={"row": SpendImportRow.position},
        default="row",
    )
    page = render_template(
        "spend_imports/show.html",
        preview=preview,
        listing=listing,
        choices=COLUMN_CHOICES,
        form=AcceptForm(),
        button=Button(),
        faults=[{"text": text, "href": f"#{name}"} for name, text in faults.items()],
    )
    return page, 422 if faults else 200


@blueprint.post("/<uuid:import_id>/columns")
@requires(Permission.IMPORT_SPENDING)
def columns(import_id: uuid.UUID) -> Page:
    """Read the file again with the columns as the person says they are."""
    Button().must_be_valid()
    person = current_person()
    preview = queries.spend_import(db.session, person, import_id, to_decide=True)
    asked = {
        f"column_{number}_{place}": heading
        for number, part in enumerate(preview.parts)
        for place, heading in enumerate(part["headings"])
        if folded(heading)
    }
    known = {value for value, _ in COLUMN_CHOICES}
    if faults := {
        name: f"Choose what “{heading}” is"
        for name, heading in asked.items()
        if request.form.get(name) not in known
    }:
        return _shown(preview, faults)
    said = {folded(heading): request.form[name] for name, heading in asked.items()}
    old = given_again(db.session, preview)
    given = GivenSpend(old.name, old.content, old.month, old.remembered, said)
    try:
        outside_the_transaction(given.read)
    except Unacceptable as fault:
        preview = queries.spend_import(db.session, current_person(), import_id)
        return _shown(preview, {next(iter(asked), "columns"): str(fault)})
    preview = queries.spend_import(db.session, current_person(), import_id, to_decide=True)
    authority = db.session.get_one(Organisation, preview.authority_id)
    again = preview_spend(
        db.session, given, authority=authority, by=current_person(), at=clock.now()
    )
    leave_spend(db.session, preview, by=current_person(), at=clock.now())
    flash("Read again with those columns.")
    return redirect(url_for("spend_imports.show", import_id=again.id), code=303)


@blueprint.post("/<uuid:import_id>/accept")
@requires(Permission.IMPORT_SPENDING)
def accept(import_id: uuid.UUID) -> Page:
    """Add what was understood."""
    Button().must_be_valid()
    form = AcceptForm()
    preview = queries.spend_import(db.session, current_person(), import_id, to_decide=True)
    given = given_again(db.session, preview)
    # A file may take seconds to read, in which others must be able to write.
    outside_the_transaction(given.read)
    person = current_person()
    preview = queries.spend_import(db.session, person, import_id, to_decide=True)
    added = accept_spend(
        db.session,
        preview,
        given.whole,
        replace=bool(form.replace.data),
        despite_total=bool(form.despite_total.data),
        by=person,
        at=clock.now(),
    )
    flash(f"{counted(added, 'line')} added.")
    return redirect(url_for("spend_imports.show", import_id=import_id), code=303)


@blueprint.post("/<uuid:import_id>/leave")
@requires(Permission.IMPORT_SPENDING)
def leave(import_id: uuid.UUID) -> Page:
    """Add nothing of it."""
    Button().must_be_valid()
    person = current_person()
    preview = queries.spend_import(db.session, person, import_id, to_decide=True)
    leave_spend(db.session, preview, by=person, at=clock.now())
    flash(f"You left {preview.file_name}. Nothing was added.")
    return redirect(url_for("spend_imports.index"), code=303)


@blueprint.post("/<uuid:import_id>/take-back")
@requires(Permission.IMPORT_SPENDING)
def take_back_(import_id: uuid.UUID) -> Page:
    """Take every line of it out again."""
    Button().must_be_valid()
    person = current_person()
    preview = queries.spend_import(db.session, person, import_id, to_decide=True)
    count = take_back(db.session, preview, by=person, at=clock.now())
    flash(f"{counted(count, 'line')} taken back.")
    return redirect(url_for("spend_imports.show", import_id=import_id), code=303)


@blueprint.get("/<uuid:import_id>/refused.csv")
@requires(Permission.IMPORT_SPENDING)
def refused(import_id: uuid.UUID) -> Response:
    """The refused rows, one fault a line, to mend the source by."""
    preview = queries.spend_import(db.session, current_person(), import_id)
    content = faults_as_csv(queries.refused_faults(db.session, preview))
    return download(content, "refused-rows.csv")


def _form() -> tuple[SpendForm, dict[str, Organisation]]:
    """The form, and the authorities that this person may name: a commissioner names none."""
    form = SpendForm()
    person = current_person()
    if person.role != Role.ADMINISTRATOR:
        del form.authority
        return form, {}
    owners = {str(authority.id): authority for authority in authorities(db.session)}
    form.authority.choices = [("", "Choose"), *((key, each.name) for key, each in owners.items())]
    return form, owners


def _previewed(form: SpendForm, owners: dict[str, Organisation]) -> list[SpendImport]:
    """A preview of each file; raises Unacceptable for the first that cannot be read."""
    owner = owners[form.authority.data] if owners else current_person().organisation
    remembered = remembered_columns(db.session, owner)
    month = read_month(form.month.data or "")
    given = [
        GivenSpend(
            upload.filename or "file",
            upload.stream.read(MOST_UPLOADED_BYTES + 1),
            month=month,
            remembered=remembered,
        )
        for upload in form.files.data
    ]
    key = owner.id
    outside_the_transaction(lambda: [file.read() for file in given])
    owner = db.session.get_one(Organisation, key)
    return [
        preview_spend(db.session, file, authority=owner, by=current_person(), at=clock.now())
        for file in given
    ]


def _where(previews: Sequence[SpendImport]) -> str:
    if len(previews) == 1:
        return url_for("spend_imports.show", import_id=previews[0].id)
    return url_for("spend_imports.index")

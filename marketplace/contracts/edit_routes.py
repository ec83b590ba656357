"""The page on which an authority says what its contract allows."""

import uuid

from flask import flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.contracts import queries
from marketplace.contracts.blueprint import blueprint
from marketplace.contracts.edit_forms import EditForm
from marketplace.contracts.editing import edit_contract
from marketplace.contracts.models import Contract
from marketplace.db import db
from marketplace.errors import StaleEdit, Unacceptable
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.pages import Page


@blueprint.route("/<uuid:contract_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_CONTRACTS)
def edit(contract_id: uuid.UUID) -> Page:
    """Say what is known of a contract beyond its source."""
    contract = queries.contract(db.session, current_person(), contract_id)
    form = EditForm().of(contract)
    if not form.validate_on_submit():
        return _page(contract, form)
    try:
        _save(contract, form)
    except (StaleEdit, Unacceptable) as fault:
        db.session.rollback()
        return _refused(queries.contract(db.session, current_person(), contract_id), form, fault)
    flash(f"{contract.reference} says what you entered.")
    return redirect(url_for("contracts.contract", contract_id=contract.id), code=303)


def _save(contract: Contract, form: EditForm) -> None:
    edit_contract(
        db.session,
        contract,
        form.facts(contract),
        checked="checked" in form and bool(form.checked.data),
        version=form.version.data or 0,  # without one it is no version that there is
        by=current_person(),
        at=clock.now(),
    )


def _refused(fresh: Contract, form: EditForm, fault: StaleEdit | Unacceptable) -> Page:
    """The form again: beside what is there now, or with what breaks a rule."""
    if isinstance(fault, StaleEdit):
        return _page(fresh, form, stale=str(fault))[0], 409
    form.refuse(form.send, str(fault))
    return _page(fresh, form)


def _page(contract: Contract, form: EditForm, stale: str = "") -> tuple[str, int]:
    page = render_template("contracts/edit.html", form=form, contract=contract, stale=stale)
    return page, form.status

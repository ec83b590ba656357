"""The page from which contracts that end become draft requirements in one step."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select, func

from marketplace import clock
from marketplace.categories.models import CategoryPolicy
from marketplace.categories.queries import named_policies
from marketplace.contracts import renewal_queries as queries
from marketplace.contracts.blueprint import blueprint
from marketplace.contracts.models import Contract
from marketplace.contracts.planning import Window
from marketplace.contracts.renewal_forms import EndingForm, ending_form
from marketplace.contracts.renewing import FOLLOWED, Opened, Renewal, open_renewals, plan_renewals
from marketplace.db import AnyRow, db
from marketplace.errors import WrongState
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.formatting import counted
from marketplace.web.listing import Listing, page_of
from marketplace.web.pages import Page

WITHIN = (6, 12, 24, 36)
USUAL_WITHIN = 24
SORTS = {
    "end": Contract.end_date,
    "value": Contract.value,
    "title": func.lower(Contract.title),
}


@blueprint.route("/ending", methods=["GET", "POST"])
@requires(Permission.EDIT_REQUIREMENTS)
def ending() -> Page:
    """The authority's contracts that end soon, with the requirement that would follow each."""
    now = clock.now()
    wanted = _wanted(now)
    listing = _listing(wanted)
    renewals = plan_renewals(db.session, listing.rows, clock.london_day(now), Window())
    ticked = _ticked(renewals)
    form = ending_form(renewals, _offered(renewals), ticked)
    if form.validate_on_submit() and (ticked or "all" in request.form):
        return _open(wanted, ticked, form, renewals, now)
    if form.is_submitted() and not (ticked or form.errors):
        form.refuse(form.contract, "Tick the contracts that a requirement shall follow")
    return _page(listing, renewals, form, ticked), form.status


def _offered(renewals: Sequence[Renewal]) -> Sequence[CategoryPolicy]:
    """What a category is chosen from, where one has to be chosen."""
    asked = any("category" in renewal.missing for renewal in renewals)
    return named_policies(db.session) if asked else []


def _open(
    wanted: Select[Contract],
    ticked: Sequence[uuid.UUID],
    form: EndingForm,
    renewals: Sequence[Renewal],
    now: datetime,
) -> Page:
    person = current_person()
    opened = open_renewals(
        db.session,
        person.organisation,
        wanted,
        form.window,
        form.answers(renewals),
        only=None if "all" in request.form else ticked,
        by=person,
        at=now,
    )
    flash(_said(opened))
    return redirect(url_for("requirements.drafts"), code=303)


def _said(opened: Opened) -> str:
    made = f"{counted(len(opened.drafts), 'draft')} made from contracts. Check and post."
    if not opened.left:
        return made
    left = counted(len(opened.left), "contract")
    return f"{made} {left} left: the register lacks a value, term or category."


def _wanted(now: datetime) -> Select[Contract]:
    """What the address asks for."""
    words = request.args.get("words", "").replace("\0", "").strip()[:255]
    authority_id = current_person().organisation_id
    return queries.ending(authority_id, clock.london_day(now), _within(), words)


def _within() -> int:
    text = request.args.get("within", "")
    return int(text) if text in {str(each) for each in WITHIN} else USUAL_WITHIN


def _listing(wanted: Select[Contract]) -> Listing[AnyRow]:
    return page_of(
        db.session,
        wanted,
        shown=queries.shown,
        sorts=SORTS,
        default="end",
        tie=Contract.id,
    )


def _ticked(renewals: Sequence[Renewal]) -> list[uuid.UUID]:
    """The contracts ticked, all of which must be on the page."""
    there = {str(renewal.contract.id): renewal.contract.id for renewal in renewals}
    asked = request.form.getlist("contract") if "all" not in request.form else []
    if not set(asked) <= set(there):
        raise WrongState(FOLLOWED)
    return [there[each] for each in dict.fromkeys(asked)]


def _page(
    listing: Listing[AnyRow],
    renewals: Sequence[Renewal],
    form: EndingForm,
    ticked: Sequence[uuid.UUID],
) -> str:
    return render_template(
        "contracts/ending.html",
        listing=listing,
        renewals=renewals,
        form=form,
        ticked=ticked
        if form.is_submitted()
        else {renewal.contract.id for renewal in renewals if not renewal.missing},
        within=_within(),
        choices=WITHIN,
        words=request.args.get("words", ""),
        endless=queries.without_end(db.session, current_person().organisation),
    )

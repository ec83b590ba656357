"""The page of drafts: corrected in a table, and posted many in one step."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request
from sqlalchemy import Select

from marketplace import clock
from marketplace.accounts.models import Person
from marketplace.categories.queries import policies_for
from marketplace.db import db
from marketplace.errors import WrongState
from marketplace.requirements import queries, services
from marketplace.requirements.blueprint import blueprint
from marketplace.requirements.draft_forms import DraftsForm, drafts_form
from marketplace.requirements.models import Requirement
from marketplace.requirements.needs import Need
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.formatting import counted
from marketplace.web.listing import Listing, page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page


@dataclass(frozen=True)
class Desk:
    """The drafts on the page, the form over them, and those that are ticked."""

    listing: Listing[Requirement]
    form: DraftsForm
    ticked: Sequence[Requirement]

    @property
    def drafts(self) -> Sequence[Requirement]:
        return self.listing.rows


@blueprint.route("/drafts", methods=["GET", "POST"])
@requires(Permission.EDIT_REQUIREMENTS)
def drafts() -> Page:
    """The authority's drafts, to correct and to post."""
    person, now = current_person(), clock.now()
    query = queries.drafts_of(person, narrowing().words)
    listing = _listing(query)
    desk = Desk(listing, drafts_form(listing.rows), _ticked(listing.rows))
    form = desk.form
    if not form.validate_on_submit() or not form.check_rows(desk.drafts):
        return _page(desk, now), form.status
    if stale := form.stale(desk.drafts):
        return _page(desk, now, stale), 409
    if set(request.form) & {"post", "withdraw"} and not desk.ticked:
        form.refuse(form.draft, "Tick the drafts first")
        return _page(desk, now), form.status
    saved = _save(desk, person, now)
    flash(_act(desk, query, saved, person, now))
    return redirect(listing.address(page=None), code=303)


def _save(desk: Desk, person: Person, now: datetime) -> int:
    """Save the rows that say something else than before; how many."""
    changed = [each for each in desk.drafts if desk.form.need(each) != Need.of(each)]
    for draft in changed:
        services.edit_requirement(
            db.session,
            draft,
            desk.form.need(draft),
            version=desk.form.cell("version", draft.id).data,
            by=person,
            at=now,
        )
    return len(changed)


def _act(desk: Desk, query: Select[Requirement], saved: int, person: Person, now: datetime) -> str:
    """Do what the button says; what to tell of it."""
    if "withdraw" in request.form:
        for draft in desk.ticked:
            services.withdraw_requirement(db.session, draft, by=person, at=now)
        return f"{counted(len(desk.ticked), 'draft')} withdrawn."
    if not set(request.form) & {"post", "post_all"}:
        return f"{counted(saved, 'draft')} changed and saved." if saved else "Nothing was changed."
    chosen = db.session.scalars(query).all() if "post_all" in request.form else desk.ticked
    postings = services.post_requirements(db.session, chosen, by=person, at=now)
    refused = sum(1 for posting in postings if posting.fault)
    posted = f"{counted(len(postings) - refused, 'requirement')} posted."
    return (
        f"{posted} {counted(refused, 'draft')} could not be: the reason stands beside each."
        if refused
        else posted
    )


def _listing(query: Select[Requirement]) -> Listing[Requirement]:
    return page_of(
        db.session,
        query,
        sorts={
            "title": Requirement.title,
            "value": Requirement.value,
            "start": Requirement.earliest_start,
            "created": Requirement.created_at,
        },
        default="created",
        descending=True,
        tie=Requirement.reference,
    )


def _ticked(drafts: Sequence[Requirement]) -> list[Requirement]:
    """The drafts that are ticked; all that were sent must be on the page."""
    asked = set(request.form.getlist("draft"))
    sent = {name.removeprefix("version_") for name in request.form if name.startswith("version_")}
    if not sent | {_hex(each) for each in asked} <= {draft.id.hex for draft in drafts}:
        raise WrongState(
            "Some of these are not drafts any more, or are not yours. Nothing was changed. "
            "Open the list of drafts again."
        )
    return [draft for draft in drafts if str(draft.id) in asked]


def _hex(text: str) -> str:
    try:
        return uuid.UUID(text).hex
    except ValueError:
        return text


def _page(desk: Desk, now: datetime, stale: Sequence[Requirement] = ()) -> str:
    today = clock.london_day(now)
    policies = policies_for(db.session, [draft.category_code for draft in desk.drafts])
    faults = {
        draft.id: services.fault_of(draft, policies[draft.category_code], today)
        for draft in desk.drafts
    }
    return render_template(
        "requirements/drafts.html",
        asked=narrowing(),
        listing=desk.listing,
        form=desk.form,
        ticked=desk.ticked
        if desk.form.is_submitted()
        else [d for d in desk.drafts if not faults[d.id]],
        faults=faults,
        stale=stale,
    )

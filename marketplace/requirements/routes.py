"""Pages of requirements: the list, one of them, beginning, posting, withdrawing, copying."""

import uuid
from datetime import date
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.accounts.queries import authority_names, names_of_people
from marketplace.categories.queries import cpv, policy_for, search_cpv
from marketplace.db import db
from marketplace.requirements import draft_routes as draft_routes
from marketplace.requirements import editing as editing
from marketplace.requirements import import_routes as import_routes
from marketplace.requirements import queries, services, wording
from marketplace.requirements import tasks as tasks
from marketplace.requirements.blueprint import blueprint as blueprint
from marketplace.requirements.filters import RequirementFilters
from marketplace.requirements.forms import WhatForm
from marketplace.requirements.import_queries import origin_of
from marketplace.requirements.models import Requirement, RequirementStatus
from marketplace.requirements.services import EDITABLE, Need
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.pages import Page

USUAL_TERM_MONTHS = 24


@blueprint.get("")
@requires(Permission.VIEW_REQUIREMENTS)
def index() -> Page:
    """Requirements, found by words, category, status, authority and start."""
    person = current_person()
    wanted = RequirementFilters.from_request(request.args)
    listing = page_of(
        db.session,
        queries.listed(person.role, person.organisation_id, wanted),
        shown=queries.shown,
        sorts={
            "title": Requirement.title,
            "value": Requirement.value,
            "start": Requirement.earliest_start,
            "created": Requirement.created_at,
        },
        default="created",
        descending=True,
        tie=Requirement.id,
        words=wanted.words,
    )
    staff = person.role != Role.COMMISSIONER
    return render_template(
        "requirements/index.html",
        listing=listing,
        wanted=wanted,
        staff=staff,
        statuses=list(RequirementStatus)[1 if staff else 0 :],
        authorities=authority_names(db.session) if staff else [],
    )


@blueprint.get("/<uuid:requirement_id>")
@requires(Permission.VIEW_REQUIREMENTS)
def show(requirement_id: uuid.UUID) -> Page:
    """One requirement: for its own authority also the page to check before posting."""
    person = current_person()
    requirement = queries.visible_requirement(db.session, requirement_id, person)
    own = person.organisation_id == requirement.authority_id
    taken = queries.is_taken(db.session, requirement)
    return render_template(
        "requirements/show.html",
        requirement=requirement,
        policy=policy_for(db.session, requirement.category_code),
        quantity=wording.quantity(requirement.quantity, requirement.unit),
        history=_history(requirement),
        excluded=queries.excluded_by(
            db.session, requirement.authority_id, requirement.category_code
        )
        if own
        else [],
        own=own,
        taken=taken,
        origin=origin_of(db.session, requirement) if own else None,
        follows=queries.followed_contracts(db.session, requirement) if own else [],
        editable=own and requirement.status in EDITABLE and not taken,
        button=Button(),
    )


def _history(requirement: Requirement) -> list[wording.Step]:
    revisions = queries.revisions(db.session, requirement)
    names = names_of_people(db.session, [revision.saved_by_id for revision in revisions])
    return wording.history(revisions, names)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_REQUIREMENTS)
def new() -> Page:
    """Begin a requirement: first its category, then what it is."""
    code = request.args.get("code", "")
    if not code:
        words = request.args.get("q", "").strip()[:100]
        found = search_cpv(db.session, words)
        return render_template("requirements/category.html", words=words, found=found)
    category = cpv(db.session, code)
    form = WhatForm()
    if form.validate_on_submit():
        drafted = _draft(form, category.code)
        return redirect(
            url_for("requirements.edit", requirement_id=drafted.id, section="when", going_on=1),
            code=303,
        )
    policy = policy_for(db.session, category.code)
    if not form.is_submitted():
        form.unit.data = policy.unit
    wider = policy.cpv if policy.cpv_code != category.code else None
    page = render_template("requirements/new.html", form=form, category=category, wider=wider)
    return page, form.status


def _draft(form: WhatForm, code: str) -> Requirement:
    person, now = current_person(), clock.now()
    today = clock.london_day(now)
    need = Need(
        category_code=code,
        title=form.title.data,
        description=form.description.data or "",
        value=Decimal(form.value.data),
        quantity=form.quantity.data,
        unit=form.unit.data or None,
        earliest_start=_first_of_month(today, 4),
        latest_start=_first_of_month(today, 10),
        term_months=USUAL_TERM_MONTHS,
    )
    return services.draft_requirement(db.session, person.organisation, need, by=person, at=now)


def _first_of_month(today: date, ahead: int) -> date:
    number = today.year * 12 + today.month - 1 + ahead
    return date(number // 12, number % 12 + 1, 1)


@blueprint.post("/<uuid:requirement_id>/post")
@requires(Permission.EDIT_REQUIREMENTS)
def post(requirement_id: uuid.UUID) -> Page:
    """Post a draft."""
    Button().must_be_valid()
    person = current_person()
    requirement = queries.visible_requirement(db.session, requirement_id, person)
    services.post_requirement(db.session, requirement, by=person, at=clock.now())
    flash(f"{requirement.reference} is posted. The next grouping run takes it in.")
    return redirect(url_for("requirements.show", requirement_id=requirement.id), code=303)


@blueprint.route("/<uuid:requirement_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.EDIT_REQUIREMENTS)
def withdraw(requirement_id: uuid.UUID) -> Page:
    """Withdraw a requirement, after asking once more."""
    person = current_person()
    requirement = queries.visible_requirement(db.session, requirement_id, person)
    form = Button()
    if form.validate_on_submit():
        services.withdraw_requirement(db.session, requirement, by=person, at=clock.now())
        flash(f"{requirement.reference} is withdrawn.")
        return redirect(url_for("requirements.show", requirement_id=requirement.id), code=303)
    return render_template(
        "requirements/withdraw.html", requirement=requirement, button=form
    ), form.status


@blueprint.post("/<uuid:requirement_id>/copy")
@requires(Permission.EDIT_REQUIREMENTS)
def copy(requirement_id: uuid.UUID) -> Page:
    """Begin a draft that says the same."""
    Button().must_be_valid()
    person = current_person()
    requirement = queries.visible_requirement(db.session, requirement_id, person)
    copied = services.copy_requirement(db.session, requirement, by=person, at=clock.now())
    flash(f"{copied.reference} is a copy of {requirement.reference}. Change what differs.")
    return redirect(url_for("requirements.show", requirement_id=copied.id), code=303)

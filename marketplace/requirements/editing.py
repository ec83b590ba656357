"""The pages of editing a requirement, one section each, in the order in which they are asked."""

import uuid
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.accounts.queries import authorities
from marketplace.categories.models import CpvCode
from marketplace.categories.queries import cpv, policy_for, search_cpv
from marketplace.db import db
from marketplace.errors import NotFound, StaleEdit, Unacceptable, WrongState
from marketplace.requirements import queries, services
from marketplace.requirements.blueprint import blueprint
from marketplace.requirements.forms import PartnersForm, WhatForm, WhenForm, specification_form
from marketplace.requirements.models import Requirement
from marketplace.requirements.needs import Need
from marketplace.requirements.wording import changes
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.forms import Button, Form
from marketplace.web.pages import Page

SECTIONS = ("what", "when", "specification", "partners")
TITLES = {
    "what": "What you need",
    "when": "When it starts",
    "specification": "What you accept",
    "partners": "With whom",
}


@blueprint.route("/<uuid:requirement_id>/edit/<section>", methods=["GET", "POST"])
@requires(Permission.EDIT_REQUIREMENTS)
def edit(requirement_id: uuid.UUID, section: str) -> Page:
    """One section of a requirement."""
    if section not in SECTIONS:
        raise NotFound()
    requirement = _editable(requirement_id)
    form = _form(section, requirement)
    if not form.validate_on_submit():
        return _page(section, requirement, form)
    try:
        _save(section, requirement, form)
    except (StaleEdit, Unacceptable) as fault:
        db.session.rollback()
        return _refused(section, _editable(requirement_id), form, fault)
    return redirect(_after(section, requirement), code=303)


def _editable(requirement_id: uuid.UUID) -> Requirement:
    requirement = queries.visible_requirement(db.session, requirement_id, current_person())
    if requirement.status not in services.EDITABLE:
        raise WrongState(services.PAST)
    return requirement


def _refused(
    section: str, fresh: Requirement, form: Any, fault: StaleEdit | Unacceptable
) -> tuple[str, int]:
    """The form again: with the other's version beside it, or with what breaks a rule."""
    if isinstance(fault, Unacceptable):
        form.refuse(form.send, str(fault))
        return _page(section, fresh, form)
    differs = changes(Need.of(fresh), _need(section, fresh, form))
    return _page(section, fresh, form, conflict=str(fault), differs=differs)[0], 409


@blueprint.get("/<uuid:requirement_id>/category")
@requires(Permission.EDIT_REQUIREMENTS)
def choose_category(requirement_id: uuid.UUID) -> Page:
    """Find another category for a requirement by its words; each found one has a button."""
    requirement = queries.visible_requirement(db.session, requirement_id, current_person())
    words = request.args.get("q", "").replace("\0", "").strip()[:100]
    return _choice(requirement, words)


def _choice(requirement: Requirement, words: str, wanted: CpvCode | None = None) -> str:
    return render_template(
        "requirements/change_category.html",
        requirement=requirement,
        words=words,
        found=[wanted] if wanted else search_cpv(db.session, words),
        wanted=wanted,
        button=Button(),
        back=_back(requirement),
    )


@blueprint.post("/<uuid:requirement_id>/category")
@requires(Permission.EDIT_REQUIREMENTS)
def set_category(requirement_id: uuid.UUID) -> Page:
    """Put a requirement into another category; its specification begins anew."""
    Button().must_be_valid()
    requirement = queries.visible_requirement(db.session, requirement_id, current_person())
    chosen = cpv(db.session, request.form.get("code", ""))
    need = replace(Need.of(requirement), category_code=chosen.code, category_note="", accepts={})
    version = request.form.get("version", "")
    try:
        services.edit_requirement(
            db.session,
            requirement,
            need,
            version=int(version) if version.isdecimal() and len(version) < 10 else 0,
            by=current_person(),
            at=clock.now(),
        )
    except StaleEdit:
        db.session.rollback()
        return _choice(_editable(requirement_id), "", wanted=chosen), 409
    flash(f"{requirement.reference} is in {chosen.called} now. Check what you accept of it.")
    return redirect(_back(requirement), code=303)


def _back(requirement: Requirement) -> str:
    """Where a change of category leads: the drafts if it came from there, else its own page."""
    if request.args.get("back") == "drafts":
        return url_for("requirements.drafts")
    return url_for("requirements.show", requirement_id=requirement.id)


def _form(section: str, requirement: Requirement) -> Any:
    if section == "specification":
        form = specification_form(policy_for(db.session, requirement.category_code))
        if not form.is_submitted():
            for name, values in requirement.accepts.items():
                if f"accept_{name}" in form:
                    form[f"accept_{name}"].data = values
        return form
    obj = None if request.method == "POST" else requirement
    if section == "partners":
        partners = PartnersForm(obj=obj)
        partners.offer([a for a in authorities(db.session) if a.id != requirement.authority_id])
        if not partners.is_submitted():
            partners.excluded.data = [str(each.id) for each in _excluded(requirement)]
        return partners
    return WhatForm(obj=obj) if section == "what" else WhenForm(obj=obj)


def _need(section: str, requirement: Requirement, form: Any) -> Need:
    """What the requirement would say with the section as the form has it."""
    need = Need.of(requirement)
    if section == "what":
        return replace(
            need,
            title=form.title.data,
            description=form.description.data or "",
            value=form.value.data,
            quantity=form.quantity.data,
            unit=form.unit.data or None,
        )
    if section == "when":
        return replace(
            need,
            earliest_start=form.earliest_start.data,
            latest_start=form.latest_start.data,
            term_months=form.term_months.data,
        )
    if section == "specification":
        return replace(need, accepts=form.accepts())
    return replace(need, max_partners=form.max_partners.data)


def _save(section: str, requirement: Requirement, form: Any) -> None:
    need = _need(section, requirement, form)
    person, now = current_person(), clock.now()
    services.edit_requirement(
        db.session, requirement, need, version=form.version.data or 0, by=person, at=now
    )
    if section == "partners":
        chosen = set(form.excluded.data or [])
        services.set_exclusions(
            db.session,
            requirement.authority,
            requirement.category_code,
            [each for each in authorities(db.session) if str(each.id) in chosen],
            by=person,
            at=now,
        )


def _page(section: str, requirement: Requirement, form: Form, **said: Any) -> tuple[str, int]:
    page = render_template(
        "requirements/edit.html",
        section=section,
        title=TITLES[section],
        requirement=requirement,
        form=form,
        step=_step(section, requirement) if "going_on" in request.args else None,
        **said,
    )
    return page, form.status


def _excluded(requirement: Requirement) -> Any:
    return queries.excluded_by(db.session, requirement.authority_id, requirement.category_code)


def _sections(requirement: Requirement) -> list[str]:
    """The sections asked in turn; without a specification there is nothing to accept of it."""
    asked = bool(policy_for(db.session, requirement.category_code).attributes)
    return [section for section in SECTIONS if asked or section != "specification"]


def _step(section: str, requirement: Requirement) -> tuple[int, int]:
    """Which step this is, and of how many; choosing the category was the first."""
    sections = _sections(requirement)
    return (sections.index(section) + 2 if section in sections else 2), len(sections) + 1


def _after(section: str, requirement: Requirement) -> str:
    """The next section while a requirement is being written, its own page otherwise."""
    key, sections = requirement.id, _sections(requirement)
    left = sections[sections.index(section) + 1 :] if section in sections else []
    if "going_on" in request.args and left:
        return url_for("requirements.edit", requirement_id=key, section=left[0], going_on=1)
    flash("Saved.")
    return url_for("requirements.show", requirement_id=key)

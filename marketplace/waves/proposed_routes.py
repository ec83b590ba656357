"""Waves that were proposed: the list, one of them, and an authority's answer."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.clock import london_day
from marketplace.contracts.planning import Window
from marketplace.contracts.renewing import plan_renewals
from marketplace.db import db
from marketplace.grouping.forms import BARRIER_WORDS
from marketplace.grouping.models import Barrier
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.waves import queries, services
from marketplace.waves.forms import DECLINE, POST, WaveAnswerForm
from marketplace.waves.models import Wave, WaveAnswer, WaveStatus
from marketplace.web.formatting import counted
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page

blueprint = Blueprint("waves", __name__, url_prefix="/contracts/waves/proposed")

STATUSES = [(WaveStatus.PROPOSED.value, "Proposed"), (WaveStatus.TAKEN_BACK.value, "Taken back")]


@blueprint.get("")
@requires(Permission.VIEW_WAVES)
def index() -> Page:
    """The waves that were proposed, as far as the person is asked or of the centre."""
    asked = narrowing(dict(STATUSES))
    status = WaveStatus(asked.choice) if asked.choice else None
    listing = page_of(
        db.session,
        queries.waves_of(current_person(), status=status),
        sorts={"proposed": Wave.proposed_at, "start": Wave.start, "worth": Wave.worth_likely},
        default="proposed",
        descending=True,
        tie=Wave.id,
    )
    return render_template(
        "waves/proposed.html",
        listing=listing,
        asked=asked,
        statuses=STATUSES,
        may_answer=may(current_person().role, Permission.ANSWER_WAVES),
    )


@blueprint.get("/<uuid:wave_id>")
@requires(Permission.VIEW_WAVES)
def show(wave_id: uuid.UUID) -> Page:
    """One wave: whose contracts, when, what it is worth, and who has agreed."""
    person = current_person()
    wave = queries.wave(db.session, person, wave_id)
    own = next((p for p in wave.parties if p.authority_id == person.organisation_id), None)
    return render_template(
        "waves/show.html",
        wave=wave,
        own=own,
        names={party.authority_id: party.authority.name for party in wave.parties},
        sees_all=person.role != Role.COMMISSIONER,
        shows_worth=queries.may_see_worth(wave, person),
        barriers=BARRIER_WORDS,
        open=wave.status == WaveStatus.PROPOSED,
        may_answer=own is not None and own.answer == WaveAnswer.AWAITED,
        may_take_back=services.may_take_back(wave, person),
        button=Button(),
    )


@blueprint.route("/<uuid:wave_id>/answer", methods=["GET", "POST"])
@requires(Permission.ANSWER_WAVES)
def answer(wave_id: uuid.UUID) -> Page:
    """Agree for one's own contracts, or decline."""
    person = current_person()
    wave = queries.wave(db.session, person, wave_id)
    services.check_open(wave, queries.party(db.session, wave, person.organisation_id))
    form = WaveAnswerForm()
    if form.validate_on_submit():
        return _answered(wave, form)
    return _answer_page(wave, form)


@blueprint.post("/<uuid:wave_id>/take-back")
@requires(Permission.PROPOSE_WAVES)
def take_back(wave_id: uuid.UUID) -> Page:
    """Ask no longer."""
    Button().must_be_valid()
    person = current_person()
    wave = queries.wave(db.session, person, wave_id)
    services.take_back(db.session, wave, by=person, at=clock.now())
    flash(f"{wave.reference} is taken back.")
    return redirect(url_for("waves.show", wave_id=wave.id), code=303)


def _answered(wave: Wave, form: WaveAnswerForm) -> Page:
    person, now = current_person(), clock.now()
    if form.answer.data == DECLINE:
        services.decline(
            db.session,
            wave,
            barrier=Barrier(form.barrier.data),
            reason=form.reason.data or "",
            by=person,
            at=now,
        )
        flash(f"You declined {wave.reference}. Your contracts stay as they are.")
        return redirect(url_for("waves.show", wave_id=wave.id), code=303)
    agreed = services.agree(db.session, wave, post=form.answer.data == POST, by=person, at=now)
    flash(_said(agreed))
    refused = any(posting.fault for posting in agreed.postings)
    if form.answer.data == POST and not refused:
        return redirect(url_for("waves.show", wave_id=wave.id), code=303)
    return redirect(url_for("requirements.drafts"), code=303)


def _said(agreed: services.Agreed) -> str:
    made = counted(len(agreed.opened.drafts), "requirement")
    if not agreed.postings:
        return f"You agreed. {made} drafted. Check and post."
    faults = [posting.fault for posting in agreed.postings if posting.fault]
    if faults:
        return f"You agreed. {made} drafted, not all could be posted: {faults[0]}"
    return f"You agreed. {made} posted."


def _answer_page(wave: Wave, form: WaveAnswerForm) -> Page:
    """The form, over what would be drafted or posted."""
    person, today = current_person(), london_day(clock.now())
    answers = services.answers_of(wave, person, today)
    contracts = db.session.scalars(services.free_of(wave, person)).all()
    renewals = plan_renewals(db.session, contracts, today, Window(), answers)
    page = render_template(
        "waves/answer.html",
        form=form,
        wave=wave,
        renewals=renewals,
        extended={each.contract_id: each.extended_by for each in wave.members},
        early={each.contract_id: each.ended_early_by for each in wave.members},
    )
    return page, form.status

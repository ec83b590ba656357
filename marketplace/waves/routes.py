"""Waves: what could be bought together when, and what it would be worth."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from marketplace import clock
from marketplace.accounts.models import Person, Role
from marketplace.accounts.queries import authority_names
from marketplace.categories.queries import cpv
from marketplace.db import AnyRow, db
from marketplace.errors import NotFound, Unacceptable
from marketplace.intake.taking_away import as_csv
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.waves import queries, services
from marketplace.waves import tasks as tasks
from marketplace.waves.asking import Register, question, register
from marketplace.waves.calendar_routes import blueprint as calendar_blueprint
from marketplace.waves.filters import Asked, read_asked
from marketplace.waves.finding import Wave, waves_of, waves_of_all
from marketplace.waves.forms import ProposeForm
from marketplace.waves.proposed_routes import blueprint as proposed_blueprint
from marketplace.waves.queries import Scope
from marketplace.waves.services import Chosen
from marketplace.waves.tables import WAVES, sentence_of, wave_rows
from marketplace.web.downloads import download
from marketplace.web.pages import Page

blueprint = Blueprint("waves_found", __name__, url_prefix="/contracts/waves")
BLUEPRINTS = (blueprint, calendar_blueprint, proposed_blueprint)

blueprint.add_app_template_filter(sentence_of)


@blueprint.get("")
@requires(Permission.VIEW_WAVES)
def index() -> str:
    """The waves of all categories, those of most worth first."""
    asked = _asked()
    found, waves = _found(asked)
    return render_template(
        "waves/index.html",
        asked=asked,
        authorities=authority_names(db.session),
        subregions=queries.subregions(db.session),
        names=found.names,
        holders=found.holders,
        waves=waves,
        may_answer=may(current_person().role, Permission.ANSWER_WAVES),
    )


@blueprint.get("/waves.csv")
@requires(Permission.VIEW_WAVES)
def take_away() -> Response:
    """The same as a file."""
    found, waves = _found(_asked())
    return download(as_csv(WAVES, wave_rows(found, waves)), "waves.csv")


@blueprint.get("/<code>")
@requires(Permission.VIEW_WAVES)
def category(code: str) -> str:
    """The waves of one category, each with its contracts and a way to propose it."""
    asked, today, person = _asked(), clock.london_day(clock.now()), current_person()
    named = cpv(db.session, code)
    found = register(db.session, person, _all_of(asked), today, code, breaking=True)
    problem = question(db.session, found, asked.slack, today)
    waves = waves_of(problem, code) if problem.endings else []
    return render_template(
        "waves/category.html",
        asked=asked,
        category=named,
        waves=waves,
        rows={row.reference: row for row in found.rows},
        holders=found.holders.get(code, 0),
        endings=problem.endings,
        left=[row for row in found.rows if row.reference not in problem.endings],
        asked_about=_asked_about(person, code, waves),
        may_propose=may(person.role, Permission.PROPOSE_WAVES),
        own=person.organisation_id if person.role == Role.COMMISSIONER else None,
    )


@blueprint.route("/<code>/propose", methods=["GET", "POST"])
@requires(Permission.PROPOSE_WAVES)
def propose(code: str) -> Page:
    """Look at a wave once more, and ask its authorities."""
    now, person = clock.now(), current_person()
    chosen = _chosen(code)
    form = ProposeForm().begin(clock.london_day(now))
    if form.validate_on_submit():
        try:
            wave = services.propose_wave(
                db.session,
                chosen,
                note=form.note.data or "",
                answer_by=form.answer_by.data,
                by=person,
                at=now,
            )
        except Unacceptable as fault:
            form.refuse(form.answer_by, str(fault))
        else:
            flash(f"{wave.reference} is proposed. Each authority is told.")
            return redirect(url_for("waves.show", wave_id=wave.id), code=303)
    return render_template(
        "waves/propose.html", form=form, chosen=chosen, category=cpv(db.session, code)
    ), form.status


def _asked() -> Asked:
    return read_asked(request.args, queries.subregions(db.session))


def _all_of(asked: Asked) -> Scope:
    """Waves are looked for among all, or in the sub-region, whoever is asked about."""
    return Scope(None, asked.scope.subregion)


def _found(asked: Asked) -> tuple[Register, list[Wave]]:
    """What ends, and its waves; of one authority those that it is in."""
    today = clock.london_day(clock.now())
    found = register(db.session, current_person(), _all_of(asked), today, breaking=True)
    waves = waves_of_all(question(db.session, found, asked.slack, today))
    return found, _with(asked, found.rows, waves)


def _with(asked: Asked, rows: Sequence[AnyRow], waves: list[Wave]) -> list[Wave]:
    if asked.scope.authority_id is None:
        return waves
    own = {row.reference for row in rows if row.authority_id == asked.scope.authority_id}
    return [wave for wave in waves if own & set(wave.references)]


def _chosen(code: str) -> Chosen:
    """The contracts that the address names; raises NotFound where it names none."""
    asked, today = _asked(), clock.london_day(clock.now())
    references = request.args.getlist("contract")
    if not references:
        raise NotFound()
    code, person = cpv(db.session, code).code, current_person()
    found = register(db.session, person, queries.ALL_LONDON, today, code, breaking=True)
    return services.choose(db.session, found, code, references, asked.slack, today)


def _asked_about(person: Person, code: str, waves: Sequence[Wave]) -> dict[object, list[object]]:
    """For each wave those that are proposed already with some of its contracts."""
    proposed = queries.proposed_for(db.session, person, code)
    return {
        wave.references: list(
            {proposed[each]: None for each in wave.references if each in proposed}
        )
        for wave in waves
    }

"""The desk on which a reviewer tries changes, and scenarios side by side."""

import uuid
from collections.abc import Callable
from functools import partial

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from marketplace import clock, jobs
from marketplace.db import db
from marketplace.errors import NotFound, StaleEdit, Unacceptable
from marketplace.grouping import queries as grouping
from marketplace.grouping.models import GroupingRun
from marketplace.intake.taking_away import as_csv
from marketplace.scenarios import queries, regrouping, services
from marketplace.scenarios.board import STEPS, BoardFault
from marketplace.scenarios.differing import Wanted, difference
from marketplace.scenarios.forms import NameForm, StepForm
from marketplace.scenarios.models import Scenario, ScenarioSearch
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.charts import BarChart, bar_chart, short_label
from marketplace.web.downloads import download
from marketplace.web.pages import Page
from marketplace.web.pictures import picture
from marketplace.web.unit_of_work import after_commit

blueprint = Blueprint("scenarios", __name__)

MOST_COMPARED = 4
VERBS: dict[str, Callable[..., object]] = {
    "undo": services.undo,
    "redo": services.redo,
    "regroup": regrouping.regroup,
    "search": regrouping.ask_for_search,
    "better": regrouping.take_better,
}


@blueprint.route("/grouping/<uuid:run_id>/scenarios/<code>", methods=["GET", "POST"])
@requires(Permission.DECIDE_PROPOSALS)
def index(run_id: uuid.UUID, code: str) -> Page:
    """The scenarios of a run's category, and the form that begins one."""
    run = grouping.run(db.session, run_id)
    found = queries.run_category(db.session, run, code)
    form = NameForm()
    if form.validate_on_submit():
        scenario = services.start_scenario(
            db.session, run, code, name=form.name.data, by=current_person(), at=clock.now()
        )
        return redirect(url_for("scenarios.show", scenario_id=scenario.id), code=303)
    scenarios = queries.scenarios_of(db.session, run, code)
    page = render_template(
        "scenarios/index.html", run=run, found=found, scenarios=scenarios, form=form
    )
    return page, form.status


@blueprint.get("/scenarios/<uuid:scenario_id>")
@requires(Permission.DECIDE_PROPOSALS)
def show(scenario_id: uuid.UUID) -> Page:
    """The desk."""
    return _desk(queries.scenario(db.session, scenario_id), StepForm(formdata=None))


@blueprint.post("/scenarios/<uuid:scenario_id>/steps/<kind>")
@requires(Permission.DECIDE_PROPOSALS)
def step(scenario_id: uuid.UUID, kind: str) -> Page:
    """Take a step."""
    form = StepForm()
    taken = form.step(kind if kind in STEPS and kind != "regroup" else "")

    def take(scenario: Scenario) -> None:
        services.take_step(
            db.session,
            scenario,
            taken,
            version=form.seen_version,
            by=current_person(),
            at=clock.now(),
        )

    return _change(scenario_id, form, take, Wanted("step", taken))


@blueprint.post("/scenarios/<uuid:scenario_id>/<any(undo,redo,regroup,search,better):verb>")
@requires(Permission.DECIDE_PROPOSALS)
def change(scenario_id: uuid.UUID, verb: str) -> Page:
    """Undo, redo, group anew around what is locked, look for better longer, take what was found."""
    form = StepForm()

    def do(scenario: Scenario) -> None:
        done = VERBS[verb](
            db.session, scenario, version=form.seen_version, by=current_person(), at=clock.now()
        )
        if isinstance(done, ScenarioSearch):
            settings = current_app.extensions["settings"]
            after_commit(partial(jobs.enqueue_search, scenario_id, done.workflow_id, settings))

    return _change(scenario_id, form, do, Wanted(verb))


@blueprint.get("/scenarios/<uuid:scenario_id>/search")
@requires(Permission.DECIDE_PROPOSALS)
def searching(scenario_id: uuid.UUID) -> Page:
    """The part of the desk that waits for the job; once it is over, the browser loads it anew."""
    scenario = queries.scenario(db.session, scenario_id)
    found = queries.search_of(db.session, scenario)
    if found is None:
        raise NotFound()
    answer = make_response(
        render_template("scenarios/_searching.html", scenario=scenario, search=found)
    )
    if found.finished_at is not None:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/scenarios/<uuid:scenario_id>/adopt")
@requires(Permission.DECIDE_PROPOSALS)
def adopt(scenario_id: uuid.UUID) -> Page:
    """Turn the board into proposals."""
    form = StepForm()

    def do(scenario: Scenario) -> None:
        made = services.adopt(
            db.session, scenario, version=form.seen_version, by=current_person(), at=clock.now()
        )
        flash(f"{len(made)} proposals stand in place of the run’s own in this category.")

    return _change(scenario_id, form, do, Wanted("adopt"))


@blueprint.post("/scenarios/<uuid:scenario_id>/copy")
@requires(Permission.DECIDE_PROPOSALS)
def copy(scenario_id: uuid.UUID) -> Page:
    """Save what the person saw under another name, with the step that a colleague forestalled."""
    scenario = queries.scenario(db.session, scenario_id)
    form, upon = NameForm(), StepForm()
    if not form.validate_on_submit():
        return _desk(scenario, StepForm(formdata=None), name_form=form)
    made = services.copy_scenario(
        db.session,
        scenario,
        name=form.name.data,
        version=upon.seen_version if upon.version.data else scenario.version,
        step=upon.step_upon(),
        by=current_person(),
        at=clock.now(),
    )
    flash(f"Saved as {made.name}. You are in the copy now.")
    return redirect(url_for("scenarios.show", scenario_id=made.id), code=303)


@blueprint.get("/grouping/<uuid:run_id>/scenarios/<code>/compare")
@requires(Permission.DECIDE_PROPOSALS)
def compare(run_id: uuid.UUID, code: str) -> Page:
    """Up to four scenarios column by column, the best of each row marked."""
    run = grouping.run(db.session, run_id)
    found = queries.run_category(db.session, run, code)
    boards = _compared(run, code)
    return render_template(
        "scenarios/compare.html",
        run=run,
        found=found,
        boards=boards,
        chart=_side_by_side(boards) if boards else None,
        chosen=[scenario.id for scenario, _ in boards],
        too_many=len(request.args.getlist("scenario")) > MOST_COMPARED,
    )


@blueprint.get("/grouping/<uuid:run_id>/scenarios/<code>/compare.<any(csv,svg):kind>")
@requires(Permission.DECIDE_PROPOSALS)
def take_comparison_away(run_id: uuid.UUID, code: str, kind: str) -> Page:
    """The same, as a picture or a table."""
    run = grouping.run(db.session, run_id)
    queries.run_category(db.session, run, code)
    boards = _compared(run, code)
    if not boards:
        raise NotFound()
    name = f"{run.reference}-scenarios"
    if kind == "svg":
        title = f"{run.reference}: projected net benefit of each scenario"
        return picture(_side_by_side(boards), title, f"{name}.svg")
    return download(as_csv(*services.as_table(boards)), f"{name}.csv")


def _compared(run: GroupingRun, code: str) -> list[tuple[Scenario, services.Judged]]:
    """The scenarios that the address names, each with its board."""
    wanted = request.args.getlist("scenario")
    every = queries.scenarios_of(db.session, run, code)
    chosen = [each for each in every if str(each.id) in wanted][:MOST_COMPARED]
    scenarios = [queries.scenario(db.session, each.id) for each in chosen]
    return [
        (scenario, services.judged(scenario, services.board_of(db.session, scenario)))
        for scenario in scenarios
    ]


def _side_by_side(boards: list[tuple[Scenario, services.Judged]]) -> BarChart:
    return bar_chart([(short_label(scenario.name), now.likely) for scenario, now in boards])


def _change(
    scenario_id: uuid.UUID, form: StepForm, do: Callable[[Scenario], None], wanted: Wanted
) -> Page:
    """Do it and go back to the desk, or show the desk with what stood in the way."""
    scenario = queries.scenario(db.session, scenario_id)
    if form.validate_on_submit() and not form.version.data:
        form.refuse(form.version, "Open the desk again and take the step once more.")
    if form.errors:
        return _desk(scenario, form)
    try:
        do(scenario)
    except (BoardFault, Unacceptable) as fault:
        db.session.rollback()
        form.refuse(form.version, str(fault))
        return _desk(queries.scenario(db.session, scenario_id), form)
    except StaleEdit as fault:
        db.session.rollback()
        form.refuse(form.version, str(fault))
        page, _ = _desk(queries.scenario(db.session, scenario_id), form, wanted=wanted)
        return page, 409
    return redirect(url_for("scenarios.show", scenario_id=scenario_id), code=303)


def _desk(
    scenario: Scenario,
    form: StepForm,
    *,
    wanted: Wanted | None = None,
    name_form: NameForm | None = None,
) -> tuple[str, int]:
    """The desk; with what was wanted where somebody else was faster, beside what changed."""
    board = services.board_of(db.session, scenario)
    references = [*board.alone, *(each for lot in board.lots for each in lot.members)]
    requirements = queries.requirements(db.session, references)
    done, undone = services.in_order(db.session, scenario)
    page = render_template(
        "scenarios/desk.html",
        scenario=scenario,
        board=board,
        now=services.judged(scenario, board),
        before=services.as_the_run_left_it(db.session, scenario, board),
        requirements=requirements,
        names={each.authority.code: each.authority.name for each in requirements.values()},
        kept_apart=sorted(sorted(pair) for pair in board.apart),
        missing=regrouping.may_be_missing(scenario),
        search=queries.search_of(db.session, scenario),
        last=done[-1] if done else "",
        next=undone[0] if undone else "",
        steps=done,
        form=form,
        differing=difference(db.session, scenario, form.seen_version, wanted) if wanted else None,
        name_form=name_form,
    )
    return page, name_form.status if name_form else form.status

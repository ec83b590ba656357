"""The calendar of endings: all categories at a glance, one of them contract by contract."""

from flask import Blueprint, Response, render_template, request

from marketplace import clock
from marketplace.accounts.queries import authority_names
from marketplace.db import db
from marketplace.intake.taking_away import as_csv
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.waves import queries
from marketplace.waves.asking import ending_of, question, register
from marketplace.waves.calendar import MOST_DRAWN, lines_of, picture_of
from marketplace.waves.filters import Asked, read_asked
from marketplace.waves.finding import waves_of
from marketplace.waves.pictures import lanes_of, quarters
from marketplace.waves.tables import ENDINGS, ending_rows
from marketplace.web.downloads import download

blueprint = Blueprint("endings", __name__, url_prefix="/contracts/calendar")


@blueprint.get("")
@requires(Permission.VIEW_WAVES)
def index() -> str:
    """Which contracts end in the next three years, and who could buy together when."""
    today, asked = clock.london_day(clock.now()), _asked()
    if asked.code:
        return _category(asked)
    found = register(db.session, current_person(), asked.scope, today)
    lines = lines_of(found, today)
    return render_template(
        "waves/calendar.html",
        **_choices(asked),
        lines=lines,
        picture=picture_of(lines, today) if lines else None,
        drawn=MOST_DRAWN,
        quarters=quarters(today),
        uncoded=queries.without_code(db.session, current_person(), asked.scope, today),
    )


@blueprint.get("/endings.csv")
@requires(Permission.VIEW_WAVES)
def take_away() -> Response:
    """The contracts of the calendar, one a line."""
    today, asked = clock.london_day(clock.now()), _asked()
    found = register(db.session, current_person(), asked.scope, today, asked.code)
    return download(
        as_csv(ENDINGS, ending_rows(found, asked.slack, today)), "calendar-of-endings.csv"
    )


def _category(asked: Asked) -> str:
    """One category, a line for each contract, with the months of its waves across them."""
    today = clock.london_day(clock.now())
    found = register(db.session, current_person(), asked.scope, today, asked.code, breaking=True)
    drawn = [
        (f"{row.authority}", ending)
        for row in found.rows
        if not row.is_followed and (ending := ending_of(row, row.authority_code))
    ]
    problem = question(db.session, found, asked.slack, today)
    waves = waves_of(problem, asked.code) if len(drawn) > 1 else []
    marks = [(wave.meeting.start, f"{wave.meeting.start:%b %Y}") for wave in waves]
    return render_template(
        "waves/calendar_category.html",
        **_choices(asked),
        found=found,
        name=found.names.get(asked.code, asked.code),
        picture=lanes_of(drawn, marks, asked.slack, today) if drawn else None,
        endings=problem.endings,
        today=today,
        waves=waves,
    )


def _asked() -> Asked:
    return read_asked(request.args, queries.subregions(db.session))


def _choices(asked: Asked) -> dict[str, object]:
    """What the filters of both pages offer."""
    return {
        "asked": asked,
        "authorities": authority_names(db.session),
        "subregions": queries.subregions(db.session),
    }

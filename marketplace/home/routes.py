"""The home page, and the one for people who are not signed in."""

from flask import Blueprint, render_template

from marketplace import clock
from marketplace.db import db
from marketplace.home.tasks import tasks_of
from marketplace.security.guard import person_or_none, public

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def index() -> str:
    """What awaits the person; for a stranger, what the site is for."""
    person = person_or_none()
    if person is None:
        return render_template("home/welcome.html")
    return render_template("home/index.html", tasks=tasks_of(db.session, person, clock.now()))


@blueprint.get("/health")
@public
def health() -> tuple[str, int]:
    """For the supervisor: the site answers and its database too."""
    db.session.connection()
    return "ok\n", 200

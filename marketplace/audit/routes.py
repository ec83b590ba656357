"""The administrator's page of the record, and everybody's page of their own part of it."""

from flask import Blueprint, render_template, request

from marketplace.audit import history, queries, things
from marketplace.audit.models import Action, AuditEntry
from marketplace.db import db
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission
from marketplace.web.formatting import words
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing

blueprint = Blueprint("audit", __name__)


SORTS = {"when": AuditEntry.sequence, "action": AuditEntry.action}
ACTIONS = [(action, words(action)) for action in Action]
BY_NUMBER = AuditEntry.sequence


@blueprint.get("/record")
@requires(Permission.VIEW_RECORD)
def index() -> str:
    """What was done, by whom and when, the newest first."""
    asked = _asked()
    listing = page_of(
        db.session,
        queries.entries(asked, queries.keys_of(db.session, asked.thing)),
        shown=queries.shown,
        sorts=SORTS,
        default="when",
        descending=True,
        tie=BY_NUMBER,
    )
    names = things.names_of(db.session, listing.rows)
    return render_template(
        "audit/index.html", listing=listing, names=names, asked=asked, actions=ACTIONS
    )


@blueprint.get("/history")
@requires(Permission.VIEW_HISTORY)
def own() -> str:
    """What was done to the organisation's own things, and by whom."""
    asked = narrowing(action.value for action in Action)
    query = history.own_entries(current_person())
    listing = page_of(
        db.session,
        query.where(AuditEntry.action == asked.choice) if asked.choice else query,
        sorts=SORTS,
        default="when",
        descending=True,
        tie=BY_NUMBER,
    )
    names = things.names_of(db.session, listing.rows)
    return render_template(
        "audit/history.html", listing=listing, names=names, asked=asked, actions=ACTIONS
    )


def _asked() -> queries.EntryFilter:
    """The filters of the address; an action that we do not know filters nothing."""
    action = request.args.get("action", "")
    return queries.EntryFilter(
        action=Action(action) if action in {known.value for known in Action} else None,
        person=_line("person"),
        thing=_line("thing"),
    )


def _line(name: str) -> str:
    return request.args.get(name, "").replace("\0", "").strip()[:255]

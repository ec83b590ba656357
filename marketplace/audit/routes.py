"""The administrator's page of the record."""

from flask import Blueprint, render_template, request

from marketplace.audit import queries
from marketplace.audit.models import Action, AuditEntry
from marketplace.db import db
from marketplace.security.guard import requires
from marketplace.security.permissions import Permission
from marketplace.web.listing import page_of

blueprint = Blueprint("audit", __name__, url_prefix="/record")


@blueprint.get("")
@requires(Permission.VIEW_RECORD)
def index() -> str:
    """What was done, by whom and when, the newest first."""
    asked = _asked()
    listing = page_of(
        db.session,
        queries.entries(db.session, asked),
        sorts={"when": AuditEntry.at, "action": AuditEntry.action},
        default="when",
        descending=True,
        tie=AuditEntry.sequence.desc(),
    )
    names = queries.names_of(db.session, listing.rows)
    return render_template(
        "audit/index.html", listing=listing, names=names, asked=asked, actions=list(Action)
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

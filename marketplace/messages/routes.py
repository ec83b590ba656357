"""Pages of one's messages, and the calendar of one's deadlines."""

import uuid

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for

from marketplace import clock
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.home.deadlines import deadlines_of
from marketplace.messages import feeds, queries, services
from marketplace.messages import tasks as tasks
from marketplace.messages.calendar import as_icalendar
from marketplace.messages.models import Message
from marketplace.security.guard import current_person, public, requires
from marketplace.security.permissions import Permission
from marketplace.settings import Settings
from marketplace.web.forms import Button
from marketplace.web.listing import page_of
from marketplace.web.narrowing import narrowing
from marketplace.web.pages import Page

blueprint = Blueprint("messages", __name__)

READ_OR_NOT = [("new", "New"), ("read", "Read")]


@blueprint.get("/messages")
@requires(Permission.USE_SITE)
def index() -> Page:
    """Everything the person was told, the latest first."""
    person, asked = current_person(), narrowing(dict(READ_OR_NOT))
    is_read = asked.choice == "read" if asked.choice else None
    listing = page_of(
        db.session,
        queries.messages_of(person, asked.words, is_read=is_read),
        sorts={"told": Message.created_at},
        default="told",
        descending=True,
        tie=Message.id,
    )
    return render_template(
        "messages/index.html",
        listing=listing,
        asked=asked,
        choices=READ_OR_NOT,
        unread=queries.unread(db.session, person),
        button=Button(),
    )


@blueprint.post("/messages/read")
@requires(Permission.USE_SITE)
def read() -> Page:
    """Mark everything as read."""
    Button().must_be_valid()
    services.read_all(db.session, current_person(), at=clock.now())
    return redirect(url_for("messages.index"), code=303)


@blueprint.get("/calendar")
@requires(Permission.USE_SITE)
def calendar() -> Page:
    """The person's deadlines, and the address from which a calendar reads them."""
    person = current_person()
    feed = queries.feed_of(db.session, person)
    address = ""
    if feed is not None:
        signed = feeds.signature(feed.id, key=_settings().secret_key)
        path = url_for("messages.feed", feed_id=feed.id, signed=signed)
        address = f"{_settings().public_url.rstrip('/')}{path}"
    return render_template(
        "messages/calendar.html",
        feed=feed,
        address=address,
        deadlines=deadlines_of(db.session, person, clock.now()),
        button=Button(),
    )


@blueprint.post("/calendar/make")
@requires(Permission.USE_SITE)
def make() -> Page:
    """Give the calendar a new address."""
    Button().must_be_valid()
    feeds.make_feed(db.session, current_person(), at=clock.now())
    flash("Your calendar has a new address. Whoever has it can read your deadlines.")
    return redirect(url_for("messages.calendar"), code=303)


@blueprint.post("/calendar/end")
@requires(Permission.USE_SITE)
def end() -> Page:
    """End the calendar's address."""
    Button().must_be_valid()
    feeds.end_feed(db.session, current_person(), at=clock.now())
    flash("The address has ended. No calendar can read your deadlines any more.")
    return redirect(url_for("messages.calendar"), code=303)


@blueprint.get("/calendar/<uuid:feed_id>/<signed>.ics")
@public
def feed(feed_id: uuid.UUID, signed: str) -> Page:
    """The deadlines of whoever has this address."""
    person = feeds.person_of(db.session, feed_id, signed, key=_settings().secret_key)
    if person is None:
        raise NotFound()
    content = as_icalendar(
        deadlines_of(db.session, person, clock.now()),
        public_url=_settings().public_url,
        at=clock.now(),
    )
    return Response(content, content_type="text/calendar; charset=utf-8")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings

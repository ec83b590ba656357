"""Servers that are wrong in a way that one of the proofs must find."""

from collections.abc import Callable
from datetime import UTC

from flask import Request, request
from sqlalchemy import Engine, event, text

from marketplace import clock
from marketplace.bids import routes, services
from marketplace.db import db
from marketplace.lots.models import Lot, LotStatus
from marketplace.web import unit_of_work


def keys_ignored() -> None:
    """A form that is sent again is taken again."""
    unit_of_work._claim_key = lambda: None


def answered_before_kept() -> None:
    """The answer goes out although what it acknowledges is not kept."""
    right = unit_of_work._end

    def end(response, submission):
        if request.headers.get("X-Die-At") == "before the commit":
            db.session.rollback()
        else:
            right(response, submission)

    unit_of_work._end = end


def key_kept_alone() -> None:
    """The key is taken in a transaction of its own: after a death its form is never taken."""
    right = unit_of_work._claim_key

    def claim():
        claimed = right()
        if claimed is not None and request.headers.get("X-Die-At") == "after the commit":
            db.session.commit()
        return claimed

    unit_of_work._claim_key = claim


def clock_of_the_application() -> None:
    routes.present_moment = lambda session: clock.now()


def clock_before_the_lock() -> None:
    """The deadline is looked at first, and then the lock is waited for."""

    def hold(session, lot, by, asked):
        at = asked(session)
        if lot.status_at(at) != LotStatus.OPEN:
            raise services.WrongState("The deadline has passed.")
        session.refresh(lot, with_for_update={"of": Lot})
        return at

    services.hold_open_lot = hold


def moment_of_the_transaction() -> None:
    """PostgreSQL's now() is when the transaction began."""

    def moment(session):
        return session.scalars(text("SELECT now()")).one().astimezone(UTC)

    routes.present_moment = moment


def never_synced() -> None:
    """SQLite says that it is done before the disk has it."""

    @event.listens_for(Engine, "connect")
    def _careless(connection, record):
        connection.execute("PRAGMA synchronous=OFF")


def uploads_on_disk() -> None:
    """Files that are sent wait in the temporary folder, as the library would have it."""
    unit_of_work.MarketplaceFlask.request_class = Request


def not_sealed() -> None:
    services.seal = lambda plain, place, readers: plain


def forms_kept() -> None:
    """What was sent is kept in a table."""
    right = unit_of_work.claim

    def claim(session, *, body, **rest):
        claimed = right(session, body=body, **rest)
        claimed.path = body.decode(errors="replace").replace("\0", " ")[:400]
        session.flush()
        return claimed

    unit_of_work.claim = claim


FAULTS: dict[str, Callable[[], None]] = {
    each.__name__: each
    for each in (
        keys_ignored,
        answered_before_kept,
        key_kept_alone,
        clock_of_the_application,
        clock_before_the_lock,
        moment_of_the_transaction,
        never_synced,
        uploads_on_disk,
        not_sealed,
        forms_kept,
    )
}

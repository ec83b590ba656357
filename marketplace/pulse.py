"""The site's pulse: a row that says when it last lived, so that an outage is known by its bounds.

Each web process moves the row on every few seconds. Whoever finds that it stood still for longer
than the site could have been alive writes down from when to when, by the database's clock.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import CheckConstraint, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace import clock
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.db import Base, Moment, PrimaryKey
from marketplace.errors import MarketplaceError

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
LONGEST_GAP = timedelta(seconds=20)
"""Between two beats of a site that is alive, however busy it is."""
LAST_DAY = timedelta(days=1)
THE_ONE = 1


class Pulse(Base):
    """When the site last lived: one row."""

    __tablename__ = "pulse"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Moment]


class Outage(Base):
    """A time in which the site did not answer: the last beat before it and the first after."""

    __tablename__ = "outage"
    __table_args__ = (CheckConstraint("began_at < ended_at", name="in_order"),)

    id: Mapped[PrimaryKey]
    began_at: Mapped[Moment]
    ended_at: Mapped[Moment] = mapped_column(index=True)


def beat(session: Session) -> Outage | None:
    """Move the pulse on; gives the outage that has just ended, which is recorded, or nothing."""
    pulse = session.scalar(select(Pulse).where(Pulse.id == THE_ONE).with_for_update())
    now = clock.of_database(session)
    if pulse is None:
        session.add(Pulse(id=THE_ONE, at=now))
        return None
    before, pulse.at = pulse.at, max(pulse.at, now)
    if now - before <= LONGEST_GAP:
        return None
    outage = Outage(began_at=before, ended_at=now)
    session.add(outage)
    bounds = {"began": before.isoformat(), "ended": now.isoformat()}
    record(session, Action.OUTAGE_RECORDED, outage, by=None, at=now, **bounds)
    return outage


def outages_before(session: Session, deadline: datetime | None) -> Sequence[Outage]:
    """The outages that touch the last day before a deadline."""
    if deadline is None:
        return []
    return session.scalars(
        select(Outage)
        .where(Outage.ended_at > deadline - LAST_DAY, Outage.began_at < deadline)
        .order_by(Outage.began_at, Outage.id)
    ).all()


def start(app: Flask) -> None:
    """Beat in the background for as long as this process lives."""
    threading.Thread(target=_live, args=[app], daemon=True, name="pulse").start()


def _live(app: Flask) -> None:
    from marketplace.db import db

    still = threading.Event()
    while True:
        try:
            with app.app_context():
                if (outage := beat(db.session)) is not None:
                    log.warning("The site was away from %s to %s", outage.began_at, outage.ended_at)
                db.session.commit()
        except (SQLAlchemyError, MarketplaceError) as fault:
            log.warning("The pulse could not be noted: %s", fault)
        still.wait(BEAT_SECONDS)

"""A lot taken through the market by the real verbs: published, bid for, opened, awarded."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.awards.services import ask_to_award
from marketplace.bids.opening import publish_root
from marketplace.bids.playing import play_opening
from marketplace.bids.services import submit_bid
from marketplace.contracts.awarding import award_and_register
from marketplace.lots import closing, joining, publishing, queries
from marketplace.lots.models import Lot, TieRule
from tests import factories
from tests.conftest import PLAYED, SITE_KEYS

DAY = timedelta(days=1)


def goes_to_market(session: Session, lot: Lot, reviewers: list[Person], *, at: datetime) -> bool:
    """Everybody commits, and the lot is published; False where it does not go on."""
    for member in queries.members(session, lot):
        joining.commit_to_lot(session, lot, member.authority, by=reviewers[0], at=at)
    if not closing.close_joining(session, lot, by=reviewers[0], at=at).goes_on:
        return False
    publish(session, lot, reviewers, at=at)
    return True


def publish(session: Session, lot: Lot, reviewers: list[Person], *, at: datetime) -> None:
    """Ask and confirm, with a deadline in nine days."""
    terms = publishing.Terms(
        deadline=at + 9 * DAY,
        description="Books",
        terms="Model terms",
        questions=[],
        pounds_per_point=Decimal(0),
        tie_rule=TieRule.RECEIPT,
        openers=[key.id for key in factories.make_openers(session)],
        undivided_because="One supplier for all is what the members want",
    )
    asked = publishing.ask_to_publish(session, lot, terms, by=reviewers[0], at=at)
    session.flush()
    publishing.publish_lot(session, lot, asked.id, by=reviewers[1], at=at)


def is_awarded(
    session: Session,
    lot: Lot,
    prices: Mapping[uuid.UUID, Decimal],
    reviewers: list[Person],
    *,
    at: datetime,
) -> None:
    """A published lot gets two bids, of these prices and dearer, and is awarded in twelve days."""
    lot = _loaded(session, lot, reviewers[0])
    for dearer in (Decimal(1), Decimal("1.04")):
        submit_bid(
            session,
            lot,
            prices={buyer: price * dearer for buyer, price in prices.items()},
            answers={},
            documents=[],
            by=factories.make_person(session, Role.SUPPLIER),
            clock=lambda _: at + DAY,
            gate=SITE_KEYS.gate.public_key(),
        )
    first, second = reviewers
    then = at + 11 * DAY
    publish_root(session, lot, by=None, at=at + 10 * DAY)
    lot = _loaded(session, lot, first)
    play_opening(session, lot, PLAYED, by=first, at=then, gate=SITE_KEYS.gate)
    lot = _loaded(session, lot, first)
    asked = ask_to_award(session, lot, reason="The lowest", by=first, at=then)
    lot = _loaded(session, lot, second)
    award_and_register(session, lot, asked.id, by=second, at=at + 12 * DAY)
    session.flush()


def _loaded(session: Session, lot: Lot, person: Person) -> Lot:
    """The lot as a page loads it."""
    session.flush()
    key = lot.id
    session.expunge(lot)
    return queries.visible_lot(session, key, person)

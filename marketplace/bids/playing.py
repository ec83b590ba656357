"""One person plays all openers, with keys that are at hand: for the demo and for trying out.

A site whose openers keep their keys on their own machines never comes here.
"""

from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.bids.opening import give_part, keys_for, publish_root
from marketplace.errors import NotSetUp
from marketplace.lots import queries as lots
from marketplace.lots.models import Lot, LotOpener
from marketplace.openers.parts import take_layer_off

PlayedKeys = Mapping[str, X25519PrivateKey]
"""Private keys of openers, by the line of the public half."""


def played_openers(session: Session, lot: Lot, played: PlayedKeys) -> list[LotOpener]:
    """The openers of the lot whose keys are at hand."""
    return [each for each in lots.openers(session, lot) if each.key.public_key in played]


def play_opening(
    session: Session,
    lot: Lot,
    played: PlayedKeys,
    *,
    by: Person,
    at: datetime,
    gate: X25519PrivateKey,
) -> None:
    """Publish the root if it is not yet, and give the parts of two openers, as they would."""
    if lot.seal_root is None:
        publish_root(session, lot, by=by, at=at)
    if len(at_hand := played_openers(session, lot, played)) < 2:
        raise NotSetUp("The keys of two of this lot’s openers are not here.")
    for opener in at_hand[:2]:
        session.flush()
        given = keys_for(session, lot, opener, gate)
        part, _ = take_layer_off(given, played[opener.key.public_key])
        give_part(session, lot, part, by=by, at=at, gate=gate, played=True)

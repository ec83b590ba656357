"""The three openers that a lot names at publication, for whose keys its bids are sealed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from marketplace.errors import Unacceptable
from marketplace.lots.models import Lot, LotOpener
from marketplace.openers.models import OpenerKey

OPENERS, ORGANISATIONS_OF_OPENERS = 3, 2


def check_openers(openers: Sequence[OpenerKey]) -> None:
    """Raises Unacceptable unless three people of at least two organisations would open."""
    people = {key.person_id for key in openers}
    if len(openers) != OPENERS or len(people) != OPENERS:
        raise Unacceptable("Choose three different openers.")
    if len({key.person.organisation_id for key in openers}) < ORGANISATIONS_OF_OPENERS:
        raise Unacceptable("Choose openers of at least two organisations.")


def name_openers(session: Session, lot: Lot, openers: Sequence[OpenerKey]) -> None:
    """Name them in the order in which they stand."""
    session.add_all(
        LotOpener(lot_id=lot.id, position=position, key_id=key.id)
        for position, key in enumerate(openers, start=1)
    )

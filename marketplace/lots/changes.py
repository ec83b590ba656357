"""Changes of an open lot of which its bidders are told; who they are, a later noun knows."""

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.lots.models import Lot

Teller = Callable[[Session, Lot, uuid.UUID, str, datetime], None]

TELLERS: list[Teller] = []


def add_teller(teller: Teller) -> Teller:
    """Register who passes changes on: it gets the lot, the change, its words, and when."""
    TELLERS.append(teller)
    return teller


def tell_bidders_of(
    session: Session, lot: Lot, change: uuid.UUID, words: str, at: datetime
) -> None:
    """Have everybody who bid for the lot told, once the transaction under way is committed."""
    for teller in TELLERS:
        teller(session, lot, change, words, at)

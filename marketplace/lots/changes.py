"""Changes of an open lot of which bidders are told; only the later noun of bids knows who they are."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.lots.models import Lot

Teller = Callable[[Session, Lot, str, datetime], None]

TELLERS: list[Teller] = []


def add_teller(teller: Teller) -> Teller:
    """Register who passes changes on: it gets the lot, what changed in words, and when."""
    TELLERS.append(teller)
    return teller


def tell_bidders_of(session: Session, lot: Lot, words: str, at: datetime) -> None:
    """Have everybody who bid for the lot told, once the transaction under way is committed."""
    for teller in TELLERS:
        teller(session, lot, words, at)

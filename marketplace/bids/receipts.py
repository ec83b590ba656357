"""A receipt that a supplier can keep: what was received, when, and what it does not show."""

from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.audit.export import checkpoint_of
from marketplace.audit.models import Action
from marketplace.bids.models import Bid, BidRevision
from marketplace.lots.models import Lot


def place_in_record(session: Session, bid: Bid, revision: BidRevision) -> str:
    """The checkpoint at the entry that says that the submission was received."""
    return checkpoint_of(session, Action.BID_SUBMITTED, bid, sha256=revision.sha256)


def receipt_text(
    lot: Lot, bid: Bid, revision: BidRevision, supplier: Organisation, checkpoint: str
) -> str:
    """The receipt as plain text."""
    received = revision.received_at
    lines = [
        "RECEIPT OF A BID",
        "",
        f"Lot:         {lot.reference}, {lot.title}",
        f"Bid:         {bid.reference}, submission {revision.number}",
        f"Supplier:    {supplier.name}",
        f"Received:    {received:%Y-%m-%d %H:%M:%S} UTC",
        f"             {clock.london(received):%Y-%m-%d %H:%M:%S} in London",
        f"SHA-256:     {revision.sha256}",
        f"Record:      {checkpoint}",
        "",
        "The SHA-256 is that of the closed envelope as it is kept. The last submission before the",
        "deadline counts. This receipt does not show what the bid says. Under Record stands where",
        "the record speaks of it: with that, whoever checks the record can tell whether it was",
        "changed since.",
        "",
    ]
    return "\n".join(lines)

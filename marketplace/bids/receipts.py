"""A receipt that a supplier can keep: what was received, when, and what it does not show."""

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.bids.models import Bid, BidRevision
from marketplace.lots.models import Lot


def receipt_text(lot: Lot, bid: Bid, revision: BidRevision, supplier: Organisation) -> str:
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
        "",
        "The SHA-256 is that of the closed envelope as it is kept. The last submission before the",
        "deadline counts. This receipt does not show what the bid says.",
        "",
    ]
    return "\n".join(lines)

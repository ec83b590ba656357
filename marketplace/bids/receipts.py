"""A receipt that a supplier can keep: what was received, when, and what it does not show.

It is text, signed with the site's Ed25519 key. Whoever has it can check it without this site:
`marketplace verify-receipt FILE`.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.audit.export import checkpoint_of
from marketplace.audit.models import Action
from marketplace.bids.models import Bid, BidRevision
from marketplace.errors import Unacceptable
from marketplace.keyfiles import text_of
from marketplace.lots.models import Lot

FIRST_LINE = "RECEIPT OF A BID"
KEY_LINE, SIGNATURE_LINE = "Signed with: ", "Signature:   "


def place_in_record(session: Session, bid: Bid, revision: BidRevision) -> str:
    """The checkpoint at the entry that says that the submission was received."""
    return checkpoint_of(session, Action.BID_SUBMITTED, bid, sha256=revision.sha256)


def receipt_text(
    lot: Lot, bid: Bid, revision: BidRevision, supplier: Organisation, checkpoint: str
) -> str:
    """The receipt as plain text."""
    received = revision.received_at
    lines = [
        FIRST_LINE,
        "",
        f"Lot:         {lot.reference}, {lot.title}",
        f"Terms:       version {revision.terms_version}",
        f"Bid:         {bid.reference}, submission {revision.number}",
        f"Supplier:    {supplier.name}",
        f"Received:    {received:%Y-%m-%d %H:%M:%S.%f} UTC",
        f"             {clock.london(received):%Y-%m-%d %H:%M:%S} in London",
        f"SHA-256:     {revision.sha256}",
        f"Record:      {checkpoint}",
        "",
        "The SHA-256 is that of the sealed bid as it is kept. The last submission before the",
        "deadline counts. This receipt does not show what the bid says. Under Record stands where",
        "the record speaks of it: with that, whoever checks the record can tell whether it was",
        "changed since.",
        "",
    ]
    return "\n".join(lines)


def signed(text: str, key: Ed25519PrivateKey) -> str:
    """The receipt with its signature, which covers all that stands above it."""
    covered = f"{text}\n{KEY_LINE}{text_of(key.public_key().public_bytes_raw())}\n"
    return f"{covered}{SIGNATURE_LINE}{text_of(key.sign(covered.encode()))}\n"


def check_receipt(content: bytes) -> str:
    """The public key that signed a receipt; raises Unacceptable for a forged or changed one."""
    covered, found, signature = content.replace(b"\r\n", b"\n").partition(SIGNATURE_LINE.encode())
    _, named, key = covered.decode(errors="replace").rpartition(KEY_LINE)
    if not (covered.startswith(FIRST_LINE.encode()) and found and named):
        raise Unacceptable("This is not a receipt with its signature.")
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.strip(), validate=True))
        public.verify(base64.b64decode(signature.strip(), validate=True), covered)
    except (InvalidSignature, ValueError):
        raise Unacceptable("The signature is not that of this receipt: it was changed.") from None
    return key.strip()

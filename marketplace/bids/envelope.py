"""What is in a sealed bid: an offer, written as bytes.

write_offer(offer) -> bytes
read_offer(plain) -> Offer
"""

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from marketplace.sealing import Unreadable


@dataclass(frozen=True)
class OfferedDocument:
    """A document inside a bid."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Offer:
    """What a supplier offers: a price in pounds for each authority, answers, documents."""

    prices: Mapping[uuid.UUID, Decimal]
    answers: Mapping[uuid.UUID, str]
    documents: tuple[OfferedDocument, ...] = ()


def write_offer(offer: Offer) -> bytes:
    """An offer as bytes to seal."""
    content = {
        "prices": {str(key): str(price) for key, price in offer.prices.items()},
        "answers": {str(key): text for key, text in offer.answers.items()},
        "documents": [
            [each.name, each.content_type, base64.b64encode(each.content).decode()]
            for each in offer.documents
        ],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def read_offer(plain: bytes) -> Offer:
    """The offer in these bytes; raises Unreadable whatever is wrong with them."""
    try:
        content = json.loads(plain)
        return Offer(
            prices={uuid.UUID(key): Decimal(price) for key, price in content["prices"].items()},
            answers={uuid.UUID(key): str(text) for key, text in content["answers"].items()},
            documents=tuple(
                OfferedDocument(name, kind, base64.b64decode(body))
                for name, kind, body in content["documents"]
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as fault:
        raise Unreadable("what it holds is no offer") from fault

"""A bid's closed envelope: one opaque value, of a padded size, bound to where it belongs.

    close_envelope(offer, place, secret) -> bytes
    open_envelope(envelope, place, secret) -> Offer

The envelope is sealed with ChaCha20-Poly1305 under a key derived (HKDF-SHA256) from the site's
secret key, and bound to lot, supplier and revision, so that it opens in its own place only. It
keeps bids from lists, searches, logs and stolen copies of the database. It does NOT keep them
from whoever holds both the database and the secret key.
"""

import base64
import json
import os
import struct
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
STEP = 4096
"""Envelopes are padded to steps of this many bytes, so that sizes say little."""
NONCE_BYTES = 12


class Unreadable(Exception):
    """The envelope cannot be opened in this place, or holds something else."""


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


@dataclass(frozen=True)
class Place:
    """Where an envelope belongs; it opens nowhere else."""

    lot_id: uuid.UUID
    supplier_id: uuid.UUID
    revision: int

    def bytes(self) -> bytes:
        return self.lot_id.bytes + self.supplier_id.bytes + struct.pack(">I", self.revision)


def close_envelope(offer: Offer, place: Place, secret: str) -> bytes:
    """Seal an offer for its place."""
    plain = json.dumps(_to_json(offer), sort_keys=True, separators=(",", ":")).encode()
    framed = struct.pack(">Q", len(plain)) + plain
    framed += b"\0" * (-len(framed) % STEP)
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + _cipher(secret).encrypt(nonce, framed, VERSION + place.bytes())


def open_envelope(envelope: bytes, place: Place, secret: str) -> Offer:
    """Read an offer; raises Unreadable whatever is wrong with it."""
    version, nonce = envelope[:1], envelope[1 : 1 + NONCE_BYTES]
    try:
        if version != VERSION:
            raise ValueError(f"version {version!r}")
        sealed = envelope[1 + NONCE_BYTES :]
        framed = _cipher(secret).decrypt(nonce, sealed, VERSION + place.bytes())
        (length,) = struct.unpack(">Q", framed[:8])
        return _from_json(json.loads(framed[8 : 8 + length]))
    except (InvalidTag, ValueError, KeyError, TypeError, ArithmeticError, struct.error) as fault:
        raise Unreadable(str(fault) or "it was sealed for another place or changed") from fault


def _cipher(secret: str) -> ChaCha20Poly1305:
    key = HKDF(SHA256(), length=32, salt=None, info=b"bid envelope 1").derive(secret.encode())
    return ChaCha20Poly1305(key)


def _to_json(offer: Offer) -> dict[str, Any]:
    return {
        "prices": {str(key): str(price) for key, price in offer.prices.items()},
        "answers": {str(key): text for key, text in offer.answers.items()},
        "documents": [
            [each.name, each.content_type, base64.b64encode(each.content).decode()]
            for each in offer.documents
        ],
    }


def _from_json(content: dict[str, Any]) -> Offer:
    return Offer(
        prices={uuid.UUID(key): Decimal(price) for key, price in content["prices"].items()},
        answers={uuid.UUID(key): str(text) for key, text in content["answers"].items()},
        documents=tuple(
            OfferedDocument(name, kind, base64.b64decode(body))
            for name, kind, body in content["documents"]
        ),
    )

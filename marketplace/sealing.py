"""Sealing a bid so that two of three openers, with the site's gate, can read it, and nobody less.

    seal(plain, place, readers)           -> envelope
    wrapped_keys(envelope)                -> the bid's key, wrapped once for each pair of openers
    unwrap(wrapped, layer, private_key)   -> what is inside one layer
    holds(envelope, place, pair, share)   -> whether the first of a pair gave what is inside
    is_key(envelope, place, key)          -> whether it is the key of this bid
    open_envelope(envelope, key, place)   -> plain

A random key seals the bid with ChaCha20-Poly1305. HPKE (RFC 9180: X25519, HKDF-SHA256,
ChaCha20-Poly1305) wraps that key for the gate and each pair of openers, one inside the other:
gate(A(B)), gate(A(C)), gate(B(C)). The bid and each layer are bound to the place of the bid:
its lot, the version of the lot's terms, its supplier and its revision.

Beside the wrapped keys stand hashes of what the first of each pair finds under the own layer, and
of the key: an opener who gives something else is found out before anything is opened with it. All
of them are random, so that the hashes tell nothing.
"""

import hashlib
import hmac
import os
import struct
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

VERSION, WITHOUT_HASHES = b"\x03", b"\x02"
"""Envelopes of the second kind were sealed before openers' shares could be checked."""
STEP = 4096
"""Bids are padded to steps of this many bytes, so that sizes say little."""
KEY_BYTES, LAYER_BYTES = 32, 48
PAIRS = ((1, 2), (1, 3), (2, 3))
"""The openers, by their position, who can read together; the first of a pair comes first."""
GATE, FIRST, SECOND = 0, 1, 2
"""The layers around a key, the outermost first."""
WRAPPED_BYTES = KEY_BYTES + 3 * LAYER_BYTES
HASH_BYTES = 32
KEYS_END = len(VERSION) + len(PAIRS) * WRAPPED_BYTES
HEAD_BYTES = KEYS_END + (len(PAIRS) + 1) * HASH_BYTES

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_NONCE = bytes(12)  # each key seals one bid only


class Unreadable(Exception):
    """It was sealed for another place or reader, or was changed."""


@dataclass(frozen=True)
class Place:
    """Where a bid belongs; it opens nowhere else."""

    lot_id: uuid.UUID
    terms: int
    supplier_id: uuid.UUID
    revision: int

    @property
    def binding(self) -> bytes:
        """The place as a hash, which does not say who the supplier is."""
        numbers = struct.pack(">II", self.terms, self.revision)
        content = self.lot_id.bytes + numbers + self.supplier_id.bytes
        return hashlib.sha256(b"place of a bid 2" + content).digest()


@dataclass(frozen=True)
class Layer:
    """One of the layers around the key of one bid."""

    lot_id: uuid.UUID
    binding: bytes
    pair: tuple[int, int]
    depth: int

    @property
    def info(self) -> bytes:
        return (
            b"key of a bid 2" + self.lot_id.bytes + self.binding + bytes((*self.pair, self.depth))
        )


@dataclass(frozen=True)
class Readers:
    """For whom a bid is sealed: the gate, and three openers in the order of their positions."""

    gate: X25519PublicKey
    openers: tuple[X25519PublicKey, X25519PublicKey, X25519PublicKey]

    def of(self, pair: tuple[int, int]) -> tuple[X25519PublicKey, ...]:
        """Who takes the layers off for this pair, the outermost first."""
        return (self.gate, *(self.openers[position - 1] for position in pair))


def seal(plain: bytes, place: Place, readers: Readers) -> bytes:
    """Seal a bid for its place."""
    key = os.urandom(KEY_BYTES)
    wrapped, shares = zip(*(_wrap(key, pair, place, readers) for pair in PAIRS), strict=True)
    hashes = (_share_hash(place, *each) for each in zip(PAIRS, shares, strict=True))
    head = VERSION + b"".join((*wrapped, *hashes, _key_hash(place, key)))
    return head + ChaCha20Poly1305(key).encrypt(_NONCE, _padded(plain), _bound(head, place))


def open_envelope(envelope: bytes, key: bytes, place: Place) -> bytes:
    """Read a bid with its key; raises Unreadable whatever is wrong."""
    end = HEAD_BYTES if can_be_checked(envelope) else KEYS_END
    head, sealed = envelope[:end], envelope[end:]
    try:
        padded = ChaCha20Poly1305(key).decrypt(_NONCE, sealed, _bound(head, place))
        (length,) = struct.unpack(">Q", padded[:8])
    except (InvalidTag, ValueError, TypeError, struct.error) as fault:
        raise Unreadable("it does not open in this place with this key") from fault
    return padded[8 : 8 + length]


def wrapped_keys(envelope: bytes) -> dict[tuple[int, int], bytes]:
    """The bid's key, wrapped for each pair; raises Unreadable for what is no envelope."""
    if envelope[:1] not in (VERSION, WITHOUT_HASHES) or len(envelope) < HEAD_BYTES:
        raise Unreadable("it is no envelope of this kind")
    starts = range(len(VERSION), KEYS_END, WRAPPED_BYTES)
    return {
        pair: envelope[start : start + WRAPPED_BYTES]
        for pair, start in zip(PAIRS, starts, strict=True)
    }


def unwrap(wrapped: bytes, layer: Layer, private_key: X25519PrivateKey) -> bytes:
    """Take one layer off; raises Unreadable."""
    return decrypt(wrapped, private_key, layer.info)


def can_be_checked(envelope: bytes) -> bool:
    """Whether it can be told which of two openers gave what does not hold."""
    return envelope[:1] != WITHOUT_HASHES


def holds(envelope: bytes, place: Place, pair: tuple[int, int], share: bytes) -> bool:
    """Whether this is what the first of the pair finds under the own layer."""
    if not can_be_checked(envelope):
        return len(share) == KEY_BYTES + LAYER_BYTES  # more cannot be told
    start = KEYS_END + PAIRS.index(pair) * HASH_BYTES
    sealed = envelope[start : start + HASH_BYTES]
    return hmac.compare_digest(sealed, _share_hash(place, pair, share))


def is_key(envelope: bytes, place: Place, key: bytes) -> bool:
    """Whether this is the key of the bid."""
    if can_be_checked(envelope):
        sealed = envelope[HEAD_BYTES - HASH_BYTES : HEAD_BYTES]
        return hmac.compare_digest(sealed, _key_hash(place, key))
    try:
        open_envelope(envelope, key, place)
    except Unreadable:
        return False
    return True


def encrypt(plain: bytes, to: X25519PublicKey, info: bytes) -> bytes:
    """Something for one reader, bound to `info`."""
    return _SUITE.encrypt(plain, to, info)


def decrypt(sealed: bytes, private_key: X25519PrivateKey, info: bytes) -> bytes:
    """What was encrypted for this reader and bound to `info`; raises Unreadable."""
    try:
        return _SUITE.decrypt(sealed, private_key, info)
    except (InvalidTag, ValueError, TypeError) as fault:
        raise Unreadable("it was not sealed for this key and place, or was changed") from fault


def seal_root(lot_id: uuid.UUID, envelopes: Iterable[str]) -> str:
    """What is published of all bids at the close: the hash of their number and their hashes."""
    hashes = sorted(envelopes)
    lines = ["seal root 1", str(lot_id), str(len(hashes)), *hashes]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def public_bytes(keys: Sequence[bytes]) -> tuple[X25519PublicKey, ...]:
    """Public keys as they are kept in the database."""
    return tuple(map(X25519PublicKey.from_public_bytes, keys))


def _wrap(key: bytes, pair: tuple[int, int], place: Place, readers: Readers) -> tuple[bytes, bytes]:
    """The key in all layers, and in the innermost alone, as the first of the pair gives it on."""
    layers = [key]
    for depth, reader in reversed(list(enumerate(readers.of(pair)))):
        layer = Layer(place.lot_id, place.binding, pair, depth)
        layers.append(encrypt(layers[-1], reader, layer.info))
    return layers[-1], layers[1]


def _share_hash(place: Place, pair: tuple[int, int], share: bytes) -> bytes:
    layer = Layer(place.lot_id, place.binding, pair, FIRST)
    return hashlib.sha256(b"share of an opener 3" + layer.info + share).digest()


def _key_hash(place: Place, key: bytes) -> bytes:
    return hashlib.sha256(b"key of a bid itself 3" + place.binding + key).digest()


def _bound(head: bytes, place: Place) -> bytes:
    """The bid holds to its place and to its own wrapped keys."""
    return place.binding + hashlib.sha256(head).digest()


def _padded(plain: bytes) -> bytes:
    framed = struct.pack(">Q", len(plain)) + plain
    return framed + bytes(-len(framed) % STEP)

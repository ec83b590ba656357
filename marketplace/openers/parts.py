"""What passes between the site and an opener's own machine: two kinds of JSON file.

The site gives an opener the wrapped keys of a lot, without the layers that others have taken off.
The opener's command takes the opener's own layer off each and seals the answer for the gate, bound
to the lot, its seal root and the opener. A file on its way shows nothing without the gate.
"""

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from marketplace.errors import Unacceptable
from marketplace.keyfiles import public_line, read_public_line, text_of
from marketplace.sealing import (
    FIRST,
    SECOND,
    Layer,
    Unreadable,
    decrypt,
    encrypt,
    seal_root,
    unwrap,
)

KEYS_KIND, PART_KIND = "wrapped keys of a lot 1", "part of an opener 1"
Pair = tuple[int, int]


@dataclass(frozen=True)
class WrappedKey:
    """The key of one bid, as far as it is unwrapped for one pair."""

    bid: str
    """The SHA-256 of the sealed bid."""
    binding: bytes
    pair: Pair
    wrapped: bytes


@dataclass(frozen=True)
class LotKeys:
    """What one opener is given to unwrap."""

    lot_id: uuid.UUID
    reference: str
    root: str
    position: int
    opener: str
    gate: str
    bids: tuple[str, ...]
    keys: tuple[WrappedKey, ...]

    @property
    def info(self) -> bytes:
        return _info(self.lot_id, self.root, self.position)

    def text(self) -> str:
        keys = [
            {
                "bid": key.bid,
                "binding": text_of(key.binding),
                "pair": list(key.pair),
                "wrapped": text_of(key.wrapped),
            }
            for key in self.keys
        ]
        content = {
            "kind": KEYS_KIND,
            "lot": str(self.lot_id),
            "reference": self.reference,
            "root": self.root,
            "position": self.position,
            "opener": self.opener,
            "gate": self.gate,
            "bids": list(self.bids),
            "keys": keys,
        }
        return json.dumps(content, indent=1) + "\n"

    @classmethod
    def read(cls, text: str) -> "LotKeys":
        """Raises Unacceptable for another file, or one whose bids are not those of its root."""
        try:
            content = _content(text, KEYS_KIND)
            read = cls(
                uuid.UUID(content["lot"]),
                str(content["reference"]),
                str(content["root"]),
                int(content["position"]),
                str(content["opener"]),
                public_line(read_public_line(content["gate"])),
                tuple(map(str, content["bids"])),
                tuple(_key(each) for each in content["keys"]),
            )
        except (ValueError, KeyError, TypeError):
            raise Unacceptable("This is not a file of a lot’s wrapped keys.") from None
        if seal_root(read.lot_id, read.bids) != read.root:
            raise Unacceptable("The bids in this file are not those of its seal root.")
        return read


@dataclass(frozen=True)
class Part:
    """An opener's answer, sealed for the gate."""

    lot_id: uuid.UUID
    root: str
    position: int
    sealed: bytes

    @property
    def info(self) -> bytes:
        return _info(self.lot_id, self.root, self.position)

    def text(self) -> str:
        content = {
            "kind": PART_KIND,
            "lot": str(self.lot_id),
            "root": self.root,
            "position": self.position,
            "sealed": text_of(self.sealed),
        }
        return json.dumps(content, indent=1) + "\n"

    @classmethod
    def read(cls, text: str) -> "Part":
        """Raises Unacceptable for any other file."""
        try:
            content = _content(text, PART_KIND)
            sealed = base64.b64decode(content["sealed"], validate=True)
            lot_id = uuid.UUID(content["lot"])
            return cls(lot_id, str(content["root"]), int(content["position"]), sealed)
        except (ValueError, KeyError, TypeError):
            raise Unacceptable(
                "This is not the file that `marketplace keys unwrap` wrote."
            ) from None

    def unwrapped(self, gate: X25519PrivateKey) -> dict[tuple[str, Pair], bytes]:
        """What the opener found under the own layer, by bid and pair; raises Unacceptable."""
        try:
            plain = decrypt(self.sealed, gate, self.info)
            found = json.loads(plain)
            return {
                (str(bid), (int(pair[0]), int(pair[1]))): base64.b64decode(inside)
                for bid, pair, inside in found
            }
        except (Unreadable, ValueError, TypeError, IndexError):
            raise Unacceptable(
                "This part was made for another lot or another site, or was changed."
            ) from None


def take_layer_off(given: LotKeys, private_key: X25519PrivateKey) -> tuple[Part, int]:
    """An opener's part, and of how many keys the layer could not be taken off."""
    if public_line(private_key.public_key()) != given.opener:
        raise Unacceptable("These keys were wrapped for another opener.")
    inside: list[tuple[str, Pair, str]] = []
    for key in given.keys:
        depth = FIRST if key.pair[0] == given.position else SECOND
        layer = Layer(given.lot_id, key.binding, key.pair, depth)
        try:
            inside.append((key.bid, key.pair, text_of(unwrap(key.wrapped, layer, private_key))))
        except Unreadable:
            continue
    sealed = encrypt(json.dumps(inside).encode(), read_public_line(given.gate), given.info)
    part = Part(given.lot_id, given.root, given.position, sealed)
    return part, len(given.keys) - len(inside)


def _info(lot_id: uuid.UUID, root: str, position: int) -> bytes:
    return b"part of an opener 1" + lot_id.bytes + root.encode() + bytes([position])


def _content(text: str, kind: str) -> Mapping[str, Any]:
    content = json.loads(text)
    if not isinstance(content, dict) or content.get("kind") != kind:
        raise ValueError(kind)
    if not 1 <= int(content["position"]) <= 3:
        raise ValueError("position")
    return content


def _key(each: Mapping[str, Any]) -> WrappedKey:
    binding, wrapped = (
        base64.b64decode(each[name], validate=True) for name in ("binding", "wrapped")
    )
    first, second = map(int, each["pair"])
    return WrappedKey(str(each["bid"]), binding, (first, second), wrapped)
